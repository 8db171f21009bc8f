package io.sdr.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sdr.api.Side;
import org.junit.jupiter.api.Test;

/** Random histories of a driver against a model in memory, with the power of storages cut anywhere; see {@link DriverHistory}. */
public abstract class DriverHistoryContract {
    private static final boolean STRESS = Boolean.getBoolean("sdr.stress");
    private static final int ACTS = 20;

    /** For subclasses. */
    protected DriverHistoryContract() {}

    /**
     * Opens a world: two sites without VMs, and the driver between them.
     *
     * @return the world; the suite closes it
     */
    protected abstract DriverWorld newWorld();

    /**
     * Tells how many histories are lived, without {@code -Dsdr.stress=true}; with it 50 times as many.
     *
     * @return so many
     */
    protected int histories() {
        return 10;
    }

    /** Whatever is done in which order, and wherever the power goes: points, drills and guests hold what they must. */
    @Test
    public void anyHistoryKeepsWhatItMust() {
        int histories = histories() * (STRESS ? 50 : 1);
        int cuts = 0;
        boolean canBeCut = false;
        for (long seed = 0; seed < histories; seed++) {
            try (DriverWorld world = newWorld()) {
                canBeCut = world.powerCut(Side.PRIMARY).isPresent();
                cuts += DriverHistory.run(world, seed, ACTS);
            }
        }
        assertTrue(!canBeCut || cuts >= histories, "the power was cut " + cuts + " times only");
    }
}
