package io.sdr.hyperv.images;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.spi.Access;
import io.sdr.api.spi.DiskDefect;
import io.sdr.api.spi.DiskFormat;
import io.sdr.api.spi.DiskFormatException;
import io.sdr.api.spi.StorageFile;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.hyperv.images.HandMade.Kind;
import io.sdr.hyperv.vhd.VhdFormat;
import io.sdr.hyperv.vhdx.VhdxFormat;
import io.sdr.testkit.MemoryFolder;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each defect has its name: one image for each, made by hand. */
class DefectsTest {
    private static final int MIB = HandMade.MIB;
    /** Named by a check; opening lives with them. */
    private static final List<String> REMARKS = List.of(
            "HEADER_CHECKSUM",
            "HEADER_SIGNATURE",
            "REGION_TABLE_CHECKSUM",
            "REGION_TABLE_SIGNATURE",
            "REGION_COUNT",
            "REGION_TABLES_DIFFER",
            "BAT_RESERVED",
            "FOOTER_CHECKSUM",
            "FOOTER_COPY");

    record Defect(DiskFormat format, Kind kind, String rule, Consumer<FuzzFile> change) {
        @Override
        public String toString() {
            return format.name() + " " + rule;
        }
    }

    private static Defect vhdx(Kind kind, String rule, Consumer<FuzzFile> change) {
        return new Defect(new VhdxFormat(), kind, rule, change);
    }

    private static Defect vhd(Kind kind, String rule, Consumer<FuzzFile> change) {
        return new Defect(new VhdFormat(), kind, rule, change);
    }

    static List<Defect> headersAndLog() {
        return List.of(
                vhdx(Kind.BASE, "FILE_IDENTIFIER", f -> HandMade.edit(f, 0, 8, b -> b.put(0, (byte) 'V'))),
                vhdx(Kind.BASE, "HEADER_SECTION", f -> f.setSize(MIB - 1)),
                vhdx(Kind.BASE, "HEADER_SIGNATURE", f -> HandMade.header(f, 0, b -> b.putInt(0, 1))),
                vhdx(Kind.BASE, "HEADER_CHECKSUM", f -> HandMade.edit(f, 65_536, 4096, b -> b.putInt(4, 7))),
                vhdx(Kind.BASE, "HEADERS", f -> HandMade.headers(f, b -> b.putInt(0, 1))),
                vhdx(Kind.BASE, "HEADER_SEQUENCE", f -> HandMade.headers(f, b -> b.putLong(8, 9))),
                vhdx(Kind.BASE, "HEADER_VERSION", f -> HandMade.headers(f, b -> b.putShort(66, (short) 2))),
                vhdx(Kind.BASE_KILLED, "LOG_VERSION", f -> HandMade.headers(f, b -> b.putShort(64, (short) 1))),
                vhdx(Kind.BASE, "LOG_LENGTH", f -> HandMade.headers(f, b -> b.putInt(68, 4096))),
                vhdx(Kind.BASE, "LOG_OFFSET", f -> HandMade.headers(f, b -> b.putLong(72, 4096))),
                vhdx(Kind.BASE, "LOG_OUTSIDE", f -> HandMade.headers(f, b -> b.putLong(72, 1L << 40))),
                vhdx(Kind.BASE_KILLED, "LOG_NO_SEQUENCE", f -> f.write(MIB, ByteBuffer.allocate(MIB))),
                vhdx(
                        Kind.BASE_KILLED,
                        "LOG_FLUSHED_OFFSET",
                        f -> HandMade.lastLogEntry(f, b -> b.putLong(48, 1L << 40))),
                vhdx(Kind.BASE_KILLED, "LOG_LAST_OFFSET", f -> HandMade.lastLogEntry(f, b -> b.putLong(56, 1L << 60))),
                vhdx(Kind.BASE_KILLED, "LOG_TARGET", f -> HandMade.lastLogEntry(f, b -> b.putLong(64 + 16, 65_536))));
    }

