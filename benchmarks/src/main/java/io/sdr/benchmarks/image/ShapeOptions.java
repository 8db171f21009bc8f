package io.sdr.benchmarks.image;

import io.sdr.api.spi.DiskShape;
import io.sdr.api.spi.DiskType;
import io.sdr.benchmarks.cli.Arguments;
import io.sdr.benchmarks.cli.ByteCounts;
import io.sdr.benchmarks.cli.UsageException;
import io.sdr.core.format.DiskFormats;
import java.util.Optional;
import java.util.Set;

/**
 * How a new image shall be, as the command line says.
 *
 * @param format the format's name
 * @param type fixed or dynamic; empty for the format's own choice
 * @param blockBytes bytes of a block; empty for the format's own choice
 * @param sectorBytes bytes of a sector; empty for the format's own choice
 */
record ShapeOptions(
        String format, Optional<DiskType> type, Optional<Integer> blockBytes, Optional<Integer> sectorBytes) {
    static final Set<String> NAMES = Set.of("--format", "--type", "--block-size", "--sector-size");

    static final String USAGE = """
          --format F        vhdx, vhd or raw
          --type T          fixed or dynamic; default: dynamic for vhdx and vhd. Raw images are fixed, with holes
          --block-size N    how much a dynamic image takes at once; k, m, g for KiB, MiB, GiB
          --sector-size N   the guest's sector: 512 or, vhdx only, 4096
        """;

    private static final String RAW = "raw";

    static ShapeOptions read(Arguments read, String usage) {
        String format = read.value("--format").orElseThrow(() -> new UsageException("--format is missing", usage));
        Set<String> known = DiskFormats.installed().names();
        if (!known.contains(format)) {
            throw new UsageException("--format is '" + format + "', not one of " + known, usage);
        }
        Optional<DiskType> type = read.value("--type").map(text -> type(text, usage));
        Optional<Integer> block = read.value("--block-size").map(text -> bytes("--block-size", text, usage));
        Optional<Integer> sector = read.value("--sector-size").map(text -> bytes("--sector-size", text, usage));
        boolean dynamic = type.filter(each -> each == DiskType.DYNAMIC).isPresent();
        if (format.equals(RAW) && (dynamic || block.isPresent() || sector.isPresent())) {
            throw new UsageException("a raw image has no type but fixed, no blocks, and no sectors to choose", usage);
        }
        return new ShapeOptions(format, type, block, sector);
    }

    private static DiskType type(String text, String usage) {
        return switch (text) {
            case "fixed" -> DiskType.FIXED;
            case "dynamic" -> DiskType.DYNAMIC;
            default -> throw new UsageException("--type is '" + text + "', not fixed or dynamic", usage);
        };
    }

    private static int bytes(String name, String text, String usage) {
        long bytes = ByteCounts.parse(text).orElse(-1);
        if (bytes < 1 || bytes > Integer.MAX_VALUE) {
            throw new UsageException(name + " is '" + text + "', not a number of bytes such as 2m", usage);
        }
        return (int) bytes;
    }

    boolean isRaw() {
        return format.equals(RAW);
    }

    DiskShape on(DiskShape shape) {
        DiskShape shaped = type.map(shape::type).orElse(shape);
        shaped = blockBytes.isPresent() ? shaped.blockBytes(blockBytes.get()) : shaped;
        return sectorBytes.isPresent() ? shaped.sectorBytes(sectorBytes.get()) : shaped;
    }
}
