package io.sdr.core.state;

import io.sdr.api.Divergence;
import io.sdr.api.Operation;
import io.sdr.api.Pause;
import io.sdr.api.ProtectionState;
import io.sdr.api.ResyncCause;
import io.sdr.api.Side;
import io.sdr.api.TestFailoverState;
import java.util.Optional;
import java.util.Set;

/**
 * Everything about an item that decides what is allowed. Immutable; made by a {@link Builder}.
 *
 * @param state the state
 * @param activeSide where the VM may run now
 * @param paused whether replication is paused
 * @param testFailover how far a test failover is
 * @param divergence what is known about writes on the other side
 * @param resyncCause why the history broke; always there in {@link ProtectionState#RESYNC_REQUIRED}
 * @param sourceShrank whether, with {@link ResyncCause#GEOMETRY}, the source disk is smaller than its replica
 * @param job the item's latest job, open or failed
 * @param failoverOrigin between a failover and its commit: the state that the failover came from
 * @param otherSideStartable whether the side that is not active holds something that can be started: a recovery point or, after a
 *     failover, its old disk as it stood
 * @param pointsPresent between a failover and its commit: whether the active side still holds recovery points
 * @param activeVmSeenOff whether the active VM was seen not running
 * @param unsupported what the item's sites and driver do not offer
 * @param storeBehind what a site was seen to know of the item that the store does not; empty for nothing
 */
public record ItemFacts(
        ProtectionState state,
        Side activeSide,
        Pause paused,
        TestFailoverState testFailover,
        Divergence divergence,
        Optional<ResyncCause> resyncCause,
        boolean sourceShrank,
        Optional<ItemJob> job,
        Optional<ProtectionState> failoverOrigin,
        boolean otherSideStartable,
        boolean pointsPresent,
        boolean activeVmSeenOff,
        Set<Operation> unsupported,
        Optional<String> storeBehind) {
    /** Copies the set, and checks what belongs together. */
    public ItemFacts {
        unsupported = Set.copyOf(unsupported);
        if (state == ProtectionState.RESYNC_REQUIRED && resyncCause.isEmpty()) {
            throw new IllegalArgumentException("RESYNC_REQUIRED without a cause");
        }
    }

    /**
     * Begins with the least that can be known.
     *
     * @param state the state
     * @param activeSide where the VM may run now
     * @return a builder with the defaults
     */
    public static Builder in(ProtectionState state, Side activeSide) {
        return new Builder(state, activeSide);
    }

    /**
     * Begins with these facts.
     *
     * @return a builder that holds them
     */
    public Builder edit() {
        return new Builder(state, activeSide)
                .paused(paused)
                .testFailover(testFailover)
                .divergence(divergence)
                .resyncCause(resyncCause)
                .sourceShrank(sourceShrank)
                .job(job)
                .failoverOrigin(failoverOrigin)
                .otherSideStartable(otherSideStartable)
                .pointsPresent(pointsPresent)
                .activeVmSeenOff(activeVmSeenOff)
                .unsupported(unsupported)
                .storeBehind(storeBehind);
    }

    /**
     * Tells whether both copies ran, or may have run.
     *
     * @return true for {@link Divergence#SUSPECTED} and {@link Divergence#SPLIT_BRAIN}
     */
    public boolean isDiverged() {
        return divergence == Divergence.SUSPECTED || divergence == Divergence.SPLIT_BRAIN;
    }

    /** Collects facts. Not thread-safe. */
    public static final class Builder {
        private ProtectionState state;
        private final Side activeSide;
        private Pause paused = Pause.NO;
        private TestFailoverState testFailover = TestFailoverState.NONE;
        private Divergence divergence = Divergence.NONE;
        private Optional<ResyncCause> resyncCause = Optional.empty();
        private boolean sourceShrank = false;
        private Optional<ItemJob> job = Optional.empty();
        private Optional<ProtectionState> failoverOrigin = Optional.empty();
        private boolean otherSideStartable = false;
        private boolean pointsPresent = false;
        private boolean activeVmSeenOff = false;
        private Set<Operation> unsupported = Set.of();
        private Optional<String> storeBehind = Optional.empty();

        private Builder(ProtectionState state, Side activeSide) {
            this.state = state;
            this.activeSide = activeSide;
        }

        /**
         * Sets the state.
         *
         * @param value the state
         * @return this
         */
        public Builder state(ProtectionState value) {
            state = value;
            return this;
        }

        /**
         * Sets whether replication is paused. Default: not paused.
         *
         * @param value the value
         * @return this
         */
        public Builder paused(Pause value) {
            paused = value;
            return this;
        }

        /**
         * Sets how far a test failover is. Default: none.
         *
         * @param value the value
         * @return this
         */
        public Builder testFailover(TestFailoverState value) {
            testFailover = value;
            return this;
        }

        /**
         * Sets what is known about writes on the other side. Default: none.
         *
         * @param value the value
         * @return this
         */
        public Builder divergence(Divergence value) {
            divergence = value;
            return this;
        }

        /**
         * Sets why the history broke. Default: unknown.
         *
         * @param value the value
         * @return this
         */
        public Builder resyncCause(Optional<ResyncCause> value) {
            resyncCause = value;
            return this;
        }

        /**
         * Sets whether a source disk is smaller than its replica. Default: false.
         *
         * @param value the value
         * @return this
         */
        public Builder sourceShrank(boolean value) {
            sourceShrank = value;
            return this;
        }

        /**
         * Sets the item's latest job, open or ended. Default: none.
         *
         * @param value the value
         * @return this
         */
        public Builder job(Optional<ItemJob> value) {
            job = value;
            return this;
        }

        /**
         * Sets between a failover and its commit the state that it came from. Default: unknown.
         *
         * @param value the value
         * @return this
         */
        public Builder failoverOrigin(Optional<ProtectionState> value) {
            failoverOrigin = value;
            return this;
        }

        /**
         * Sets whether the side that is not active holds something that can be started. Default: false.
         *
         * @param value the value
         * @return this
         */
        public Builder otherSideStartable(boolean value) {
            otherSideStartable = value;
            return this;
        }

        /**
         * Sets whether the active side of an uncommitted failover still holds recovery points. Default: false.
         *
         * @param value the value
         * @return this
         */
        public Builder pointsPresent(boolean value) {
            pointsPresent = value;
            return this;
        }

        /**
         * Sets whether the active VM was seen not running. Default: false.
         *
         * @param value the value
         * @return this
         */
        public Builder activeVmSeenOff(boolean value) {
            activeVmSeenOff = value;
            return this;
        }

        /**
         * Sets what the item's sites and driver do not offer. Default: nothing.
         *
         * @param value the value
         * @return this
         */
        public Builder unsupported(Set<Operation> value) {
            unsupported = value;
            return this;
        }

        /**
         * Sets what a site was seen to know of the item that the store does not. Default: nothing.
         *
         * @param value the value
         * @return this
         */
        public Builder storeBehind(Optional<String> value) {
            storeBehind = value;
            return this;
        }

        /**
         * Gives the facts.
         *
         * @return the facts
         * @throws IllegalArgumentException in {@link ProtectionState#RESYNC_REQUIRED} without a cause
         */
        public ItemFacts build() {
            return new ItemFacts(
                    state,
                    activeSide,
                    paused,
                    testFailover,
                    divergence,
                    resyncCause,
                    sourceShrank,
                    job,
                    failoverOrigin,
                    otherSideStartable,
                    pointsPresent,
                    activeVmSeenOff,
                    unsupported,
                    storeBehind);
        }
    }
}
