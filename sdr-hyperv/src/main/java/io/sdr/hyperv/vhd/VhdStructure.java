package io.sdr.hyperv.vhd;

import io.sdr.api.spi.DiskType;
import io.sdr.api.spi.StorageFile;
import io.sdr.hyperv.blocks.ImageFile;
import io.sdr.hyperv.blocks.Rules;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * All that a file says of itself, checked.
 *
 * @param file the file
 * @param footers its footer and the copy
 * @param blocks its blocks; empty for a fixed disk
 */
record VhdStructure(ImageFile file, Footers footers, Optional<Blocks> blocks) {
    /**
     * What a dynamic or differencing file has.
     *
     * @param header its header
     * @param parentPaths where its parent may be; empty if it has none
     * @param space what is free
     * @param dataBytes bytes of allocated payload
     */
    record Blocks(DynamicHeader header, List<String> parentPaths, VhdSpace space, long dataBytes) {}

    /** Reads a file, without changing it. */
    static VhdStructure read(StorageFile storage, Rules rules) {
        ImageFile file = new ImageFile(storage, rules.file());
        Footers footers = Footers.read(file, rules);
        Optional<Blocks> blocks =
                footers.type() == DiskType.FIXED ? Optional.empty() : Optional.of(blocks(file, footers, rules));
        return new VhdStructure(file, footers, blocks);
    }

    private static Blocks blocks(ImageFile file, Footers footers, Rules rules) {
        Footer footer = footers.footer();
        DynamicHeader header = DynamicHeader.read(file, footer.dataOffset(), rules);
        int blockBytes = header.blockBytes();
        long count = (footer.sizeBytes() + blockBytes - 1) / blockBytes;
        rules.require(
                header.entries() >= count,
                "TABLE_TOO_SHORT",
                header.at() + 28,
                header.entries(),
                "at least " + count + " entries, one for each block (\"Max Table Entries\")");
        List<TableScan.Taken> taken = new ArrayList<>(List.of(
                new TableScan.Taken("the footer's copy", 0, Footer.BYTES),
                new TableScan.Taken("the header", header.at(), header.at() + DynamicHeader.BYTES),
                new TableScan.Taken(
                        "the BAT",
                        header.tableOffset(),
                        header.tableOffset() + VhdTable.sectors(header.entries() * Integer.BYTES))));
        List<String> paths =
                footers.type() == DiskType.DIFFERENCING ? parentPaths(file, header, taken, rules) : List.of();
        taken.sort(Comparator.comparingLong(TableScan.Taken::from));
        checkApart(taken, rules);
        TableScan.Found found = new TableScan(
                        file, header, count, VhdTable.bitmapBytes(blockBytes) + blockBytes, footers, rules)
                .scan(taken);
        return new Blocks(header, paths, found.space(), found.blocks() * blockBytes);
    }

    /** Gives the paths of the locators, relative ones first; the bare name is the last hope. */
    private static List<String> parentPaths(
            ImageFile file, DynamicHeader header, List<TableScan.Taken> taken, Rules rules) {
        List<String> relative = new ArrayList<>();
        List<String> absolute = new ArrayList<>();
        for (int i = 0; i < DynamicHeader.LOCATORS; i++) {
            Locator each = header.locator(i);
            long at = header.at() + DynamicHeader.LOCATORS_AT + (long) i * DynamicHeader.LOCATOR_BYTES;
            if (each.isPath()) {
                (each.platform() == Locator.RELATIVE ? relative : absolute).add(each.path(file, at, rules));
                taken.add(new TableScan.Taken("a parent's path", each.offset(), each.offset() + each.length()));
            }
        }
        List<String> paths = Stream.of(relative, absolute, List.of(header.parentName()))
                .flatMap(List::stream)
                .filter(path -> !path.isEmpty())
                .distinct()
                .toList();
        rules.require(
                !paths.isEmpty(),
                "PARENT_PATH",
                header.at() + DynamicHeader.NAME_AT,
                "no path of the parent",
                "a locator with the code W2ru or W2ku, or the parent's name");
        return paths;
    }

    private static void checkApart(List<TableScan.Taken> sorted, Rules rules) {
        for (int i = 1; i < sorted.size(); i++) {
            TableScan.Taken before = sorted.get(i - 1);
            TableScan.Taken each = sorted.get(i);
            rules.require(
                    before.until() <= each.from(),
                    "TABLES_OVERLAP",
                    each.from(),
                    each.name() + " where " + before.name() + " is",
                    "space of its own");
        }
    }

    /** Mends what a crash left of footer and copy. */
    void mend() {
        blocks.ifPresent(dynamic -> footers.mend(file, dynamic.space().end()));
    }
}
