package io.sdr.hyperv.images;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.spi.Access;
import io.sdr.api.spi.DiskShape;
import io.sdr.api.spi.DiskType;
import io.sdr.api.spi.StorageFile;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.hyperv.vhd.VhdFormat;
import io.sdr.testkit.MemoryFolder;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which of a VHD file's footers counts. */
class VhdFooterTest {
    private static final int SIZE = 1 << 20;

    private final VhdFormat format = new VhdFormat();
    private final MemoryFolder folder = new MemoryFolder();

    private byte[] made(DiskType type) {
        format.create(folder, "a", DiskShape.of(SIZE).type(type)).close();
        return HandMade.bytes(folder, "a");
    }

    private void cut(long size) {
        try (StorageFile file = folder.open("a", Access.WRITE)) {
            file.setSize(size);
        }
    }

    /** Else a guest could have the host open a parent of its choice. */
    @Test
    void aGuestCannotMakeItsFixedDiskAnother() {
        byte[] other = made(DiskType.DYNAMIC);
        format.delete(folder, "a");
        made(DiskType.FIXED);
        try (VirtualDisk disk = format.open(folder, "a", Access.WRITE)) {
            disk.write(0, ByteBuffer.wrap(other));
            disk.flush();
        }
        assertThat(format.describe(folder, "a").type()).isEqualTo(DiskType.FIXED);
        try (VirtualDisk disk = format.open(folder, "a", Access.READ)) {
            ByteBuffer read = ByteBuffer.allocate(other.length);
            disk.read(0, read);
            assertThat(read.flip()).isEqualTo(ByteBuffer.wrap(other));
        }
        assertThat(format.check(folder, "a")).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"FIXED", "DYNAMIC"})
    void footersWithoutTheirLastByteAreRead(DiskType type) {
        byte[] whole = made(type);
        cut(whole.length - 1);
        assertThat(format.recognises(folder, "a")).isTrue();
        assertThat(format.describe(folder, "a").type()).isEqualTo(type);
        assertThat(format.check(folder, "a")).isEmpty();
        try (VirtualDisk disk = format.open(folder, "a", Access.WRITE)) {
            disk.write(SIZE - 1, ByteBuffer.wrap(new byte[] {3}));
            disk.flush();
        }
        assertThat(format.check(folder, "a")).isEmpty();
        try (VirtualDisk disk = format.open(folder, "a", Access.READ)) {
            ByteBuffer read = ByteBuffer.allocate(1);
            disk.read(SIZE - 1, read);
            assertThat(read.get(0)).isEqualTo((byte) 3);
        }
    }

    @Test
    void aFooterThatACrashLeftUnwrittenIsWrittenByTheNextOpeningForWriting() {
        byte[] whole = made(DiskType.DYNAMIC);
        cut(whole.length - 512);
        assertThat(format.recognises(folder, "a")).isTrue();
        assertThat(format.check(folder, "a")).isEmpty();
        assertThat(format.describe(folder, "a").logDirty()).isTrue();
        format.open(folder, "a", Access.READ).close();
        assertThat(HandMade.bytes(folder, "a"))
                .as("reading leaves the file alone")
                .hasSize(whole.length - 512);
        format.open(folder, "a", Access.WRITE).close();
        assertThat(format.describe(folder, "a").logDirty()).isFalse();
        assertThat(HandMade.bytes(folder, "a")).isEqualTo(whole);
    }
}
