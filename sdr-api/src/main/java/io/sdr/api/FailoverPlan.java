package io.sdr.api;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** What one failover shall do. Every plan names the side that shall be active afterwards; the engine refuses what disagrees with the facts. */
public sealed interface FailoverPlan extends ItemRequest {
    /** How long the guest of a copy may take to answer, where a plan does not say it. */
    Duration GUEST_ANSWERS_WITHIN = Duration.ofMinutes(30);

    /** The longest time that a plan may give a VM to work. */
    Duration LONGEST_VERIFICATION = Duration.ofDays(1);

    private static Duration verification(Duration value) {
        if (value.isNegative() || value.isZero() || value.compareTo(LONGEST_VERIFICATION) > 0) {
            throw new InvalidRequestException(Problem.of("DURATION_OUT_OF_RANGE")
                    .attempted("verify a failover within " + value)
                    .state("nothing was changed")
                    .remedy("use a time above zero and of at most " + LONGEST_VERIFICATION));
        }
        return value;
    }

    /**
     * Names the side that shall be active afterwards; for a test the side at which it runs.
     *
     * @return the side
     */
    Side to();

    /**
     * Plans a failover without loss: the VM is shut down, its last changes are sent, the other side starts.
     *
     * @param item the item
     * @param to the side that shall be active afterwards
     * @return a plan with {@link SyncMode#DELTA_BEFORE_FAILOVER}, that waits for <em>complete failover</em> if the direction is
     *     failback, without hard power-off
     */
    static Planned planned(ItemRef item, Side to) {
        return new Planned(item.itemId(), to, new Planned.PlannedDraft(to == Side.PRIMARY));
    }

    /**
     * Plans a failover from a side that is lost or given up.
     *
     * @param item the item
     * @param to the side that shall be active afterwards
     * @return a plan to the latest point, without shutting down the other side first
     */
    static Unplanned unplanned(ItemRef item, Side to) {
        return unplanned(item, to, Unplanned.Start.RECOVERY_POINT);
    }

    /**
     * Plans a failover to a recovery point of a replica that was changed outside ({@link ResyncCause#REPLICA_SUSPECT}): nothing
     * vouches for what the point holds. Calling this accepts that.
     *
     * @param item the item
     * @param to the side that shall be active afterwards
     * @return a plan to the latest point, without shutting down the other side first
     */
    static Unplanned unplannedToUnverifiedPoint(ItemRef item, Side to) {
        return unplanned(item, to, Unplanned.Start.UNVERIFIED_POINT);
    }

    /**
     * Plans a failover to the other side's old disk as it stood when the last failover left it: nothing that the active side wrote
     * since is on it. For an item that is committed and not replicating yet. Calling this accepts the loss.
     *
     * @param item the item
     * @param to the side that shall be active afterwards
     * @return a plan, without shutting down the other side first
     */
    static Unplanned unplannedToOldDisk(ItemRef item, Side to) {
        return unplanned(item, to, Unplanned.Start.OLD_DISK);
    }

    private static Unplanned unplanned(ItemRef item, Side to, Unplanned.Start start) {
        return new Unplanned(item.itemId(), to, new Unplanned.UnplannedDraft(start));
    }

    /**
     * Plans a test failover: the replica is started in isolation beside running replication, which the test does not touch.
     *
     * @param item the item
     * @param to the side at which the test runs; the active side is the other one
     * @param network what the test's VM is connected to
     * @return a plan with the latest point, verified by the guest's heartbeat within 10 minutes
     */
    static Test test(ItemRef item, Side to, TestNetwork network) {
        return new Test(
                item.itemId(),
                to,
                network,
                RecoveryPointSelector.latest(),
                Optional.empty(),
                Test.VERIFY_WITHIN,
                Optional.empty());
    }

    /** A planned failover. Immutable; the withers give copies. */
    final class Planned implements FailoverPlan {
        private final ItemId item;
        private final Side to;
        private final SyncMode sync;
        private final boolean waitForComplete;
        private final boolean turnOffIfNeeded;
        private final boolean verifyBeforeStart;
        private final boolean thenReverse;
        private final boolean inPlace;
        private final Duration verifyWithin;
        private final Optional<String> cloud;
        private final Optional<String> actor;

