package io.sdr.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import io.sdr.api.spi.LocalFolder;
import io.sdr.core.format.DiskFormats;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The commands on disk images, held against QEMU's and libvhdi's. */
class ImageCommandsTest {
    private static final int SIZE = (9 << 20) + 513;
    private static final int ROUNDED = (9 << 20) + 1024;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    Path temp;

    private Path raw;

    @BeforeEach
    void image() throws IOException {
        temp = temp.toRealPath();
        raw = temp.resolve("plain.raw");
        byte[] content = new byte[SIZE];
        byte[] piece = new byte[1 << 20];
        new Random(3).nextBytes(piece);
        System.arraycopy(piece, 0, content, 100_000, piece.length);
        System.arraycopy(piece, 7, content, 5 << 20, 70_000);
        content[SIZE - 1] = 1;
        Files.write(raw, content);
    }

    private int sdr(String... line) {
        out.reset();
        err.reset();
        return Main.run(
                List.of(line),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    private void done(String... line) {
        assertThat(sdr(line)).as(() -> String.join(" ", line) + "\n" + err).isZero();
        assertThat(err.size()).isZero();
    }

    private String printed() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String failure() {
        String text = err.toString(StandardCharsets.UTF_8);
        assertThat(text.lines()).as(text).hasSize(1);
        return text;
    }

    private String at(String name) {
        return temp.resolve(name).toString();
    }

    private JsonNode info(String name) {
        done("info", at(name), "--json");
        return JsonMapper.builder().build().readTree(printed());
    }

    private String tool(String... command) throws IOException, InterruptedException {
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
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor())
                .as(String.join(" ", command) + "\n" + text)
                .isZero();
        return text;
    }

    private static String qemu(String format) {
        return format.equals("vhd") ? "vpc" : format;
    }

    /** Reads the number before "bytes" in libvhdi's text, or what follows the colon. */
    private static String said(String text, String name) {
        String line =
                text.lines().filter(each -> each.contains(name)).findFirst().orElseThrow();
        return line.substring(line.indexOf(':') + 1).strip();
    }

    @ParameterizedTest
    @CsvSource({"vhdx, dynamic", "vhdx, fixed", "vhd, dynamic", "vhd, fixed"})
    void convertedThereAndBackAndReadByOthers(String format, String type) throws Exception {
        String image = "image." + format;
        done(
                "convert",
                "--source",
                raw.toString(),
                "--target",
                at(image),
                "--format",
                format,
                "--type",
                type,
                "--verify");
        assertThat(printed()).contains(ROUNDED + " bytes: the size was rounded up", "Verified: ");
        JsonNode info = info(image);
        assertThat(info.get("format").asString()).isEqualTo(format);
        assertThat(info.get("type").asString()).isEqualTo(type);
        assertThat(info.get("virtualSizeBytes").asLong()).isEqualTo(ROUNDED);
        assertThat(info.get("logicalSectorBytes").asInt()).isEqualTo(512);
        assertThat(info.get("parent").isNull()).isTrue();
        assertThat(info.get("logDirty").asBoolean()).isFalse();
        assertThat(info.get("dataBytes").asLong()).isBetween(1L << 20, 12L << 20);
        JsonNode theirs = JsonMapper.builder()
                .build()
                .readTree(tool("qemu-img", "info", "-f", qemu(format), "--output=json", image));
        assertThat(theirs.get("virtual-size").asLong()).isEqualTo(ROUNDED);
        if (theirs.has("cluster-size") && type.equals("dynamic")) {
            assertThat(info.get("blockSizeBytes").asLong())
                    .isEqualTo(theirs.get("cluster-size").asLong());
        }
        String libvhdi = tool("vhdiinfo", image);
        assertThat(said(libvhdi, "Disk type")).isEqualToIgnoringCase(type);
        assertThat(said(libvhdi, "Media size")).contains("(" + ROUNDED + " bytes)");
        tool("qemu-img", "compare", "-f", "raw", "-F", qemu(format), "plain.raw", image);
        done("check", at(image));

        done("convert", "--source", at(image), "--target", at("back.raw"), "--format", "raw");
        try (FileChannel back = FileChannel.open(temp.resolve("back.raw"), StandardOpenOption.WRITE)) {
            assertThat(back.size()).isEqualTo(ROUNDED);
            back.truncate(SIZE);
        }
        assertThat(Files.mismatch(raw, temp.resolve("back.raw"))).isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"vhdx", "vhd"})
    void whatQemuMadeIsDescribedAsQemuDoes(String format) throws Exception {
        tool("qemu-img", "convert", "-f", "raw", "-O", qemu(format), "plain.raw", "image.bin");
        JsonNode info = info("image.bin");
        JsonNode theirs = JsonMapper.builder()
                .build()
                .readTree(tool("qemu-img", "info", "-f", qemu(format), "--output=json", "image.bin"));
        assertThat(info.get("format").asString()).isEqualTo(format);
        if (format.equals("vhdx")) { // of a VHD QEMU shows what it computes from the geometry
            assertThat(info.get("virtualSizeBytes").asLong())
                    .isEqualTo(theirs.get("virtual-size").asLong());
            assertThat(info.get("blockSizeBytes").asLong())
                    .isEqualTo(theirs.get("cluster-size").asLong());
        }
        assertThat(said(tool("vhdiinfo", "image.bin"), "Media size"))
                .contains("(" + info.get("virtualSizeBytes").asLong() + " bytes)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"vhdx", "vhd"})
    void aLayerIsReadWithItsParents(String format) throws Exception {
        String base = "base." + format;
        String layer = "layer." + format;
        done("convert", "--source", raw.toString(), "--target", at(base), "--format", format);
        done("create", at(layer), "--parent", at(base));
        assertThat(printed()).contains("differencing", base);
        JsonNode info = info(layer);
        assertThat(info.get("type").asString()).isEqualTo("differencing");
        assertThat(info.get("parent").asString()).endsWith(base);
        assertThat(info.get("dataBytes").asLong()).isZero();
        String libvhdi = tool("vhdiinfo", layer);
        assertThat(said(libvhdi, "Parent identifier")).isEqualTo(said(tool("vhdiinfo", base), "Identifier"));

        done("sync", "--source", at(layer), "--target", at("whole.raw"), "--mode", "full", "--verify");
        done("sync", "--source", at("whole.raw"), "--target", at(layer), "--mode", "delta");
        assertThat(printed()).contains(" 0 differed");
        assertThat(sdr("sync", "--source", at(layer), "--target", at(base), "--mode", "delta"))
                .isEqualTo(1);
        assertThat(failure()).contains("[TARGET_IS_A_PARENT]");
        Files.writeString(temp.resolve(base + ".sdr-sync"), "torn");
        assertThat(sdr("convert", "--source", at(layer), "--target", at("x.raw"), "--format", "raw"))
                .isEqualTo(1);
        assertThat(failure()).contains(base + ".sdr-sync", "[SOURCE_TORN]");
        assertThat(temp.resolve("x.raw")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource({"raw, vhdx", "vhdx, raw", "vhdx, vhdx", "raw, vhd", "vhd, raw", "vhd, vhdx", "vhdx, vhd"})
    void differencesGoAcrossFormats(String from, String to) throws Exception {
        String a = from.equals("raw") ? raw.toString() : at("a." + from);
        if (!from.equals("raw")) {
            done("convert", "--source", raw.toString(), "--target", a, "--format", from);
        }
        String b = at("b." + to);
        done("sync", "--source", a, "--target", b, "--mode", "full", "--verify");
        assertThat(info("b." + to).get("format").asString()).isEqualTo(to);
        try (FileChannel image = FileChannel.open(raw, StandardOpenOption.WRITE)) {
            image.write(ByteBuffer.wrap(new byte[300_000]), 300_000);
            image.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), 8 << 20);
        }
        if (!from.equals("raw")) {
            done("sync", "--source", raw.toString(), "--target", a, "--mode", "delta");
        }
        done("sync", "--source", a, "--target", b, "--mode", "delta", "--verify");
        assertThat(printed()).contains("Verified").doesNotContain(" 0 differed");
        if (from.equals("raw")) {
            assertThat(printed()).contains(ROUNDED + " bytes: the size was rounded up");
        }
        done("check", b);
        tool("qemu-img", "compare", "-f", "raw", "-F", qemu(to), "plain.raw", b);
        assertThat(temp.resolve("b." + to + ".sdr-sync")).doesNotExist();
    }

    @Test
    void aTargetThatIsTooSmallGrowsOnlyWhenSaidAndNeverShrinks() throws Exception {
        done("create", at("small.vhdx"), "--format", "vhdx", "--size", "1m");
        String[] line = {"sync", "--source", raw.toString(), "--target", at("small.vhdx"), "--mode", "delta"};
        assertThat(sdr(line)).isEqualTo(1);
        assertThat(failure()).contains("[DISK_SIZES_DIFFER]");
        assertThat(info("small.vhdx").get("virtualSizeBytes").asLong()).isEqualTo(1 << 20);
        String[] resizing = java.util.Arrays.copyOf(line, line.length + 1);
        resizing[line.length] = "--resize";
        done(resizing);
        tool("qemu-img", "compare", "-f", "raw", "-F", "vhdx", "plain.raw", "small.vhdx");
        done("create", at("large.vhdx"), "--format", "vhdx", "--size", "1g");
        resizing[4] = at("large.vhdx");
        assertThat(sdr(resizing)).isEqualTo(1);
        assertThat(failure()).contains("cannot make a disk smaller");
    }

    @ParameterizedTest
    @CsvSource({"raw, fixed", "vhdx, fixed", "vhdx, dynamic", "vhd, dynamic"})
    void createdImagesAreEmptyAndOthersOpenThem(String format, String type) throws Exception {
        String image = "new." + format;
        done("create", at(image), "--format", format, "--size", "40m", "--type", type);
        assertThat(info(image).get("type").asString()).isEqualTo(type);
        assertThat(tool("qemu-img", "info", "-f", qemu(format), image)).contains("41943040 bytes");
        byte[] before = Files.readAllBytes(temp.resolve(image));
        assertThat(sdr("create", at(image), "--format", format, "--size", "1m")).isEqualTo(1);
        assertThat(failure()).contains("[IMAGE_EXISTS]");
        assertThat(Files.readAllBytes(temp.resolve(image))).isEqualTo(before);
    }

    @Test
    void whatCannotBeMadeLeavesNothing() {
        if (sdr("create", at("huge.raw"), "--format", "raw", "--size", "8000000t") == 0) {
            abort("this file system takes files of 8,000,000 TiB");
        }
        assertThat(failure()).contains("huge.raw", "[STORAGE_FAILED]");
        assertThat(temp.resolve("huge.raw")).doesNotExist();
    }

    @Test
    void sizesOfBlocksAndSectorsAreTaken() {
        done(
                "create",
                at("a.vhdx"),
                "--format",
                "vhdx",
                "--size",
                "10000001",
                "--block-size",
                "8m",
                "--sector-size",
                "4096");
        assertThat(printed()).contains("rounded up to what the format can have: 10002432 bytes");
        JsonNode info = info("a.vhdx");
        assertThat(info.get("blockSizeBytes").asLong()).isEqualTo(8 << 20);
        assertThat(info.get("logicalSectorBytes").asInt()).isEqualTo(4096);
    }

    @Test
    void anUnfinishedSyncIsShownAndFails() throws IOException {
        Files.writeString(temp.resolve("plain.raw.sdr-sync"), "torn");
        assertThat(sdr("info", raw.toString(), "--json")).isEqualTo(1);
        assertThat(failure()).contains("plain.raw.sdr-sync", "To do:", "[IMAGE_TORN]");
        JsonNode info = JsonMapper.builder().build().readTree(printed());
        assertThat(info.get("unfinishedSync").asString()).endsWith("plain.raw.sdr-sync");
        assertThat(info.get("virtualSizeBytes").asLong()).isEqualTo(SIZE);
        assertThat(sdr("check", raw.toString())).isEqualTo(1);
        assertThat(printed()).contains("SYNC_UNFINISHED");
        assertThat(sdr("convert", "--source", raw.toString(), "--target", at("b.vhdx"), "--format", "vhdx"))
                .isEqualTo(1);
        assertThat(failure()).contains("[SOURCE_TORN]");
        assertThat(temp.resolve("b.vhdx")).doesNotExist();
    }

    @Test
    void findingsNameRuleAndOffset() throws IOException {
        done("create", at("a.vhdx"), "--format", "vhdx", "--size", "40m");
        try (FileChannel file = FileChannel.open(temp.resolve("a.vhdx"), StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap(new byte[] {9}), (64 << 10) + 100);
        }
        assertThat(sdr("check", at("a.vhdx"))).isEqualTo(1);
        assertThat(printed()).contains("HEADER_CHECKSUM at offset 65536: ", "; expected: ");
        assertThat(failure()).contains("1 finding", "[IMAGE_DEFECTS]");
        try (FileChannel file = FileChannel.open(temp.resolve("a.vhdx"), StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap(new byte[8]), 0);
        }
        assertThat(sdr("check", at("a.vhdx"))).isEqualTo(1);
        assertThat(printed()).contains("FILE_IDENTIFIER at offset 0");
    }

    @Test
    void findingsAreToldToPrograms() throws IOException {
        done("create", at("a.vhdx"), "--format", "vhdx", "--size", "40m");
        done("check", at("a.vhdx"), "--json");
        JsonNode sound = JsonMapper.builder().build().readTree(printed());
        assertThat(sound.get("sound").asBoolean()).isTrue();
        assertThat(sound.get("format").asString()).isEqualTo("vhdx");
        assertThat(sound.get("findings").isEmpty()).isTrue();
        try (FileChannel file = FileChannel.open(temp.resolve("a.vhdx"), StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap(new byte[] {9}), (64 << 10) + 100);
        }
        assertThat(sdr("check", at("a.vhdx"), "--json")).isEqualTo(1);
        JsonNode broken = JsonMapper.builder().build().readTree(printed());
        assertThat(broken.get("sound").asBoolean()).isFalse();
        JsonNode finding = broken.get("findings").get(0);
        assertThat(finding.get("rule").asString()).isEqualTo("HEADER_CHECKSUM");
        assertThat(finding.get("offset").asLong()).isEqualTo(65_536);
        assertThat(finding.get("file").asString()).endsWith("a.vhdx");
        assertThat(finding.get("found").asString()).isNotEmpty();
        assertThat(finding.get("expected").asString()).isNotEmpty();
    }

    @Test
    void nothingIsOverwrittenUnlessSaid() throws IOException {
        Files.writeString(temp.resolve("b.vhdx"), "mine");
        String[] line = {"convert", "--source", raw.toString(), "--target", at("b.vhdx"), "--format", "vhdx"};
        assertThat(sdr(line)).isEqualTo(1);
        assertThat(failure()).contains("[TARGET_EXISTS]");
        assertThat(temp.resolve("b.vhdx")).hasContent("mine");
        String[] overwriting = java.util.Arrays.copyOf(line, line.length + 1);
        overwriting[line.length] = "--overwrite";
        done(overwriting);
        assertThat(info("b.vhdx").get("format").asString()).isEqualTo("vhdx");
        assertThat(LocalFolder.of(temp).list())
                .extracting(each -> each.name())
                .containsExactlyInAnyOrder("b.vhdx", "plain.raw");
        overwriting[4] = raw.toString();
        assertThat(sdr(overwriting)).isEqualTo(1);
        assertThat(failure()).contains("[SAME_FILE]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "info",
                "info a b",
                "info a --jason",
                "check",
                "create a",
                "create a --format vhdx",
                "create a --format qcow2 --size 1m",
                "create a --format vhdx --size some",
                "create a --format raw --size 1m --type dynamic",
                "create a --parent b --size 1m",
                "convert --source a --target b",
                "convert --source a --format vhdx",
                "convert --source a --target b --format vhdx --type thin",
                "sync --source a --target b --mode full --format qcow2"
            })
    void wrongUsageIsTwo(String line) {
        assertThat(sdr(line.split(" "))).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).startsWith("sdr: ").contains("usage: java -jar sdr.jar");
        assertThat(out.size()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"info", "check"})
    void whatIsNotThereOrNoImageSaysSo(String command) throws IOException {
        assertThat(sdr(command, at("none.vhdx"))).isEqualTo(1);
        assertThat(failure()).contains("there is no such file", "[IMAGE_MISSING]");
        Files.createFile(temp.resolve("empty"));
        assertThat(sdr(command, at("empty"))).isEqualTo(1);
        assertThat(failure()).contains("0 bytes");
        assertThat(sdr(command, temp.toString())).isEqualTo(1);
        assertThat(failure()).contains("it is a folder");
    }

    @Test
    void formatsAreOnThePath() {
        assertThat(DiskFormats.installed().names()).contains("raw", "vhd", "vhdx");
    }
}