    static List<Defect> regions() {
        return List.of(
                vhdx(Kind.BASE, "REGION_TABLE_SIGNATURE", f -> HandMade.regions(f, 1, b -> b.putInt(0, 1))),
                vhdx(Kind.BASE, "REGION_TABLE_CHECKSUM", f -> HandMade.edit(f, 196_608, 64, b -> b.putInt(4, 7))),
                vhdx(Kind.BASE, "REGION_COUNT", f -> HandMade.regions(f, 1, b -> b.putInt(8, 2048))),
                vhdx(Kind.BASE, "REGION_TABLES_DIFFER", f -> HandMade.regions(f, 1, b -> b.putInt(16 + 28, 0))),
                vhdx(Kind.BASE, "REGION_TABLES", f -> HandMade.regions(f, b -> b.putInt(0, 1))),
                vhdx(
                        Kind.BASE,
                        "REGION_TWICE",
                        f -> HandMade.regions(f, b -> {
                            b.putInt(8, 3);
                            b.put(80, b, 16, 32).putLong(80 + 16, 4L * MIB);
                        })),
                vhdx(Kind.BASE, "REGION_OFFSET", f -> HandMade.regions(f, b -> b.putLong(32, 4096))),
                vhdx(Kind.BASE, "REGION_LENGTH", f -> HandMade.regions(f, b -> b.putInt(40, 4096))),
                vhdx(Kind.BASE, "REGION_OUTSIDE", f -> HandMade.regions(f, b -> b.putLong(32, 1L << 40))),
                vhdx(Kind.BASE, "REGION_OVERLAP", f -> HandMade.regions(f, b -> b.putLong(32, MIB))),
                vhdx(
                        Kind.BASE,
                        "REGION_UNKNOWN",
                        f -> HandMade.regions(f, b -> {
                            HandMade.guid(b, 16, new UUID(1, 2));
                        })),
                vhdx(
                        Kind.BASE,
                        "REGION_BAT",
                        f -> HandMade.regions(f, b -> {
                            b.putInt(8, 1);
                            b.put(16, b, 48, 32);
                        })),
                vhdx(Kind.BASE, "REGION_METADATA", f -> HandMade.regions(f, b -> b.putInt(8, 1))));
    }

    static List<Defect> metadata() {
        return List.of(
                vhdx(Kind.BASE, "METADATA_SIGNATURE", f -> HandMade.metadata(f, b -> b.putLong(0, 1))),
                vhdx(Kind.BASE, "METADATA_COUNT", f -> HandMade.metadata(f, b -> b.putShort(10, (short) 2048))),
                vhdx(Kind.BASE, "METADATA_TWICE", f -> HandMade.metadata(f, b -> b.put(64, b, 32, 16))),
                vhdx(
                        Kind.BASE,
                        "METADATA_UNKNOWN",
                        f -> HandMade.metadata(f, b -> HandMade.guid(b, 64, new UUID(1, 2)))),
                vhdx(Kind.BASE, "METADATA_EMPTY", f -> HandMade.metadata(f, b -> b.putInt(32 + 20, 0))),
                vhdx(Kind.BASE, "METADATA_LENGTH", f -> HandMade.metadata(f, b -> b.putInt(32 + 20, 2 * MIB))),
                vhdx(Kind.BASE, "METADATA_OUTSIDE", f -> HandMade.metadata(f, b -> b.putInt(32 + 16, 100))),
                vhdx(Kind.BASE, "METADATA_OVERLAP", f -> HandMade.metadata(f, b -> b.putInt(32 + 16, 65_540))),
                vhdx(Kind.BASE, "METADATA_MISSING", f -> HandMade.metadata(f, b -> b.putShort(10, (short) 4))),
                vhdx(Kind.BASE, "METADATA_ITEM_LENGTH", f -> HandMade.metadata(f, b -> b.putInt(32 + 20, 4))),
                vhdx(Kind.BASE, "BLOCK_SIZE", f -> HandMade.items(f, b -> b.putInt(0, 3 * MIB))),
                vhdx(Kind.BASE, "VIRTUAL_DISK_SIZE", f -> HandMade.items(f, b -> b.putLong(8, 513))),
                vhdx(Kind.BASE, "LOGICAL_SECTOR_SIZE", f -> HandMade.items(f, b -> b.putInt(32, 1024))),
                vhdx(Kind.BASE, "PHYSICAL_SECTOR_SIZE", f -> HandMade.items(f, b -> b.putInt(40, 0))),
                vhdx(Kind.BASE, "LOCATOR_MISSING", f -> HandMade.items(f, b -> b.putInt(4, 2))),
                vhdx(Kind.CHILD, "LOCATOR_LENGTH", f -> HandMade.metadata(f, b -> b.putInt(32 * 6 + 20, 300 << 10))),
                vhdx(Kind.CHILD, "LOCATOR_SHORT", f -> HandMade.metadata(f, b -> b.putInt(32 * 6 + 20, 19))),
                vhdx(Kind.CHILD, "LOCATOR_TYPE", f -> HandMade.locator(f, b -> b.putInt(0, 1))),
                vhdx(Kind.CHILD, "LOCATOR_COUNT", f -> HandMade.locator(f, b -> b.putShort(18, (short) 999))),
                vhdx(Kind.CHILD, "LOCATOR_ENTRY", f -> HandMade.locator(f, b -> b.putInt(20, 1 << 20))),
                vhdx(
                        Kind.CHILD,
                        "LOCATOR_KEY_TWICE",
                        f -> HandMade.locator(f, b -> b.putInt(32, b.getInt(20)).putShort(40, b.getShort(28)))),
                vhdx(Kind.CHILD, "LOCATOR_LINKAGE", f -> HandMade.locator(f, b -> b.putChar(b.getInt(24), '('))),
                vhdx(Kind.CHILD, "LOCATOR_PATH", f -> HandMade.locator(f, b -> b.putChar(b.getInt(32), 'x'))));
    }

