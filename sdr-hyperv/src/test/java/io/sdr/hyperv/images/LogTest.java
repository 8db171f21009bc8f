package io.sdr.hyperv.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sdr.api.spi.Access;
import io.sdr.api.spi.DiskDefect;
import io.sdr.api.spi.DiskFormatException;
import io.sdr.api.spi.LocalFolder;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.hyperv.vhdx.VhdxFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Logs that wait: applied in memory for reading, in the file for writing, and as QEMU applies them. */
class LogTest {
    private final VhdxFormat format = new VhdxFormat();

    @TempDir
    Path temp;

    private byte[] image(String file) throws IOException {
        return Files.readAllBytes(temp.resolve(file));
    }

    private String digest(String file, Access access) {
        try (VirtualDisk disk = format.open(LocalFolder.of(temp), file, access)) {
            return disk.sizeBytes() + " " + Corpus.digest(disk);
        }
    }

    private boolean dirty(String file) {
        return format.describe(LocalFolder.of(temp), file).logDirty();
    }

    /** Holds what is seen through the log against what QEMU makes of a copy. */
    private String verify(Tools tools, String file) throws Exception {
        assertThat(dirty(file)).as("the log waits").isTrue();
        byte[] before = image(file);
        String seen = digest(file, Access.READ);
        assertThat(Arrays.equals(image(file), before))
                .as("reading leaves the file alone")
                .isTrue();
        Files.copy(temp.resolve(file), temp.resolve("theirs"));
        tools.run("qemu-img", "check", "-f", "vhdx", "-r", "all", "theirs");
        assertThat(dirty("theirs")).isFalse();
        assertThat(digest("theirs", Access.READ)).isEqualTo(seen);
        assertThat(digest(file, Access.WRITE)).isEqualTo(seen);
        assertThat(dirty(file)).as("after opening for writing").isFalse();
        assertThat(digest(file, Access.READ)).isEqualTo(seen);
        assertThat(format.check(LocalFolder.of(temp), file)).isEmpty();
        tools.run("qemu-img", "check", "-f", "vhdx", file);
        tools.run("qemu-img", "compare", "-f", "vhdx", "-F", "vhdx", file, "theirs");
        return seen;
    }

    /** A later entry of the log is whole when the write of what it says fails, and QEMU is killed. */
    @ParameterizedTest
    @CsvSource({"1, 600", "32, 19000"})
    void aKilledQemuLeavesItsLog(int blockMib, int farMib) throws Exception {
        Tools tools = new Tools(temp);
        tools.run("qemu-img", "create", "-f", "vhdx", "-o", "block_size=" + blockMib + "M", "killed", "20G");
        String failing = "json:{\"driver\":\"vhdx\",\"file\":{\"driver\":\"blkdebug\","
                + "\"image\":{\"driver\":\"file\",\"filename\":\"killed\"},\"inject-error\":"
                + "[{\"event\":\"none\",\"iotype\":\"write\",\"sector\":4104,\"errno\":5,\"once\":false}]}}";
        String out = tools.killed(
                failing,
                List.of("write -P 1 0 64k", "flush", "write -P 2 5M 64k", "flush", "write -P 3 " + farMib + "M 64k"));
        assertThat(out).contains("write failed");
        verify(tools, "killed");
        try (VirtualDisk disk = format.open(LocalFolder.of(temp), "killed", Access.READ)) {
            for (long[] each : new long[][] {{0, 1}, {5L << 20, 2}, {(long) farMib << 20, 3}}) {
                byte[] read = new byte[65_536];
                disk.read(each[0], ByteBuffer.wrap(read));
                assertThat(read).containsOnly((byte) each[1]);
            }
        }
    }

    /** Those that QEMU 7.2 replays right: it ignores a log's tail, and fails with 127 and more descriptors. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "log-single",
                "log-wrap-entry",
                "log-multi-order",
                "log-stale-guid",
                "log-torn-last",
                "log-two-sequences",
                "log-regions-metadata",
                "log-empty-entry",
                "log-header-pair",
                "log-big-zero",
                "log-seq-gap",
                "windows-log-replay"
            })
    void logsMadeByHandAreAppliedAsByQemu(String name) throws Exception {
        LocalFolder folder = LocalFolder.of(temp);
        Corpus.expand(name + ".vhdx", folder);
        Corpus known = Corpus.all().stream()
                .filter(each -> each.file().equals(name + ".vhdx"))
                .findFirst()
                .orElseThrow();
        assertThat(verify(new Tools(temp), name + ".vhdx")).endsWith(known.extentsSha256());
    }

    /** A guest can write all of this to a raw disk, which is told by its content; a log of zeros alone must not fill the memory. */
    @Test
    void aLogOfVeryManyZerosIsRefused() throws IOException {
        int logBytes = 32 << 20;
        LocalFolder folder = LocalFolder.of(temp);
        format.create(folder, "disk", 1L << 30).close();
        UUID guid = UUID.randomUUID();
        ByteBuffer file = ByteBuffer.wrap(
                        Arrays.copyOf(image("disk"), Math.toIntExact(Files.size(temp.resolve("disk"))) + logBytes))
                .order(ByteOrder.LITTLE_ENDIAN);
        int logAt = file.limit() - logBytes;
        for (int at : new int[] {64 << 10, 128 << 10}) {
            ByteBuffer header = file.slice(at, 4096).order(ByteOrder.LITTLE_ENDIAN);
            HandMade.guid(header, 48, guid);
            header.putInt(68, logBytes);
            header.putLong(72, logAt);
            HandMade.seal(header);
        }
        ByteBuffer log = file.slice(logAt, logBytes).order(ByteOrder.LITTLE_ENDIAN);
        log.putInt(0, 0x65676F6C);
        log.putInt(8, logBytes);
        log.putLong(16, 1);
        int count = (logBytes - 64) / 32;
        log.putInt(24, count);
        HandMade.guid(log, 32, guid);
        log.putLong(48, file.limit());
        log.putLong(56, 1L << 40);
        for (int i = 0; i < count; i++) {
            int at = 64 + 32 * i;
            log.putInt(at, 0x6F72657A);
            log.putLong(at + 8, 4096);
            log.putLong(at + 16, (1L << 36) + 8192L * i);
            log.putLong(at + 24, 1);
        }
        HandMade.seal(log);
        Files.write(temp.resolve("disk"), file.array());
        assertThatThrownBy(() -> format.open(folder, "disk", Access.READ))
                .isInstanceOfSatisfying(
                        DiskFormatException.class, e -> assertThat(e.rule()).isEqualTo("LOG_DESCRIPTORS"));
        assertThat(format.check(folder, "disk")).extracting(DiskDefect::rule).containsExactly("LOG_DESCRIPTORS");
    }
}
