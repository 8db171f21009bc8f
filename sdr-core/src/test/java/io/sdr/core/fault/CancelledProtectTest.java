package io.sdr.core.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.Job;
import io.sdr.api.JobStatus;
import io.sdr.api.Side;
import io.sdr.api.spi.StorageFolder;
import io.sdr.testkit.Fault;
import io.sdr.testkit.Faults;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Protecting fails at some change of the target's storage and is cancelled: nothing of the item is left in a replica folder. */
class CancelledProtectTest {
    private static final Duration PATIENCE = Duration.ofDays(2);
    private static final int ONE_IN = 4;

    @TempDir
    Path folder;

    @Test
    void nothingIsLeftInEitherFolder() {
        List<FaultWorld.Made> calls;
        try (FaultWorld world = FaultWorld.fresh(folder.resolve("clean"))) {
            world.list();
            FaultedOperation.done(FaultedOperation.PROTECT.start(world));
            calls = world.calls().stream()
                    .filter(call ->
                            call.step().equals("relation") || call.step().equals("initial-copy"))
                    .filter(call -> call.side() == Side.RECOVERY && call.kind() == Faults.Kind.STORAGE_CHANGE)
                    .filter(call ->
                            call.about().contains("manifest.") || call.about().contains(".base."))
                    .toList();
        }
        assertThat(calls).hasSizeGreaterThan(10);
        List<String> failures = new ArrayList<>();
        int cancelled = 0;
        for (int i = 0; i < calls.size(); i += ONE_IN) {
            FaultWorld.Made call = calls.get(i);
            for (Fault fault : List.of(new Fault.StorageFull(), new Fault.Fails())) {
                try (FaultWorld world =
                        FaultWorld.fresh(folder.resolve(i + fault.getClass().getSimpleName()))) {
                    world.list();
                    world.site(Side.RECOVERY).faults().from(call.name(), call.nth(), fault);
                    Job job = FaultedOperation.PROTECT.start(world);
                    if (job.awaitEnd(PATIENCE).status() != JobStatus.FAILED) {
                        continue;
                    }
                    cancelled++;
                    world.site(Side.RECOVERY).faults().clear();
                    job.cancel();
                    assertThat(job.awaitEnd(PATIENCE).status()).isEqualTo(JobStatus.CANCELLED);
                    world.engine().runDue();
                    for (Side side : Side.values()) {
                        List<StorageFolder.Entry> left = replica(world, side).list();
                        if (!left.isEmpty()) {
                            failures.add(fault + " from " + call + ": left at " + side + " " + left);
                        }
                    }
                }
            }
        }
        assertThat(failures).isEmpty();
        assertThat(cancelled).as("cancelled after a fault").isGreaterThan(5);
    }

    private static StorageFolder replica(FaultWorld world, Side side) {
        return world.site(side).root().child("replicas").child(world.id().value());
    }
}
