package io.sdr.api.spi;

import io.sdr.api.RecoveryPoint;
import io.sdr.api.ResyncCause;

/** How a cycle ended. */
public sealed interface CycleResult {
    /**
     * It is durable at the target for every disk.
     *
     * @param point the recovery point that it made
     * @param statistics what it cost; zeros where the cycle had been received before
     */
    record Received(RecoveryPoint point, CycleStatistics statistics) implements CycleResult {}

    /**
     * The history is broken: nothing was received.
     *
     * @param cause why
     * @param detail for people
     * @param sourceShrank whether, for {@link ResyncCause#GEOMETRY}, a source disk is smaller than its replica, or another one
     */
    record Gap(ResyncCause cause, String detail, boolean sourceShrank) implements CycleResult {
        /**
         * A gap that has nothing to do with a smaller source.
         *
         * @param cause why
         * @param detail for people
         */
        public Gap(ResyncCause cause, String detail) {
            this(cause, detail, false);
        }
    }

    /**
     * The driver runs its cycles by its own clock, and the one that was asked for is not there yet. Nothing is wrong: the caller looks
     * again. Only drivers with {@link DriverCapabilities.Flag#SELF_SCHEDULED} answer this.
     *
     * @param waitsFor what has to come first, for people
     */
    record Pending(String waitsFor) implements CycleResult {}
}
