package io.sdr.benchmarks.drill;

import io.sdr.benchmarks.cli.Arguments;
import io.sdr.benchmarks.cli.UsageException;
import io.sdr.core.format.DiskFormats;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What the user asked of the drill. */
record DrillOptions(
        Optional<Path> disk,
        Optional<Path> folder,
        Optional<Path> json,
        Optional<String> killAfter,
        boolean listSteps,
        Optional<String> format,
        boolean agents) {
    DrillOptions(
            Optional<Path> disk,
            Optional<Path> folder,
            Optional<Path> json,
            Optional<String> killAfter,
            boolean listSteps,
            Optional<String> format) {
        this(disk, folder, json, killAfter, listSteps, format, false);
    }

    static final String USAGE = """
        usage: java -jar sdr.jar drill [--disk IMAGE] [--format F] [--dir FOLDER] [--json FILE] [--kill-after STEP] [--steps]
                                       [--agents]

          --disk IMAGE       a disk image: raw, VHDX or VHD; it is read and never written. Without it one is made
          --format F         the format of the sites' disks: raw, vhdx or vhd; default: that of the image
          --dir FOLDER       where the two sites live: a new or empty folder, or one of an earlier drill, which goes on.
                             Without it a temporary one, deleted when all is verified
          --json FILE        also writes the result as JSON
          --kill-after STEP  halts the process when STEP has begun; the same command then goes on
          --agents           the sites' disks are reached through agents only, each in a process of its own; in each step that
                             moves data one of them is killed and started again
          --steps            prints the names of all steps

        Exit codes: 0 done and verified, 1 failed, 2 wrong usage.
        """;

    static DrillOptions read(List<String> arguments) {
        Arguments read = Arguments.read(
                arguments,
                Set.of("--disk", "--dir", "--json", "--kill-after", "--format"),
                Set.of("--steps", "--agents"),
                USAGE);
        read.expectNoOperands();
        boolean agents = read.has("--agents");
        if (agents && read.value("--kill-after").isPresent()) {
            throw new UsageException("--agents does not go with --kill-after", USAGE);
        }
        return new DrillOptions(
                read.path("--disk"),
                read.path("--dir"),
                read.path("--json"),
                read.value("--kill-after"),
                read.has("--steps"),
                read.value("--format").map(DrillOptions::format),
                agents);
    }

    private static String format(String name) {
        if (DiskFormats.installed().find(name).isEmpty()) {
            throw new UsageException(
                    "--format is '" + name + "', not one of "
                            + DiskFormats.installed().names(),
                    USAGE);
        }
        return name;
    }
}
