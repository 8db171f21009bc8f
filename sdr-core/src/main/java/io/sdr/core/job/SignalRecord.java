package io.sdr.core.job;

import io.sdr.api.Answer;
import java.time.Instant;
import java.util.Optional;

/**
 * What people said to a job: answers, cancel, retry. Stored, so it survives a crash.
 *
 * @param kind the name of an {@link Answer.Kind}, or {@link #CANCEL}, {@link #RETRY}, {@link #TOO_LATE}
 * @param by who said it
 * @param reason why
 * @param at when
 */
public record SignalRecord(String kind, String by, String reason, Instant at) {
    /** Cancel was asked. */
    public static final String CANCEL = "CANCEL";

    /** Retry was asked. */
    public static final String RETRY = "RETRY";

    /** The decision was there before the cancel: the job went forward. */
    public static final String TOO_LATE = "CANCEL_TOO_LATE";

    static SignalRecord of(Answer answer, Instant at) {
        return new SignalRecord(answer.kind().name(), answer.by(), answer.reason(), at);
    }

    /** The answer, if this is one. */
    Optional<Answer> answer() {
        for (Answer.Kind each : Answer.Kind.values()) {
            if (each.name().equals(kind)) {
                return Optional.of(new Answer(each, by, reason));
            }
        }
        return Optional.empty();
    }

    String describe() {
        return kind + " by " + by + " at " + at + (reason.isEmpty() ? "" : ": " + reason);
    }
}
