package io.sdr.core.site;

import io.sdr.api.Consistency;
import io.sdr.api.DiskId;
import io.sdr.api.ItemId;
import io.sdr.api.JobId;
import io.sdr.api.Side;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.CancelFlag;
import io.sdr.api.spi.ChangedRanges;
import io.sdr.api.spi.Checkpoint;
import io.sdr.api.spi.DiskAccess;
import io.sdr.api.spi.EpochRecord;
import io.sdr.api.spi.ProgressListener;
import io.sdr.api.spi.RangeSet;
import io.sdr.api.spi.StorageFolder;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.api.spi.VmDescription;
import io.sdr.testkit.InMemorySite;
import io.sdr.testkit.SimulatedSite;
import io.sdr.testkit.SiteOptions;
import io.sdr.testkit.VirtualTime;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;

/** Calls to a site, short enough for tests. */
final class Calls {
    static final ItemId ITEM = new ItemId("item-1");
    static final Instant ALWAYS = Instant.parse("2100-01-01T00:00:00Z");
    static final DiskId DISK0 = new DiskId("disk0");

    private Calls() {}

    static CallContext call(String token) {
        return call(token, 1);
    }

    static CallContext call(String token, long epoch) {
        return new CallContext(ITEM, epoch, token, 1, ALWAYS, CancelFlag.NEVER, ProgressListener.NONE);
    }

    static InMemorySite site(StorageFolder root) {
        return site(root, new VirtualTime());
    }

    static InMemorySite site(StorageFolder root, VirtualTime time) {
        return InMemorySite.open(
                SiteOptions.named("east").clouds("Gold", "Bronze").time(time), root);
    }

    static Checkpoint checkpoint(SimulatedSite site, VmDescription vm, String token) {
        return site.disks().checkpoint(vm.id(), Consistency.CRASH_CONSISTENT, call(token));
    }

    static EpochRecord decision(long epoch, String job) {
        return new EpochRecord(
                epoch,
                EpochRecord.Kind.ACTIVATE,
                Side.PRIMARY,
                Side.RECOVERY,
                new JobId(job),
                Optional.empty(),
                Instant.parse("2025-01-01T12:00:00Z"));
    }

    static void write(SimulatedSite site, VmDescription vm, DiskId disk, long offset, byte[] bytes) {
        site.guestDisk(vm.id(), disk).write(offset, ByteBuffer.wrap(bytes));
    }

    static byte[] guestBytes(SimulatedSite site, VmDescription vm, DiskId disk) {
        return bytes(site.guestDisk(vm.id(), disk));
    }

    static VirtualDisk frozen(SimulatedSite site, Checkpoint checkpoint, DiskId disk) {
        return ((DiskAccess.InProcess) site.disks().frozen(checkpoint.id(), disk, call("read"))).open();
    }

    static byte[] frozenBytes(SimulatedSite site, Checkpoint checkpoint, DiskId disk) {
        try (VirtualDisk open = frozen(site, checkpoint, disk)) {
            return bytes(open);
        }
    }

    static byte[] bytes(VirtualDisk disk) {
        ByteBuffer buffer = ByteBuffer.allocate((int) disk.sizeBytes());
        disk.read(0, buffer);
        return buffer.array();
    }

    static Optional<RangeSet> changes(SimulatedSite site, Checkpoint since, Checkpoint until, DiskId disk) {
        ChangedRanges changes = site.disks().changes(since.id(), until.id(), disk, call("read"));
        return changes instanceof ChangedRanges.Known known ? Optional.of(known.ranges()) : Optional.empty();
    }
}
