package io.sdr.core.call;

import io.sdr.api.CorruptException;
import io.sdr.api.InvalidRequestException;
import io.sdr.api.OperationFailedException;
import io.sdr.api.OutcomeUnknownException;
import io.sdr.api.Problem;
import io.sdr.api.RetryableException;
import io.sdr.api.SdrException;
import io.sdr.api.spi.StorageException;
import io.sdr.core.sync.SyncCancelledException;
import java.util.regex.Pattern;

/**
 * What a call threw, on its way to whoever called.
 *
 * @param kind tells what kind of answer helps
 * @param code the stable code
 * @param attempted what was attempted
 * @param state how things stand
 * @param remedy what can be done
 */
record Thrown(Kind kind, String code, String attempted, String state, String remedy) {
    /** The exceptions that travel. */
    enum Kind {
        INVALID,
        STORAGE,
        RETRYABLE,
        UNKNOWN,
        CORRUPT,
        CANCELLED,
        FAILED
    }

    private static final Pattern CODE = Pattern.compile("[A-Z][A-Z0-9_]{0,63}");
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}+");
    private static final int MAX_TEXT = 2000;

    static Thrown of(SdrException e) {
        Problem problem = e.problem();
        return new Thrown(kindOf(e), problem.code(), problem.attempted(), problem.state(), problem.remedy());
    }

    private static Kind kindOf(SdrException e) {
        if (e instanceof InvalidRequestException) {
            return Kind.INVALID;
        } else if (e instanceof StorageException) {
            return Kind.STORAGE;
        } else if (e instanceof RetryableException) {
            return Kind.RETRYABLE;
        } else if (e instanceof OutcomeUnknownException) {
            return Kind.UNKNOWN;
        } else if (e instanceof CorruptException) {
            return Kind.CORRUPT;
        }
        return e instanceof SyncCancelledException ? Kind.CANCELLED : Kind.FAILED;
    }

    SdrException asException() {
        if (!CODE.matcher(code).matches()) {
            return ValueReader.malformed("an exception has no code", null);
        }
        Problem problem =
                Problem.of(code).attempted(clean(attempted)).state(clean(state)).remedy(clean(remedy));
        return switch (kind) {
            case INVALID -> new InvalidRequestException(problem);
            case STORAGE -> new StorageException(problem);
            case RETRYABLE -> new RetryableException(problem);
            case UNKNOWN -> new OutcomeUnknownException(problem);
            case CORRUPT -> new CorruptException(problem);
            case CANCELLED -> new SyncCancelledException(problem);
            case FAILED -> new OperationFailedException(problem);
        };
    }

    /** The other end's words go into logs and onto terminals. */
    private static String clean(String text) {
        String line = CONTROL.matcher(text).replaceAll(" ");
        return line.length() <= MAX_TEXT ? line : line.substring(0, MAX_TEXT) + "…";
    }
}
