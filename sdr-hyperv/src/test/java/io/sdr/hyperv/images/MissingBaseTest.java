package io.sdr.hyperv.images;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.Consistency;
import io.sdr.api.ItemId;
import io.sdr.api.Side;
import io.sdr.api.VmId;
import io.sdr.api.spi.Access;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.CancelFlag;
import io.sdr.api.spi.CycleResult;
import io.sdr.api.spi.Endpoint;
import io.sdr.api.spi.ProgressListener;
import io.sdr.api.spi.ReplicaLink;
import io.sdr.api.spi.ReplicationDriver.Retention;
import io.sdr.api.spi.StorageFolder;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.api.spi.VmConfiguration;
import io.sdr.hyperv.vhdx.VhdxFormat;
import io.sdr.testkit.contract.SimulatedDriverWorld;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A base that was lost is made anew for the same guest. */
class MissingBaseTest {
    private static final ItemId ITEM = new ItemId("item");

    private static CallContext call(String token) {
        return new CallContext(
                ITEM, 1, token, 1, Instant.parse("2100-01-01T00:00:00Z"), CancelFlag.NEVER, ProgressListener.NONE);
    }

    @Test
    void itHasTheGuestsSector() {
        VhdxFormat format = new VhdxFormat();
        try (SimulatedDriverWorld world = SimulatedDriverWorld.inMemory(new LargeSectors())) {
            VmId vm = world.createRunningVm(Side.PRIMARY, "vm", List.of(1L << 20));
            VmId copy = world.site(Side.RECOVERY)
                    .vms()
                    .createPlaceholder("vm", Optional.empty(), VmConfiguration.of(1, 1L << 30, "bios"), call("vm"))
                    .vm();
            ReplicaLink link = new ReplicaLink(
                    ITEM,
                    Side.RECOVERY,
                    new Endpoint(world.site(Side.PRIMARY).id(), vm),
                    new Endpoint(world.site(Side.RECOVERY).id(), copy));
            try (VirtualDisk disk = world.guestDisk(Side.PRIMARY, vm, 0)) {
                disk.write(5, ByteBuffer.wrap(new byte[] {1, 2, 3}));
                disk.flush();
            }
            world.driver().establish(link, world.policy(), call("establish"));
            assertThat(world.driver().replicate(link, 1, Consistency.CRASH_CONSISTENT, call("first")))
                    .isInstanceOf(CycleResult.Received.class);
            world.driver().process(link, call("process"));
            StorageFolder folder = world.site(Side.RECOVERY).disks().replicaFolder(ITEM);
            format.delete(folder, "d0.base.vhdx");
            assertThat(world.driver().replicate(link, 2, Consistency.CRASH_CONSISTENT, call("second")))
                    .isInstanceOf(CycleResult.Gap.class);
            world.driver().beginResync(link, new Retention(10, Duration.ZERO), false, call("resync"));
            assertThat(format.describe(folder, "d0.base.vhdx").logicalSectorBytes())
                    .isEqualTo(4096);
            assertThat(world.driver().replicate(link, 2, Consistency.CRASH_CONSISTENT, call("again")))
                    .isInstanceOf(CycleResult.Received.class);
            world.driver().process(link, call("process again"));
            try (VirtualDisk base = format.open(folder, "d0.base.vhdx", Access.READ)) {
                ByteBuffer read = ByteBuffer.allocate(3);
                base.read(5, read);
                assertThat(read.array()).containsExactly(1, 2, 3);
            }
        }
    }
}
