package io.sdr.core.sync.wire;

import io.sdr.api.CorruptException;
import io.sdr.api.InvalidRequestException;
import io.sdr.api.OperationFailedException;
import io.sdr.api.Problem;
import io.sdr.api.RetryableException;
import io.sdr.api.SdrException;
import io.sdr.core.sync.SyncCancelledException;
import java.util.Arrays;
import java.util.regex.Pattern;

/** A problem on its way to the other end: so that both name the same code, and say whose words the rest is. */
enum RemoteError {
    /** Refused: nothing was changed. */
    REFUSED(0),
    /** May work later. */
    RETRYABLE(1),
    /** Something contradicts itself. */
    CORRUPT(2),
    /** Failed. */
    FAILED(3);

    private static final Pattern CODE = Pattern.compile("[A-Z][A-Z0-9_]{0,63}");
    private static final int MAX_TEXT = 1000;
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}+");

    private final int number;

    RemoteError(int number) {
        this.number = number;
    }

    static PayloadWriter write(SdrException e) {
        RemoteError kind;
        if (e instanceof InvalidRequestException) {
            kind = REFUSED;
        } else if (e instanceof RetryableException) {
            kind = RETRYABLE;
        } else if (e instanceof CorruptException) {
            kind = CORRUPT;
        } else {
            kind = FAILED;
        }
        Problem problem = e.problem();
        return new PayloadWriter(256)
                .u8(kind.number)
                .text(problem.code())
                .text(problem.attempted())
                .text(problem.state())
                .text(problem.remedy());
    }

    static SdrException read(PayloadReader from, String peer) {
        int number = from.u8(FAILED.number);
        RemoteError kind = Arrays.stream(values())
                .filter(each -> each.number == number)
                .findFirst()
                .orElseThrow();
        String code = from.text();
        if (!CODE.matcher(code).matches()) {
            throw from.malformed("its code is none");
        }
        Problem problem = Problem.of(code)
                .attempted(clean(from.text()))
                .state(peer + " says: " + clean(from.text()))
                .remedy(clean(from.text()));
        from.end();
        return switch (kind) {
            case REFUSED -> new InvalidRequestException(problem);
            case RETRYABLE -> new RetryableException(problem);
            case CORRUPT -> new CorruptException(problem);
            case FAILED ->
                code.equals(SyncCancelledException.CODE)
                        ? new SyncCancelledException(problem)
                        : new OperationFailedException(problem);
        };
    }

    /** The other end's words go into logs and onto terminals. */
    static String clean(String text) {
        String line = CONTROL.matcher(text).replaceAll(" ");
        return line.length() <= MAX_TEXT ? line : line.substring(0, MAX_TEXT) + "…";
    }
}
