package io.sdr.hyperv.images;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.spi.Access;
import io.sdr.api.spi.DiskFormat;
import io.sdr.api.spi.ForwardingFile;
import io.sdr.api.spi.ForwardingFolder;
import io.sdr.api.spi.StorageFile;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.testkit.MemoryFolder;
import java.nio.ByteBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Opening a large disk and telling its extents reads its tables, and nothing of what it holds. */
class OpeningTest {
    private static final int MIB = 1 << 20;
    private static final int BLOCK = 2 * MIB;

    /** Counts reads, those of payload apart. */
    private static final class Counting extends ForwardingFolder {
        private final long payloadFrom;
        private long reads;
        private long bytes;
        private long payloadReads;

        Counting(MemoryFolder folder, long payloadFrom) {
            super(folder);
            this.payloadFrom = payloadFrom;
        }

        @Override
        protected StorageFile wrap(String name, StorageFile file) {
            long footerAt = file.size() - 512;
            return new ForwardingFile(file) {
                @Override
                public int read(long position, ByteBuffer into) {
                    reads++;
                    bytes += into.remaining();
                    payloadReads += position + into.remaining() > payloadFrom && position < footerAt ? 1 : 0;
                    return super.read(position, into);
                }
            };
        }
    }

    @ParameterizedTest
    @CsvSource({"vhdx, 2048, 8", "vhd, 2040, 4"})
    void onlyMetadataIsRead(String name, long sizeGib, int entryBytes) {
        DiskFormat format = ModelTest.format(name);
        long size = sizeGib << 30;
        long table = (size / BLOCK + (name.equals("vhdx") ? size / BLOCK / 2048 : 0)) * entryBytes;
        MemoryFolder folder = new MemoryFolder();
        long payloadFrom;
        try (VirtualDisk disk = format.create(folder, "a", size)) {
            payloadFrom = folder.find("a").orElseThrow().sizeBytes();
            for (int i = 0; i < 50; i++) {
                disk.write(size / 50 * i, ByteBuffer.wrap(new byte[BLOCK]));
            }
            disk.flush();
        }
        Counting counting = new Counting(folder, payloadFrom - (name.equals("vhd") ? 512 : 0));
        try (VirtualDisk disk = format.open(counting, "a", Access.READ)) {
            long tables = name.equals("vhd") ? 2 * table : table; // it is counted before it is sorted
            assertThat(counting.bytes).isLessThan(tables + MIB);
            assertThat(counting.reads).isLessThan(tables / 65_536 + 100);
            long[] extents = {0};
            disk.extents(0, size, (at, length, extent) -> extents[0]++);
            assertThat(extents[0]).isGreaterThanOrEqualTo(99);
            assertThat(counting.bytes).isLessThan(tables + table + 4 * MIB);
        }
        assertThat(counting.payloadReads).isZero();
    }
}
