package io.sdr.benchmarks.image;

import io.sdr.api.InvalidRequestException;
import io.sdr.api.Problem;
import io.sdr.api.spi.DiskDescription;
import io.sdr.api.spi.DiskFormat;
import io.sdr.api.spi.DiskShape;
import io.sdr.api.spi.StorageFile;
import io.sdr.benchmarks.cli.Arguments;
import io.sdr.benchmarks.cli.ByteCounts;
import io.sdr.benchmarks.cli.UsageException;
import io.sdr.core.format.DiskFormats;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** {@code sdr.jar create IMAGE}: makes an empty disk image, or a layer over one. */
public final class CreateCommand {
    /** The usage text. */
    public static final String USAGE = """
        usage: java -jar sdr.jar create IMAGE --format vhdx|vhd|raw --size N [OPTION...]
               java -jar sdr.jar create IMAGE --parent PARENT

          IMAGE             the file to make; it must not exist
          --size N          the size of the disk; k, m, g, t for KiB, MiB, GiB, TiB
        """ + ShapeOptions.USAGE + """
          --parent PARENT   makes a differencing image over this one, of its format and size; both lie in one folder

        Exit codes: 0 done, 1 failed, 2 wrong usage.
        """;

    private CreateCommand() {}

    /**
     * Makes it. Errors are thrown.
     *
     * @param arguments what follows the command's name
     * @param out for the result
     */
    public static void run(List<String> arguments, PrintStream out) {
        Set<String> names = new HashSet<>(ShapeOptions.NAMES);
        names.add("--size");
        names.add("--parent");
        Arguments read = Arguments.read(arguments, names, Set.of(), USAGE);
        Path file = InfoCommand.operand(read, USAGE);
        if (read.value("--parent").isPresent()) {
            for (String name : names) {
                if (!name.equals("--parent") && read.value(name).isPresent()) {
                    throw new UsageException(name + " is the parent's: leave it out", USAGE);
                }
            }
            layer(file, read.requiredPath("--parent"), out);
        } else {
            ShapeOptions options = ShapeOptions.read(read, USAGE);
            String size = read.value("--size").orElseThrow(() -> new UsageException("--size is missing", USAGE));
            long bytes = ByteCounts.parse(size)
                    .orElseThrow(() ->
                            new UsageException("--size is '" + size + "', not a number of bytes such as 10g", USAGE));
            base(file, options, bytes, out);
        }
    }

    private static Image free(Path file) {
        Image image = Image.toMake(file);
        if (image.folder().find(image.name()).isPresent()) {
            throw refused(file, "IMAGE_EXISTS", "it exists", "name a file that does not exist");
        }
        image.mark().ifPresent(mark -> {
            throw refused(
                    file,
                    "IMAGE_TORN",
                    "a sync into a file of that name did not finish, says " + mark,
                    "finish that sync, delete its mark, or name another file");
        });
        return image;
    }

    private static void base(Path file, ShapeOptions options, long size, PrintStream out) {
        Image image = free(file);
        DiskFormat format = DiskFormats.installed().named(options.format());
        DiskShape wanted = options.on(DiskShape.of(size));
        int sector = wanted.sectorBytes().orElse(1);
        long rounded = (format.roundUp(size) + sector - 1) / sector * sector;
        if (options.isRaw()) {
            raw(image, rounded);
        } else {
            format.create(image.folder(), image.name(), options.on(DiskShape.of(rounded)))
                    .close();
        }
        if (rounded != size) {
            out.println("The size was rounded up to what the format can have: " + rounded + " bytes.");
        }
        tell(image, format, out);
    }

    private static void raw(Image image, long size) {
        boolean whole = false;
        try (StorageFile made = image.folder().create(image.name())) {
            try {
                made.setSize(size);
                made.force();
                whole = true;
            } finally {
                if (!whole) {
                    boolean unused = image.folder().delete(image.name());
                }
            }
        }
        image.folder().force();
    }

    private static void layer(Path file, Path parentFile, PrintStream out) {
        Image image = free(file);
        Image parent = Image.of(parentFile);
        if (!image.folder()
                        .path()
                        .toAbsolutePath()
                        .normalize()
                        .equals(parent.folder().path())
                && !sameFolder(image, parent)) {
            throw refused(file, "PARENT_ELSEWHERE", "its parent lies in another folder", "make it beside its parent");
        }
        parent.mark().ifPresent(mark -> {
            throw refused(
                    file, "PARENT_TORN", "the sync into its parent did not finish, says " + mark, "finish that sync");
        });
        DiskFormat format = parent.format(DiskFormats.installed());
        if (format.name().equals("raw")) {
            throw refused(
                    file,
                    "NO_RAW_LAYERS",
                    "its parent is a raw image, which nothing can lie over",
                    "convert the parent to vhdx or vhd first");
        }
        format.createLayer(parent.folder(), image.name(), parent.name()).close();
        tell(image, format, out);
    }

    private static boolean sameFolder(Image image, Image parent) {
        try {
            return Files.isSameFile(image.folder().path(), parent.folder().path());
        } catch (IOException e) {
            return false;
        }
    }

    private static void tell(Image image, DiskFormat format, PrintStream out) {
        DiskDescription made = format.describe(image.folder(), image.name());
        out.println("Made " + image.path() + ": " + made.format() + ", "
                + made.type().name().toLowerCase(Locale.ROOT) + ", " + made.virtualSizeBytes() + " bytes"
                + made.parent().map(parent -> ", over " + parent).orElse("") + ".");
    }

    private static InvalidRequestException refused(Path file, String code, String state, String remedy) {
        return new InvalidRequestException(Problem.of(code)
                .attempted("make the disk image " + file)
                .state(state + "; nothing was made")
                .remedy(remedy));
    }
}
