package io.sdr.core.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.Side;
import io.sdr.core.job.MemoryTempDir;
import io.sdr.testkit.Fault;
import java.nio.file.Path;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a reversal made at the old side goes when it is taken back, though the site refused to give it up at first. */
class CancelledReverseTest {
    @TempDir(factory = MemoryTempDir.class)
    static Path folder;

    @Test
    void theCheckpointOfTheOldSideDoesNotStay() {
        try (FaultWorld world = FaultWorld.fresh(folder.resolve("a"))) {
            FaultedOperation.REVERSE.prepare(world, Side.RECOVERY);
            FaultRun run = new FaultRun(world, FaultedOperation.REVERSE);
            SortedMap<String, Integer> before = run.leftovers();
            Rest failed = run.begin(() ->
                    world.site(run.here().other()).faults().from("disks.release", 2, new Fault.Refuses("NOT_TODAY")));
            assertThat(failed.job()).isEqualTo("FAILED");
            assertThat(run.goOn(Act.ABANDON).job()).isEqualTo("CANCELLED");
            run.housekeeping();
            assertThat(run.leftovers()).isEqualTo(before);
        }
    }
}
