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
import io.sdr.testkit.guest.Guest;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class SiteThreadsTest {
    private static final int CHECKPOINTS = 12;

    /** The guest writes on its own thread, without rest; each checkpoint is one moment over both disks all the same. */
    @Test
    void aCheckpointIsOneMomentOfAGuestThatNeverRests() throws Exception {
        InMemorySite site = Calls.site(new MemoryFolder());
        VmDescription vm = site.createVm("sql-01", 150_000, 3 * 65536);
        site.powerOn(vm.id());
        Guest guest = Guest.in(site, vm.id(), 1);
        AtomicBoolean stop = new AtomicBoolean();
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            Future<?> writing = thread.submit(() -> {
                while (!stop.get()) {
                    guest.writeUnflushed(1);
                    guest.writeHalf();
                }
            });
            for (int i = 0; i < CHECKPOINTS; i++) {
                Consistency wanted = i % 2 == 0 ? Consistency.CRASH_CONSISTENT : Consistency.APPLICATION_CONSISTENT;
                Checkpoint checkpoint = site.disks().checkpoint(vm.id(), wanted, Calls.call("cycle-" + i));
                Map<DiskId, VirtualDisk> frozen = new HashMap<>();
                for (DiskRef disk : vm.disks()) {
                    frozen.put(disk.disk(), Calls.frozen(site, checkpoint, disk.disk()));
                }
                Optional<Long> moment = guest.momentOf(frozen);
                assertThat(moment).as("moment of " + checkpoint.id()).isPresent();
                if (wanted == Consistency.APPLICATION_CONSISTENT) {
                    assertThat(guest.record().isBetweenTransactions(moment.get()))
                            .as("moment " + moment.get())
                            .isTrue();
                }
                frozen.values().forEach(VirtualDisk::close);
                site.disks().release(checkpoint.id(), i % 3 == 0, Calls.call("t"));
            }
            stop.set(true);
            writing.get();
            assertThat(guest.check()).isEmpty();
        } finally {
            stop.set(true);
            thread.shutdownNow();
        }
    }
}
