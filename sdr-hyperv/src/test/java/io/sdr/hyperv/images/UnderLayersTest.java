package io.sdr.hyperv.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sdr.api.OperationFailedException;
import io.sdr.api.spi.Access;
import io.sdr.api.spi.DiskFormat;
import io.sdr.api.spi.DiskFormatException;
import io.sdr.api.spi.StorageFolder;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.hyperv.vhd.VhdFormat;
import io.sdr.hyperv.vhdx.VhdxFormat;
import io.sdr.testkit.MemoryFolder;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A base may be written under its layers, and whatever becomes of that the layers open. */
class UnderLayersTest {
    private static final int SIZE = 5 << 20;

    private final StorageFolder folder = new MemoryFolder().child("disks");

    static Stream<DiskFormat> formats() {
        return Stream.of(new VhdxFormat(), new VhdFormat());
    }

    private static void fill(VirtualDisk disk, int offset, int length, int value) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        disk.write(offset, ByteBuffer.wrap(bytes));
        disk.flush();
    }

    private static int read(VirtualDisk disk, int offset) {
        ByteBuffer one = ByteBuffer.allocate(1);
        disk.read(offset, one);
        return one.get(0);
    }

    private void chain(DiskFormat format) {
        try (VirtualDisk base = format.create(folder, "base", SIZE)) {
            fill(base, 0, 3 << 20, 1);
        }
        try (VirtualDisk over = format.createLayer(folder, "over", "base")) {
            fill(over, 4096, 8192, 2);
        }
        try (VirtualDisk run = format.createLayer(folder, "run", "over")) {
            fill(run, 8192, 8192, 3);
        }
    }

    private void assertChain(DiskFormat format, int below) {
        try (VirtualDisk run = format.open(folder, "run", Access.READ)) {
            assertThat(read(run, 0)).isEqualTo(below);
            assertThat(read(run, 4096)).isEqualTo(2);
            assertThat(read(run, 16383)).isEqualTo(3);
        }
        for (String each : List.of("base", "over", "run")) {
            assertThat(format.check(folder, each)).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("formats")
    void layersOpenAfterEachAttempt(DiskFormat format) {
        chain(format);
        for (int attempt = 10; attempt < 15; attempt++) {
            try (VirtualDisk base = format.openUnderLayers(folder, "base", List.of("over"))) {
                assertChain(format, attempt == 10 ? 1 : attempt - 1);
                fill(base, 0, 4096, attempt);
            }
            assertChain(format, attempt);
        }
        format.openUnderLayers(folder, "base", List.of("over")).close(); // nothing was written
        assertChain(format, 14);
    }

    /** What the promise is for: without it the chain is broken. */
    @Test
    void aVhdxThatIsWrittenWithoutThatIsAnotherParent() {
        DiskFormat format = new VhdxFormat();
        chain(format);
        try (VirtualDisk base = format.open(folder, "base", Access.WRITE)) {
            fill(base, 0, 4096, 9);
        }
        assertThatThrownBy(() -> format.open(folder, "run", Access.READ)).isInstanceOf(DiskFormatException.class);
    }

    @ParameterizedTest
    @MethodSource("formats")
    void disksGrowAndLayersDoNot(DiskFormat format) {
        format.create(folder, "base", SIZE).close();
        format.grow(folder, "base", 2L * SIZE);
        format.grow(folder, "base", 2L * SIZE);
        assertThat(format.describe(folder, "base").virtualSizeBytes()).isEqualTo(2L * SIZE);
        assertThatThrownBy(() -> format.grow(folder, "base", SIZE)).isInstanceOf(OperationFailedException.class);
        format.createLayer(folder, "layer", "base").close();
        assertThatThrownBy(() -> format.grow(folder, "layer", 3L * SIZE)).isInstanceOf(OperationFailedException.class);
    }
}
