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
import io.sdr.api.spi.DiskFormat;
import io.sdr.api.spi.Endpoint;
import io.sdr.api.spi.ProgressListener;
import io.sdr.api.spi.ReplicaLink;
import io.sdr.api.spi.ReplicaStatus;
import io.sdr.api.spi.StorageFile;
import io.sdr.api.spi.StorageFolder;
import io.sdr.api.spi.VmConfiguration;
import io.sdr.hyperv.vhd.VhdFormat;
import io.sdr.hyperv.vhdx.VhdxFormat;
import io.sdr.testkit.contract.SimulatedDriverWorld;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** A replica is deleted with its bases, but not what somebody put in the place of one: it tells by its identifier that it is another. */
@ParameterizedClass
@MethodSource("formats")
class ForeignBaseTest {
    private static final ItemId ITEM = new ItemId("item");

    @Parameter
    private DiskFormat format;

    static Stream<DiskFormat> formats() {
        return Stream.of(new VhdxFormat(), new VhdFormat());
    }

    private String base() {
        return "d0.base." + format.name();
    }

    private static CallContext call() {
        return new CallContext(
                ITEM, 1, "call", 1, Instant.parse("2100-01-01T00:00:00Z"), CancelFlag.NEVER, ProgressListener.NONE);
    }

    /** Makes a replica, does something to its folder, and has it deleted; gives the names that are left. */
    private List<String> leftAfter(Consumer<StorageFolder> change) {
        try (SimulatedDriverWorld world = SimulatedDriverWorld.inMemory(format)) {
            VmId vm = world.createRunningVm(Side.PRIMARY, "vm", List.of(1L << 20));
            VmId copy = world.site(Side.RECOVERY)
                    .vms()
                    .createPlaceholder("vm", Optional.empty(), VmConfiguration.of(1, 1L << 30, "bios"), call())
                    .vm();
            ReplicaLink link = new ReplicaLink(
                    ITEM,
                    Side.RECOVERY,
                    new Endpoint(world.site(Side.PRIMARY).id(), vm),
                    new Endpoint(world.site(Side.RECOVERY).id(), copy));
            world.driver().establish(link, world.policy(), call());
            assertThat(world.driver().replicate(link, 1, Consistency.CRASH_CONSISTENT, call()))
                    .isInstanceOf(CycleResult.Received.class);
            world.driver().process(link, call());
            StorageFolder folder = world.site(Side.RECOVERY).disks().replicaFolder(ITEM);
            assertThat(folder.find(base())).isPresent();
            change.accept(folder);
            world.driver().dissolve(link, true, call());
            assertThat(world.driver().status(List.of(link), call()).get(ITEM)).isEqualTo(ReplicaStatus.NONE);
            return folder.list().stream().map(StorageFolder.Entry::name).toList();
        }
    }

    @Test
    void anotherDiskStays() {
        assertThat(leftAfter(folder -> {
                    format.delete(folder, base());
                    format.create(folder, base(), 1L << 20).close();
                }))
                .containsExactly(base());
    }

    @Test
    void whatIsNoDiskOfTheFormatStays() {
        assertThat(leftAfter(folder -> {
                    format.delete(folder, base());
                    try (StorageFile file = folder.create(base())) {
                        file.write(
                                0,
                                ByteBuffer.wrap("somebody's notes".repeat(100).getBytes(StandardCharsets.US_ASCII)));
                    }
                }))
                .containsExactly(base());
    }

    @Test
    void theBaseGoesThoughItWasWrittenOutside() {
        assertThat(leftAfter(folder -> {
                    try (var disk = format.open(folder, base(), Access.WRITE)) {
                        disk.write(5, ByteBuffer.wrap(new byte[] {1, 2, 3}));
                        disk.flush();
                    }
                }))
                .isEmpty();
    }

    @Test
    void aBaseThatIsGoneIsNoMatter() {
        assertThat(leftAfter(folder -> format.delete(folder, base()))).isEmpty();
    }
}
