package io.sdr.testkit;

import java.time.Duration;

/** Something that goes wrong at a call of a site; see {@link Faults}. */
public sealed interface Fault {
    /** The call fails and nothing was done: a {@code RetryableException}, code {@code SCRIPTED_FAILURE}. */
    record Fails() implements Fault {}

    /**
     * The call acts, then its answer is lost: {@code OutcomeUnknownException} for a change, {@code RetryableException} for a read.
     */
    record LosesAnswer() implements Fault {}

    /**
     * The answer is lost as above, and the effect comes later, if the call's {@code notAfter} and epoch then still allow it.
     *
     * @param after how much later
     */
    record ActsLate(Duration after) implements Fault {}

    /** The site answers to nothing from this call on, until {@link Faults#restoreContact}. */
    record LosesContact() implements Fault {}

    /**
     * The site answers to nothing from this call on.
     *
     * @param duration for how long
     */
    record LosesContactFor(Duration duration) implements Fault {}

    /** The storage is full at this call: {@code StorageException}, code {@code STORAGE_FULL}. */
    record StorageFull() implements Fault {}

    /**
     * The call takes long: the virtual clock moves, then the call goes on.
     *
     * @param duration how long
     */
    record Slow(Duration duration) implements Fault {}

    /**
     * The site refuses: {@code OperationFailedException}.
     *
     * @param code the exception's code
     */
    record Refuses(String code) implements Fault {}

    /** The process dies before the call acts. */
    record DiesBefore() implements Fault {}

    /** The process dies after the call acted, before it returns. */
    record DiesAfter() implements Fault {}
}