        private Planned(ItemId item, Side to, PlannedDraft draft) {
            this.item = item;
            this.to = to;
            this.sync = draft.sync;
            this.waitForComplete = draft.waitForComplete;
            this.turnOffIfNeeded = draft.turnOffIfNeeded;
            this.verifyBeforeStart = draft.verifyBeforeStart;
            this.thenReverse = draft.thenReverse;
            this.inPlace = draft.inPlace;
            this.verifyWithin = draft.verifyWithin;
            this.cloud = draft.cloud;
            this.actor = draft.actor;
        }

        private Planned with(Consumer<PlannedDraft> change) {
            PlannedDraft draft = new PlannedDraft(this);
            change.accept(draft);
            return new Planned(item, to, draft);
        }

        /**
         * Chooses how the other side's disks are brought up to date.
         *
         * @param mode the mode
         * @return a copy
         */
        public Planned sync(SyncMode mode) {
            return with(draft -> draft.sync = mode);
        }

        /**
         * Lets the job wait for <em>complete failover</em> when the delta phase is ready.
         *
         * @return a copy
         */
        public Planned waitForComplete() {
            return with(draft -> draft.waitForComplete = true);
        }

        /**
         * Lets the job go on at once when the delta phase is ready.
         *
         * @return a copy
         */
        public Planned completeAtOnce() {
            return with(draft -> draft.waitForComplete = false);
        }

        /**
         * Allows a hard power-off where the guest does not shut down in time. Without it such a failover fails and all is as
         * before.
         *
         * @return a copy
         */
        public Planned turnOffIfShutdownFails() {
            return with(draft -> draft.turnOffIfNeeded = true);
        }

        /**
         * Compares both whole disks by SHA-256 before the start, inside the downtime, instead of afterwards.
         *
         * @return a copy
         */
        public Planned verifyBeforeStart() {
            return with(draft -> draft.verifyBeforeStart = true);
        }

        /**
         * Lets the failover be followed by its commit and, after that, by reverse replication: each a job of its own, created in the
         * transaction that ends the one before, in the name of the same actor. The recovery points go with the commit; the old
         * side's disks become the replica. None follows a job that did not succeed.
         *
         * @return a copy
         */
        public Planned reverseAutomatically() {
            return with(draft -> draft.thenReverse = true);
        }

        /**
         * With full download: writes over what the other side holds instead of keeping it beside until the commit, because there
         * is not the room for both. This gives the old disks and all recovery points up as soon as the first byte is written: until
         * the download is complete that side cannot be started, and the job cannot be cancelled. If the download fails for good,
         * the VM runs again where it was, and the item has to be resynchronised.
         *
         * @return a copy
         */
        public Planned replaceInPlace() {
            return with(draft -> draft.inPlace = true);
        }

        /**
         * With full download: says where the VM is made if it is gone at the side that shall be active. Default: in the cloud in which
         * the item was protected. A VM that is there stays where it is.
         *
         * @param value the cloud of that site
         * @return a copy
         */
        public Planned makingVmIn(String value) {
            return with(draft -> draft.cloud = Optional.of(value));
        }

        /**
         * Sets how long the guest of the copy may take to answer once its VM runs. Default: 30 minutes. Then the failover succeeds
         * all the same, with the warning {@code GUEST_DID_NOT_ANSWER}: who is active is decided, and the VM runs.
         *
         * @param value how long: above zero, at most a day
         * @return a copy
         * @throws InvalidRequestException code {@code DURATION_OUT_OF_RANGE}
         */
        public Planned verifyWithin(Duration value) {
            Duration checked = verification(value);
            return with(draft -> draft.verifyWithin = checked);
        }

        /**
         * Names who asks.
         *
         * @param value the name
         * @return a copy
         */
        public Planned by(String value) {
            return with(draft -> draft.actor = Optional.of(value));
        }

