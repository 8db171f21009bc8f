package io.sdr.hyperv.vhdx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import io.sdr.api.spi.Access;
import io.sdr.api.spi.DiskShape;
import io.sdr.api.spi.DiskType;
import io.sdr.api.spi.LocalFolder;
import io.sdr.api.spi.VirtualDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Images go between this writer and QEMU's, both ways. */
class QemuTest {
    private static final int SIZE = (40 << 20) + 512;

    @TempDir
    Path temp;

    private String run(String... command) throws IOException, InterruptedException {
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .directory(temp.toFile())
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            if ("true".equals(System.getenv("CI"))) {
                throw e;
            }
            return abort(command[0] + " is not installed");
        }
        String out = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(String.join(" ", command) + "\n" + out).isZero();
        return out;
    }

    private byte[] content(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] bytes = new byte[SIZE];
        for (int i = 0; i < 30; i++) {
            byte[] piece = new byte[random.nextInt(1, 300_000)];
            random.nextBytes(piece);
            System.arraycopy(piece, 0, bytes, random.nextInt(SIZE - piece.length), piece.length);
        }
        return bytes;
    }

    @ParameterizedTest
    @CsvSource({"1, dynamic", "8, dynamic", "32, dynamic", "256, dynamic", "1, fixed", "8, fixed"})
    void bothReadWhatTheOtherWrote(int blockMib, String type) throws Exception {
        byte[] content = content(blockMib);
        Files.write(temp.resolve("plain.raw"), content);
        run(
                "qemu-img",
                "convert",
                "-f",
                "raw",
                "-O",
                "vhdx",
                "-o",
                "subformat=" + type + ",block_size=" + blockMib + "M",
                "plain.raw",
                "qemu.vhdx");
        VhdxFormat format = new VhdxFormat();
        LocalFolder folder = LocalFolder.of(temp);
        assertThat(format.check(folder, "qemu.vhdx")).isEmpty();
        DiskShape shape = DiskShape.of(SIZE)
                .blockBytes(blockMib << 20)
                .type(type.equals("fixed") ? DiskType.FIXED : DiskType.DYNAMIC);
        try (VirtualDisk theirs = format.open(folder, "qemu.vhdx", Access.READ);
                VirtualDisk ours = format.create(folder, "ours.vhdx", shape)) {
            byte[] read = new byte[SIZE];
            theirs.read(0, ByteBuffer.wrap(read));
            assertThat(java.util.Arrays.mismatch(read, content)).isEqualTo(-1);
            theirs.extents(
                    0, SIZE, (at, length, extent) -> ours.write(at, ByteBuffer.wrap(read, (int) at, (int) length)));
            ours.flush();
            // as a killed process leaves it: the log is named in the header
            Files.copy(temp.resolve("ours.vhdx"), temp.resolve("killed.vhdx"));
        }
        run("qemu-img", "check", "ours.vhdx");
        run("qemu-img", "compare", "-f", "vhdx", "-F", "raw", "ours.vhdx", "plain.raw");
        assertThat(format.describe(folder, "killed.vhdx").logDirty()).isEqualTo(!type.equals("fixed"));
        run("qemu-img", "check", "-r", "all", "killed.vhdx");
        run("qemu-img", "compare", "-f", "vhdx", "-F", "raw", "killed.vhdx", "plain.raw");
    }
}
