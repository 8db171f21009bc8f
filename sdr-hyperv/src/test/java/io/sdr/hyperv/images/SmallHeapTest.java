package io.sdr.hyperv.images;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.spi.Access;
import io.sdr.api.spi.DiskShape;
import io.sdr.api.spi.LocalFolder;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.hyperv.vhdx.VhdxFormat;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The table of 64 TiB in blocks of 1 MiB has 512 MiB, and a process with less than that opens the disk and tells its extents. */
class SmallHeapTest {
    private static final long BYTES = 64L << 40;
    private static final int PLACES = 16;

    @TempDir
    private Path temp;

    /** Prints how many extents a disk has. */
    static final class Extents {
        private Extents() {}

        public static void main(String[] words) {
            long[] count = {0};
            try (VirtualDisk disk = new VhdxFormat().open(LocalFolder.of(Path.of(words[0])), words[1], Access.READ)) {
                disk.extents(0, disk.sizeBytes(), (at, length, extent) -> count[0]++);
            }
            System.out.print(count[0]);
        }
    }

    @Test
    void aTableOf512MebibytesIsReadIn256MebibytesOfHeap() throws Exception {
        DiskShape shape = DiskShape.of(BYTES).blockBytes(1 << 20);
        try (VirtualDisk disk = new VhdxFormat().create(LocalFolder.of(temp), "disk", shape)) {
            for (int i = 0; i < PLACES; i++) {
                disk.write(BYTES / PLACES * i, ByteBuffer.wrap(new byte[] {1}));
            }
            disk.flush();
        }
        Process process = new ProcessBuilder(List.of(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Extents.class.getName(),
                        temp.toString(),
                        "disk"))
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        assertThat(said).isEqualTo(2 * PLACES + "");
    }
}
