package io.sdr.core.site;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.Consistency;
import io.sdr.api.DiskId;
import io.sdr.api.spi.Checkpoint;
import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.api.spi.VmDescription;
import io.sdr.testkit.InMemorySite;
import io.sdr.testkit.MemoryFolder;
import io.sdr.testkit.VirtualTime;
import io.sdr.testkit.Workload;
import io.sdr.testkit.guest.Guest;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

/** A guest on a thread of its own begins a transaction at the worst moment: between its last flush and what the site does then. */
class WritingGuestTest {
    private final VirtualTime time = new VirtualTime();
    private final InMemorySite site = Calls.site(new MemoryFolder(), time);
    private final VmDescription vm = site.createVm("sql-01", 150_000, 3 * 65536);

    /** Hands on to the guest, and lets another thread write half a transaction as soon as the guest came to rest. */
    private static class Interrupted implements Workload {
        final Guest guest;
        final Callable<Boolean> half;
        Optional<FutureTask<Boolean>> writing = Optional.empty();

        Interrupted(Guest guest) {
            this.guest = guest;
            this.half = () -> {
                guest.writeHalf();
                return true;
            };
        }

        private void writeHalfNow() {
            FutureTask<Boolean> task = new FutureTask<>(half);
            Thread thread = new Thread(task, "guest");
            writing = Optional.of(task);
            thread.start();
            while (thread.getState() != Thread.State.WAITING && thread.getState() != Thread.State.TERMINATED) {
                Thread.onSpinWait();
            }
        }

        @Override
        public boolean quiesce() {
            boolean rests = guest.quiesce();
            writeHalfNow();
            return rests;
        }

        @Override
        public void shutDown() {
            guest.shutDown();
            writeHalfNow();
        }

        @Override
        public void thaw() {
            guest.thaw();
        }

        @Override
        public boolean answers() {
            return guest.answers();
        }
    }

    private Guest guest() {
        site.powerOn(vm.id());
        Guest guest = Guest.in(site, vm.id(), 1);
        guest.write(3);
        guest.writeHalf();
        return guest;
    }

    private boolean holdsHalfATransaction(Guest guest, Checkpoint checkpoint) {
        assertThat(checkpoint.consistency()).isEqualTo(Consistency.APPLICATION_CONSISTENT);
        Map<DiskId, VirtualDisk> frozen = new HashMap<>();
        for (DiskRef disk : vm.disks()) {
            frozen.put(disk.disk(), Calls.frozen(site, checkpoint, disk.disk()));
        }
        long moment = guest.record().momentOf(frozen).orElseThrow(() -> new AssertionError("torn"));
        frozen.values().forEach(VirtualDisk::close);
        return !guest.record().isBetweenTransactions(moment);
    }

    private Checkpoint applicationConsistent() {
        return site.disks().checkpoint(vm.id(), Consistency.APPLICATION_CONSISTENT, Calls.call("cycle-1"));
    }

    @Test
    void anApplicationConsistentCheckpointNeverHoldsHalfATransaction() throws Exception {
        Guest guest = guest();
        Interrupted interrupted = new Interrupted(guest);
        site.run(vm.id(), interrupted);
        assertThat(holdsHalfATransaction(guest, applicationConsistent())).isFalse();
        assertThat(interrupted.writing.orElseThrow().get()).isTrue(); // it went on after the checkpoint
        assertThat(guest.check()).isEmpty();
    }

    /** A guest that does not wait is found out: the test above can fail. */
    @Test
    void aGuestThatWritesOnIsFoundOut() {
        Guest guest = guest();
        site.run(vm.id(), new Interrupted(guest) {
            @Override
            public boolean quiesce() {
                guest.quiesce();
                guest.thaw();
                super.writeHalfNow();
                return true;
            }
        });
        assertThat(holdsHalfATransaction(guest, applicationConsistent())).isTrue();
    }

    @Test
    void norDoTheDisksOfAVmThatWasShutDown() {
        Guest guest = guest();
        Interrupted interrupted = new Interrupted(guest);
        site.run(vm.id(), interrupted);
        site.vms().shutDown(vm.id(), Calls.call("stop"));
        time.pass(Duration.ofHours(1));
        assertThat(site.look(vm.id()).isRunning()).isFalse();
        assertThat(interrupted.writing).isPresent();
        assertThat(holdsHalfATransaction(guest, applicationConsistent())).isFalse();
    }
}
