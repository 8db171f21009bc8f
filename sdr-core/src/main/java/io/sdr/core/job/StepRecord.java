package io.sdr.core.job;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One step of a job, as stored.
 *
 * @param job the job's id
 * @param number its place, from 0
 * @param name its name
 * @param kind what it is for
 * @param phase how far it is
 * @param attempt attempts begun, as far as stored; for a decision above 0 as soon as its act may have begun
 * @param acted whether it may have acted
 * @param intent what it chose, from the intent on
 * @param outcome what was observed, once done
 * @param warnings what is worth a look
 * @param detail how it failed, was skipped or what it waits for
 * @param notAfter the moment after which the far side refuses to act for it; set with the intent
 * @param inDoubtUntil an earlier call of it, whose answer was lost, may act until then: nothing contrary before
 * @param started when the intent was forced
 * @param ended when it ended
 * @param bytesDone bytes dealt with, once ended
 * @param bytesTotal bytes to deal with, once ended; negative if unknown
 */
public record StepRecord(
        String job,
        int number,
        String name,
        StepKind kind,
        Phase phase,
        int attempt,
        boolean acted,
        Optional<Values> intent,
        Optional<Values> outcome,
        List<String> warnings,
        String detail,
        Optional<Instant> notAfter,
        Optional<Instant> inDoubtUntil,
        Optional<Instant> started,
        Optional<Instant> ended,
        long bytesDone,
        long bytesTotal) {
    /** Copies the list. */
    public StepRecord {
        warnings = List.copyOf(warnings);
    }

    static StepRecord pending(String job, int number, Step step) {
        return new StepRecord(
                job,
                number,
                step.name(),
                step.kind(),
                Phase.PENDING,
                0,
                false,
                Optional.empty(),
                Optional.empty(),
                List.of(),
                "",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                0,
                -1);
    }

    StepRecord begun(Values value, Instant deadline, Instant now) {
        return new StepRecord(
                job,
                number,
                name,
                kind,
                Phase.INTENT,
                0,
                false,
                Optional.of(value),
                Optional.empty(),
                List.of(),
                "",
                Optional.of(deadline),
                Optional.empty(),
                Optional.of(now),
                Optional.empty(),
                0,
                -1);
    }

    StepRecord acting(int value, Instant deadline) {
        return new StepRecord(
                job,
                number,
                name,
                kind,
                phase,
                value,
                true,
                intent,
                outcome,
                warnings,
                detail,
                Optional.of(deadline),
                inDoubtUntil,
                started,
                ended,
                bytesDone,
                bytesTotal);
    }

    StepRecord done(
            Values value,
            List<String> warningsSeen,
            boolean hasActed,
            int attempts,
            long bytes,
            long total,
            Instant now) {
        return new StepRecord(
                job,
                number,
                name,
                kind,
                Phase.DONE,
                attempts,
                hasActed,
                intent,
                Optional.of(value),
                warningsSeen,
                "",
                notAfter,
                inDoubtUntil,
                started,
                Optional.of(now),
                bytes,
                total);
    }

    StepRecord at(Phase value, String text, Optional<Instant> end) {
        return new StepRecord(
                job,
                number,
                name,
                kind,
                value,
                attempt,
                acted,
                intent,
                outcome,
                warnings,
                text,
                notAfter,
                inDoubtUntil,
                started,
                end,
                bytesDone,
                bytesTotal);
    }

    StepRecord inDoubtUntil(Optional<Instant> value) {
        return new StepRecord(
                job,
                number,
                name,
                kind,
                phase,
                attempt,
                acted,
                intent,
                outcome,
                warnings,
                detail,
                notAfter,
                value,
                started,
                ended,
                bytesDone,
                bytesTotal);
    }

    /** As if it had never begun: only for a step that surely has no effect. */
    StepRecord reset() {
        return new StepRecord(
                job,
                number,
                name,
                kind,
                Phase.PENDING,
                0,
                false,
                Optional.empty(),
                Optional.empty(),
                List.of(),
                "",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                0,
                -1);
    }

    /** Undone, with what is worth a look. */
    StepRecord undone(List<String> more, Instant now) {
        return new StepRecord(
                job,
                number,
                name,
                kind,
                Phase.UNDONE,
                attempt,
                acted,
                intent,
                outcome,
                java.util.stream.Stream.concat(warnings.stream(), more.stream()).toList(),
                String.join("; ", more),
                notAfter,
                inDoubtUntil,
                started,
                Optional.of(now),
                bytesDone,
                bytesTotal);
    }

    boolean isBehind() {
        return phase == Phase.DONE || phase == Phase.SKIPPED;
    }

    /** It chose nothing and did nothing. */
    boolean isUnbegun() {
        return phase == Phase.PENDING || (phase == Phase.FAILED && intent.isEmpty());
    }

    boolean hasToBeUndone() {
        return phase == Phase.DONE
                || phase == Phase.INTENT
                || phase == Phase.UNDO_INTENT
                || (phase == Phase.FAILED && intent.isPresent());
    }
}