        /**
         * Tells how the disks are brought up to date.
         *
         * @return the mode
         */
        public SyncMode sync() {
            return sync;
        }

        /**
         * Tells whether the job waits for <em>complete failover</em>.
         *
         * @return true if it waits
         */
        public boolean waitsForComplete() {
            return waitForComplete;
        }

        /**
         * Tells how long the guest of the copy may take to answer.
         *
         * @return how long
         */
        public Duration verifyWithin() {
            return verifyWithin;
        }

        /**
         * Tells whether a hard power-off is allowed.
         *
         * @return true if it is
         */
        public boolean turnsOffIfShutdownFails() {
            return turnOffIfNeeded;
        }

        /**
         * Tells whether the whole disks are compared before the start.
         *
         * @return true if they are
         */
        public boolean verifiesBeforeStart() {
            return verifyBeforeStart;
        }

        /**
         * Tells where the VM is made if it is gone.
         *
         * @return the cloud; empty for that of the item
         */
        public Optional<String> cloudOfNewVm() {
            return cloud;
        }

        /**
         * Tells whether what the other side holds is written over.
         *
         * @return true if it is
         */
        public boolean replacesInPlace() {
            return inPlace;
        }

        /**
         * Tells whether commit and reverse replication follow.
         *
         * @return true if they do
         */
        public boolean reversesAutomatically() {
            return thenReverse;
        }

        @Override
        public ItemId item() {
            return item;
        }

        @Override
        public Side to() {
            return to;
        }

        @Override
        public Operation operation() {
            return sync == SyncMode.DELTA_BEFORE_FAILOVER
                    ? Operation.PLANNED_FAILOVER_DELTA
                    : Operation.PLANNED_FAILOVER_FULL;
        }

        @Override
        public Optional<String> actor() {
            return actor;
        }

        @Override
        public String toString() {
            return RequestText.of(
                    this,
                    "to " + to,
                    RequestText.when(waitForComplete, "waits to be completed"),
                    RequestText.when(turnOffIfNeeded, "turns off if the shutdown fails"),
                    RequestText.when(verifyBeforeStart, "compares before the start"),
                    RequestText.when(thenReverse, "then reverses"),
                    RequestText.when(inPlace, "in place"));
        }

        /** The one place that copies each field of a plan. */
        private static final class PlannedDraft {
            private SyncMode sync = SyncMode.DELTA_BEFORE_FAILOVER;
            private boolean waitForComplete;
            private boolean turnOffIfNeeded;
            private boolean verifyBeforeStart;
            private boolean thenReverse;
            private boolean inPlace;
            private Duration verifyWithin = GUEST_ANSWERS_WITHIN;
            private Optional<String> cloud = Optional.empty();
            private Optional<String> actor = Optional.empty();

            PlannedDraft(boolean waitForComplete) {
                this.waitForComplete = waitForComplete;
            }

            PlannedDraft(Planned plan) {
                sync = plan.sync;
                waitForComplete = plan.waitForComplete;
                turnOffIfNeeded = plan.turnOffIfNeeded;
                verifyBeforeStart = plan.verifyBeforeStart;
                thenReverse = plan.thenReverse;
                inPlace = plan.inPlace;
                verifyWithin = plan.verifyWithin;
                cloud = plan.cloud;
                actor = plan.actor;
            }
        }
    }

    /**
     * The word that the other side is down.
     *
     * @param by who says so
     * @param how how it was made sure
     */
    record DownConfirmation(String by, String how) {}

    /** An unplanned failover. Immutable; the withers give copies. */
    final class Unplanned implements FailoverPlan {
        /** What the other side starts from; anything but the first is accepted by the name of the plan's factory. */
        public enum Start {
            /** A recovery point. */
            RECOVERY_POINT,
            /** A recovery point for which nothing vouches. */
            UNVERIFIED_POINT,
            /** The old disk as it stood. */
            OLD_DISK
        }

