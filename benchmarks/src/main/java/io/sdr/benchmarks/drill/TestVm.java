package io.sdr.benchmarks.drill;

import io.sdr.api.Drill;
import io.sdr.api.OperationFailedException;
import io.sdr.api.Problem;
import io.sdr.api.ProtectionState;
import io.sdr.api.RecoveryPoint;
import io.sdr.api.ReplicatedItem;
import io.sdr.api.Side;
import io.sdr.api.SiteRecovery;
import io.sdr.api.TestFailoverState;
import java.util.Comparator;
import java.util.Optional;

/** The VM of the test failover, and what must hold of it and of everything beside it. */
final class TestVm {
    /** Where the test runs. */
    static final Side SIDE = Side.RECOVERY;

    private final SiteRecovery engine;
    private final DrillHands hands;
    private final DrillJournal journal;

    TestVm(SiteRecovery engine, DrillHands hands, DrillJournal journal) {
        this.engine = engine;
        this.hands = hands;
        this.journal = journal;
    }

    /** Checks that it runs beside the protected VM and that its disk holds the tested point. */
    void verify() {
        checkUntouched(TestFailoverState.WAITING_FOR_CLEANUP);
        hands.verifyTest();
    }

    /** Checks that nothing of the test is left, and that the replica holds the tested point as if there had been none. */
    void verifyGone() {
        checkUntouched(TestFailoverState.NONE);
        Optional<Drill> drill = engine.item(DrillRunner.ITEM).drill();
        check(drill.filter(Drill::passed).isPresent(), "the engine does not count it as passed: " + drill);
        Housekeeping.settle(engine, DrillRunner.ITEM, () -> true);
        hands.verifyTestGone();
    }

    private void checkUntouched(TestFailoverState expected) {
        ReplicatedItem item = engine.item(DrillRunner.ITEM);
        check(item.testFailover() == expected, "the test is " + item.testFailover());
        check(
                item.state() == ProtectionState.PROTECTED && item.activeSide() == SIDE.other(),
                "the item is " + item.state() + ", active at " + item.activeSide());
        Optional<String> newest = engine.recoveryPoints(DrillRunner.ITEM).stream()
                .max(Comparator.comparingLong(RecoveryPoint::sequence))
                .map(point -> point.id().value());
        check(newest.equals(journal.point(DrillStep.CYCLE_5)), "the newest recovery point is " + newest);
    }

    /** Refuses what must not be. */
    static void check(boolean holds, String state) {
        if (!holds) {
            throw new OperationFailedException(Problem.of("TEST_NOT_APART")
                    .attempted("verify that the test failover touches nothing but what is its own")
                    .state(state)
                    .remedy("report this with the folder of the drill"));
        }
    }
}