    static List<Defect> bat() {
        return List.of(
                vhdx(Kind.BASE, "BAT_TOO_SHORT", f -> HandMade.items(f, b -> b.putLong(8, 1L << 40))),
                vhdx(Kind.BASE, "BAT_STATE", f -> HandMade.bat(f, 2, 5)),
                vhdx(Kind.BASE, "BAT_RESERVED", f -> HandMade.bat(f, 2, 8)),
                vhdx(Kind.BASE, "BAT_OUTSIDE", f -> HandMade.bat(f, 2, 1L << 40 | 6)),
                vhdx(Kind.BASE, "BAT_SHARED", f -> HandMade.bat(f, 2, HandMade.bat(f, 0))),
                vhdx(Kind.BASE, "BAT_PARTIAL_WITHOUT_PARENT", f -> HandMade.bat(f, 0, HandMade.bat(f, 0) | 7)),
                vhdx(Kind.CHILD, "BAT_BITMAP_STATE", f -> {
                    HandMade.bat(f, 0, (HandMade.bat(f, 0) & ~7L) | 6);
                    HandMade.bat(f, 2048, (HandMade.bat(f, 2048) & ~7L) | 3);
                }),
                vhdx(Kind.CHILD, "BAT_PARTIAL_WITHOUT_BITMAP", f -> HandMade.bat(f, 2048, 0)));
    }

    static List<Defect> vhd() {
        return List.of(
                vhd(Kind.BASE, "FOOTER", f -> {
                    HandMade.edit(f, 0, 512, b -> b.put(0, (byte) 'C'));
                    HandMade.edit(f, f.size() - 512, 512, b -> b.put(0, (byte) 'C'));
                }),
                vhd(Kind.BASE, "FOOTER_CHECKSUM", f -> HandMade.edit(f, f.size() - 512, 512, b -> b.putInt(64, 7))),
                vhd(Kind.BASE, "FOOTER_COPY", f -> HandMade.edit(f, 0, 512, b -> b.putInt(64, 7))),
                vhd(Kind.BASE, "FOOTER_VERSION", f -> HandMade.footers(f, b -> b.putInt(12, 0x20000))),
                vhd(Kind.BASE, "DISK_TYPE", f -> HandMade.footers(f, b -> b.putInt(60, 5))),
                vhd(Kind.BASE, "DISK_SIZE", f -> HandMade.footers(f, b -> b.putLong(48, 513))),
                vhd(Kind.BASE, "HEADER_OFFSET", f -> HandMade.footers(f, b -> b.putLong(16, 1L << 40))),
                vhd(Kind.BASE, "HEADER_COOKIE", f -> HandMade.vhdHeader(f, b -> b.putLong(0, 1))),
                vhd(Kind.BASE, "HEADER_CHECKSUM", f -> HandMade.edit(f, 512, 1024, b -> b.putInt(36, 7))),
                vhd(Kind.BASE, "HEADER_VERSION", f -> HandMade.vhdHeader(f, b -> b.putInt(24, 0x20000))),
                vhd(Kind.BASE, "BLOCK_SIZE", f -> HandMade.vhdHeader(f, b -> b.putInt(32, 3 * MIB))),
                vhd(Kind.BASE, "TABLE_OUTSIDE", f -> HandMade.vhdHeader(f, b -> b.putLong(16, 1L << 40))),
                vhd(Kind.BASE, "TABLE_TOO_SHORT", f -> HandMade.vhdHeader(f, b -> b.putInt(28, 11))),
                vhd(Kind.BASE, "TABLES_OVERLAP", f -> HandMade.vhdHeader(f, b -> b.putLong(16, 1024))),
                vhd(Kind.BASE, "BAT_OUTSIDE", f -> HandMade.table(f, 1, 1 << 30)),
                vhd(Kind.BASE, "BAT_ON_TABLES", f -> HandMade.table(f, 1, 1)),
                vhd(Kind.BASE, "BAT_SHARED", f -> HandMade.table(f, 1, HandMade.table(f, 0))),
                vhd(Kind.CHILD, "LOCATOR_LENGTH", f -> HandMade.vhdHeader(f, b -> b.putInt(576 + 8, 7))),
                vhd(Kind.CHILD, "LOCATOR_OUTSIDE", f -> HandMade.vhdHeader(f, b -> b.putLong(576 + 16, 1L << 40))),
                vhd(
                        Kind.CHILD,
                        "PARENT_PATH",
                        f -> HandMade.vhdHeader(f, b -> b.putInt(576, 0).putShort(64, (short) 0))));
    }

