package io.sdr.core.site;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.spi.Extent;
import io.sdr.api.spi.ExtentVisitor;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.core.format.RawFormat;
import io.sdr.testkit.DiskImage;
import io.sdr.testkit.InMemorySite;
import io.sdr.testkit.MemoryFolder;
import io.sdr.testkit.SimulatedSite;
import io.sdr.testkit.SiteOptions;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** An image that says where it is zeros is imported without reading them. */
class SparseImageTest {
    private static final long SIZE = 1L << 40;
    private static final long DATA_AT = (1L << 39) + 512;
    private static final int DATA_BYTES = 5000;

    private static final class Sparse implements DiskImage, DiskImage.Content {
        private long read;

        @Override
        public String describe() {
            return "a sparse image";
        }

        @Override
        public Content open() {
            return this;
        }

        @Override
        public long size() {
            return SIZE;
        }

        @Override
        public void read(long position, ByteBuffer into) {
            read += into.remaining();
            while (into.hasRemaining()) {
                into.put((byte) 3);
            }
        }

        @Override
        public void extents(ExtentVisitor visitor) {
            visitor.visit(0, DATA_AT, Extent.ZERO);
            visitor.visit(DATA_AT, DATA_BYTES, Extent.DATA);
            visitor.visit(DATA_AT + DATA_BYTES, SIZE - DATA_AT - DATA_BYTES, Extent.ZERO);
        }

        @Override
        public void close() {}
    }

    @Test
    void onlyDataAreRead() {
        Sparse image = new Sparse();
        try (SimulatedSite site =
                InMemorySite.open(SiteOptions.named("east").format(new RawFormat()), new MemoryFolder())) {
            var vm = site.importVm("sparse", image);
            assertThat(image.read).isEqualTo(DATA_BYTES);
            byte[] found = new byte[DATA_BYTES + 2];
            try (VirtualDisk disk = site.inspect(vm.disks().get(0))) {
                disk.read(DATA_AT - 1, ByteBuffer.wrap(found));
                assertThat(disk.sizeBytes()).isEqualTo(SIZE);
            }
            byte[] expected = new byte[DATA_BYTES + 2];
            Arrays.fill(expected, 1, DATA_BYTES + 1, (byte) 3);
            assertThat(found).isEqualTo(expected);
        }
    }
}
