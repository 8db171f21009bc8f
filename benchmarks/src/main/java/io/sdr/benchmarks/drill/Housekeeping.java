package io.sdr.benchmarks.drill;

import io.sdr.api.ItemId;
import io.sdr.api.OperationFailedException;
import io.sdr.api.Problem;
import io.sdr.api.RecoveryPoint;
import io.sdr.api.SiteRecovery;
import java.util.function.BooleanSupplier;

/** Lets the engine do its background work until nothing is left of it. */
final class Housekeeping {
    /** Each round folds or applies something; there are never so many cycles to apply. */
    private static final int ROUNDS = 100;

    private Housekeeping() {}

    static void settle(SiteRecovery engine, ItemId item, BooleanSupplier folded) {
        for (int round = 0; round < ROUNDS; round++) {
            engine.runDue();
            boolean applied = engine.recoveryPoints(item).stream().allMatch(RecoveryPoint::processed);
            if (applied && folded.getAsBoolean()) {
                return;
            }
        }
        throw new OperationFailedException(Problem.of("NOT_SETTLED")
                .attempted("fold the layers of the stopped VM and apply all cycles")
                .state("the engine did not come to an end with it")
                .remedy("run the same command again; if it happens again, report it with the folder of the drill"));
    }
}