    static List<Defect> all() {
        return Stream.of(headersAndLog(), regions(), metadata(), bat(), vhd())
                .flatMap(List::stream)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("all")
    void theDefectIsNamed(Defect defect) {
        Map<Kind, byte[]> images = HandMade.images(defect.format());
        FuzzFile file = new FuzzFile(images.get(defect.kind()));
        FuzzFolder folder = new FuzzFolder();
        folder.put("a", new FuzzFile(images.get(Kind.BASE)));
        folder.put("b", file);
        assertThat(defect.format().check(folder, "b")).as("before").isEmpty();
        defect.change().accept(file);
        List<DiskDefect> found = defect.format().check(folder, "b");
        assertThat(found).extracting(DiskDefect::rule).contains(defect.rule());
        assertThat(found.get(found.size() - 1).rule()).isEqualTo(defect.rule());
        assertThat(found).allSatisfy(each -> {
            assertThat(each.offset()).isBetween(0L, Math.max(file.size(), MIB));
            assertThat(each.expected()).isNotBlank();
        });
        boolean refused = false;
        try {
            defect.format().open(folder, "b", Access.READ).close();
        } catch (DiskFormatException e) {
            refused = true;
            assertThat(e.rule()).isEqualTo(defect.rule());
        }
        boolean remark = REMARKS.contains(defect.rule())
                && !(defect.format().name().equals("vhd") && defect.rule().startsWith("HEADER"));
        assertThat(refused).isEqualTo(!remark);
    }

    @Test
    void manyDefectsHaveNames() {
        assertThat(all().stream()
                        .filter(each -> each.format() instanceof VhdxFormat)
                        .map(Defect::rule)
                        .distinct())
                .hasSizeGreaterThanOrEqualTo(55);
        assertThat(vhd().stream().map(Defect::rule).distinct()).hasSizeGreaterThanOrEqualTo(20);
    }

    @Test
    void aCheckGoesOnAfterADefectThatDoesNotStopIt() {
        FuzzFile file = new FuzzFile(HandMade.images(new VhdxFormat()).get(Kind.BASE));
        FuzzFolder folder = new FuzzFolder();
        folder.put("b", file);
        HandMade.edit(file, 196_608, 64, b -> b.putInt(4, 7));
        HandMade.bat(file, 1, 5);
        HandMade.bat(file, 2, 1L << 40 | 6);
        assertThat(new VhdxFormat().check(folder, "b"))
                .extracting(DiskDefect::rule)
                .containsExactly("REGION_TABLE_CHECKSUM", "BAT_STATE", "BAT_OUTSIDE");
    }

    /** A table is read in pieces: what begins in one and is missing in the next, where nothing else is, is missed in none. */
    @Test
    void aSectorBitmapThatIsMissingInAnotherPieceOfTheTableIsFound() {
        VhdxFormat format = new VhdxFormat();
        MemoryFolder folder = new MemoryFolder();
        format.create(folder, "a", 20L << 30).close();
        try (VirtualDisk layer = format.createLayer(folder, "b", "a")) {
            layer.write(12L << 30, ByteBuffer.wrap(new byte[] {1}));
            layer.flush();
        }
        assertThat(format.check(folder, "b")).isEmpty();
        int entriesOfFourChunks = 4 * 2049;
        try (StorageFile file = folder.open("b", Access.WRITE)) {
            file.write(3L * MIB + (entriesOfFourChunks - 1) * 8L, ByteBuffer.allocate(8));
        }
        assertThat(format.check(folder, "b").stream().map(DiskDefect::rule))
                .containsExactly("BAT_PARTIAL_WITHOUT_BITMAP");
    }
}
