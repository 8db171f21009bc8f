package io.sdr.hyperv.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sdr.api.InvalidRequestException;
import io.sdr.api.spi.Access;
import io.sdr.api.spi.DiskFormat;
import io.sdr.api.spi.DiskFormatException;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.hyperv.disk.ParentFinder;
import io.sdr.hyperv.vhd.VhdFormat;
import io.sdr.hyperv.vhdx.VhdxFormat;
import io.sdr.testkit.MemoryFolder;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Chains have a limit, and a file that is not the parent costs no more than a look at it. */
class ChainTest {
    private static final long SIZE = 1 << 20;

    private final MemoryFolder folder = new MemoryFolder();

    @ParameterizedTest
    @ValueSource(strings = {"vhdx", "vhd"})
    void aChainOfSixtyFourDisksIsTheLongest(String name) {
        DiskFormat format = ModelTest.format(name);
        try (VirtualDisk base = format.create(folder, "1", SIZE)) {
            base.write(7, ByteBuffer.wrap(new byte[] {7}));
            base.flush();
        }
        for (int i = 2; i <= 64; i++) {
            format.createLayer(folder, i + "", i - 1 + "").close();
        }
        try (VirtualDisk top = format.open(folder, "64", Access.READ)) {
            ByteBuffer read = ByteBuffer.allocate(1);
            top.read(7, read);
            assertThat(read.get(0)).isEqualTo((byte) 7);
            assertThat(top.ownRanges().isEmpty()).isTrue();
        }
        assertThatThrownBy(() -> format.createLayer(folder, "65", "64")).isInstanceOf(InvalidRequestException.class);
        assertThat(folder.find("65")).isEmpty();
        assertThat(folder.openFiles()).isEmpty();
    }

    /** The guest knows its disk by the identifier of the file that it has attached: it must not change when a layer comes or goes. */
    @Test
    void theGuestsDiskKeepsItsIdentifierThroughLayers() {
        VhdxFormat format = new VhdxFormat();
        format.create(folder, "base", SIZE).close();
        format.create(folder, "other", SIZE).close();
        format.createLayer(folder, "over", "base").close();
        format.createLayer(folder, "run", "over").close();
        String base = format.describe(folder, "base").diskId();
        assertThat(format.describe(folder, "over").diskId()).isEqualTo(base);
        assertThat(format.describe(folder, "run").diskId()).isEqualTo(base);
        assertThat(format.describe(folder, "other").diskId()).isNotEqualTo(base);
        format.open(folder, "run", Access.READ).close();
    }

    /** The decoy's own parent is gone: nobody looks for it. */
    @Test
    void aFileThatIsNotTheParentIsPassedOverWithoutItsParents() {
        VhdFormat format = new VhdFormat();
        format.create(folder, "a", SIZE).close();
        format.create(folder, "gone", SIZE).close();
        format.createLayer(folder, "decoy", "gone").close();
        format.delete(folder, "gone");
        format.createLayer(folder, "b", "a").close();
        ParentFinder decoyFirst =
                (child, path) -> Optional.of(new ParentFinder.Place(folder, path.startsWith(".") ? "decoy" : "a"));
        VhdFormat.withParents(decoyFirst).open(folder, "b", Access.READ).close();
        ParentFinder decoyOnly = (child, path) -> Optional.of(new ParentFinder.Place(folder, "decoy"));
        assertThatThrownBy(() -> VhdFormat.withParents(decoyOnly).open(folder, "b", Access.READ))
                .isInstanceOfSatisfying(
                        DiskFormatException.class, e -> assertThat(e.rule()).isEqualTo("PARENT"))
                .hasMessageContaining("identifier");
        assertThat(folder.openFiles()).isEmpty();
    }
}