        private final ItemId item;
        private final Side to;
        private final Start start;
        private final RecoveryPointSelector point;
        private final boolean shutDownFirst;
        private final Duration verifyWithin;
        private final Optional<String> acceptTwoRunning;
        private final Optional<DownConfirmation> sourceConfirmedDown;
        private final Optional<String> actor;

        private Unplanned(ItemId item, Side to, UnplannedDraft draft) {
            this.item = item;
            this.to = to;
            this.start = draft.start;
            this.point = draft.point;
            this.shutDownFirst = draft.shutDownFirst;
            this.verifyWithin = draft.verifyWithin;
            this.acceptTwoRunning = draft.acceptTwoRunning;
            this.sourceConfirmedDown = draft.sourceConfirmedDown;
            this.actor = draft.actor;
        }

        private Unplanned with(Consumer<UnplannedDraft> change) {
            UnplannedDraft draft = new UnplannedDraft(this);
            change.accept(draft);
            return new Unplanned(item, to, draft);
        }

        /**
         * Chooses the recovery point.
         *
         * @param selector the selector
         * @return a copy
         */
        public Unplanned at(RecoveryPointSelector selector) {
            return with(draft -> draft.point = selector);
        }

        /**
         * Tries to shut the other side down and to send what is left first, if it answers.
         *
         * @return a copy
         */
        public Unplanned shutDownFirst() {
            return with(draft -> draft.shutDownFirst = true);
        }

        /**
         * Accepts in advance that both copies may run. Without it the job asks when the other side is seen running.
         *
         * @param reason why, for the records
         * @return a copy
         */
        public Unplanned acceptTwoRunning(String reason) {
            return with(draft -> draft.acceptTwoRunning = Optional.of(reason));
        }

        /**
         * Records the caller's word that the other side is down.
         *
         * @param by who says so
         * @param how how it was made sure
         * @return a copy
         */
        public Unplanned sourceConfirmedDown(String by, String how) {
            return with(draft -> draft.sourceConfirmedDown = Optional.of(new DownConfirmation(by, how)));
        }

        /**
         * Sets how long the guest of the copy may take to answer once its VM runs. Default: 30 minutes. Then the failover succeeds
         * all the same, with the warning {@code GUEST_DID_NOT_ANSWER}: who is active is decided, and the VM runs.
         *
         * @param value how long: above zero, at most a day
         * @return a copy
         * @throws InvalidRequestException code {@code DURATION_OUT_OF_RANGE}
         */
        public Unplanned verifyWithin(Duration value) {
            Duration checked = verification(value);
            return with(draft -> draft.verifyWithin = checked);
        }

        /**
         * Names who asks.
         *
         * @param value the name
         * @return a copy
         */
        public Unplanned by(String value) {
            return with(draft -> draft.actor = Optional.of(value));
        }

        /**
         * Tells what the other side starts from.
         *
         * @return what was accepted
         */
        public Start start() {
            return start;
        }

        /**
         * Tells which point is used.
         *
         * @return the selector
         */
        public RecoveryPointSelector point() {
            return point;
        }

        /**
         * Tells how long the guest of the copy may take to answer.
         *
         * @return how long
         */
        public Duration verifyWithin() {
            return verifyWithin;
        }

        /**
         * Tells whether the other side is shut down first.
         *
         * @return true if so
         */
        public boolean shutsDownFirst() {
            return shutDownFirst;
        }

        /**
         * Tells whether and why two running copies are accepted.
         *
         * @return the reason, or empty if they are not
         */
        public Optional<String> twoRunningAccepted() {
            return acceptTwoRunning;
        }

        /**
         * Gives the caller's word that the other side is down.
         *
         * @return the word, or empty
         */
        public Optional<DownConfirmation> downConfirmation() {
            return sourceConfirmedDown;
        }

        @Override
        public ItemId item() {
            return item;
        }

        @Override
        public Side to() {
            return to;
        }

        @Override
        public Operation operation() {
            return Operation.UNPLANNED_FAILOVER;
        }

        @Override
        public Optional<String> actor() {
            return actor;
        }

        @Override
        public String toString() {
            return RequestText.of(
                    this,
                    "to " + to,
                    start == Start.OLD_DISK ? "old disk" : point.toString(),
                    RequestText.when(start == Start.UNVERIFIED_POINT, "unverified"),
                    RequestText.when(shutDownFirst, "shuts down first"),
                    acceptTwoRunning.map(why -> "accepts two running: " + why).orElse(""));
        }

        /** The one place that copies each field of a plan. */
        private static final class UnplannedDraft {
            private final Start start;
            private RecoveryPointSelector point = RecoveryPointSelector.latest();
            private boolean shutDownFirst;
            private Duration verifyWithin = GUEST_ANSWERS_WITHIN;
            private Optional<String> acceptTwoRunning = Optional.empty();
            private Optional<DownConfirmation> sourceConfirmedDown = Optional.empty();
            private Optional<String> actor = Optional.empty();

            UnplannedDraft(Start start) {
                this.start = start;
            }

            UnplannedDraft(Unplanned plan) {
                start = plan.start;
                point = plan.point;
                shutDownFirst = plan.shutDownFirst;
                verifyWithin = plan.verifyWithin;
                acceptTwoRunning = plan.acceptTwoRunning;
                sourceConfirmedDown = plan.sourceConfirmedDown;
                actor = plan.actor;
            }
        }
    }

    /** A test failover. Immutable; the withers give copies. */
    final class Test implements FailoverPlan {
        private static final Duration VERIFY_WITHIN = Duration.ofMinutes(10);

        private final ItemId item;
        private final Side to;
        private final TestNetwork network;
        private final RecoveryPointSelector point;
        private final Optional<String> probe;
        private final Duration verifyWithin;
        private final Optional<String> actor;

        private Test(
                ItemId item,
                Side to,
                TestNetwork network,
                RecoveryPointSelector point,
                Optional<String> probe,
                Duration verifyWithin,
                Optional<String> actor) {
            this.item = item;
            this.to = to;
            this.network = network;
            this.point = point;
            this.probe = probe;
            this.verifyWithin = verifyWithin;
            this.actor = actor;
        }

        /**
         * Chooses the recovery point.
         *
         * @param selector the selector
         * @return a copy
         */
        public Test at(RecoveryPointSelector selector) {
            return new Test(item, to, network, selector, probe, verifyWithin, actor);
        }

        /**
         * Asks one's own probe, too, whether the VM works.
         *
         * @param name the name under which it is registered
         * @return a copy
         */
        public Test probe(String name) {
            return new Test(item, to, network, point, Optional.of(name), verifyWithin, actor);
        }

        /**
         * Sets how long the VM may take to work. Then the test fails, and what it made waits for its cleanup.
         *
         * @param value how long: above zero, at most a day
         * @return a copy
         * @throws InvalidRequestException code {@code DURATION_OUT_OF_RANGE}
         */
        public Test verifyWithin(Duration value) {
            return new Test(item, to, network, point, probe, verification(value), actor);
        }

        /**
         * Names who asks.
         *
         * @param value the name
         * @return a copy
         */
        public Test by(String value) {
            return new Test(item, to, network, point, probe, verifyWithin, Optional.of(value));
        }

        /**
         * Tells what the VM is connected to.
         *
         * @return the choice
         */
        public TestNetwork network() {
            return network;
        }

        /**
         * Tells which point is used.
         *
         * @return the selector
         */
        public RecoveryPointSelector point() {
            return point;
        }

        /**
         * Names the user's probe.
         *
         * @return its name, or empty
         */
        public Optional<String> probe() {
            return probe;
        }

        /**
         * Tells how long the VM may take to work.
         *
         * @return how long
         */
        public Duration verifyWithin() {
            return verifyWithin;
        }

        @Override
        public ItemId item() {
            return item;
        }

        @Override
        public Side to() {
            return to;
        }

        @Override
        public Operation operation() {
            return Operation.TEST_FAILOVER;
        }

        @Override
        public Optional<String> actor() {
            return actor;
        }

        @Override
        public String toString() {
            return RequestText.of(this, "at " + to, point.toString(), "network " + network);
        }
    }
}
