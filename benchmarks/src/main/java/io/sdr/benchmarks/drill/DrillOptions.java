package io.sdr.benchmarks.drill;

import io.sdr.benchmarks.cli.Arguments;
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
        boolean listSteps) {
    static final String USAGE = """
            usage: java -jar sdr.jar drill [--disk IMAGE] [--dir FOLDER] [--json FILE] [--kill-after STEP] [--steps]

              --disk IMAGE       a raw disk image; it is read and never written. Without it one is made
              --dir FOLDER       where the two sites live: a new or empty folder, or one of an earlier drill, which goes on.
                                 Without it a temporary one, deleted when all is verified
              --json FILE        also writes the result as JSON
              --kill-after STEP  halts the process when STEP has begun; the same command then goes on
              --steps            prints the names of all steps

            Exit codes: 0 done and verified, 1 failed, 2 wrong usage.
            """;

    static DrillOptions read(List<String> arguments) {
        Arguments read = Arguments.read(
                arguments, Set.of("--disk", "--dir", "--json", "--kill-after"), Set.of("--steps"), USAGE);
        read.expectNoOperands();
        return new DrillOptions(
                read.path("--disk"),
                read.path("--dir"),
                read.path("--json"),
                read.value("--kill-after"),
                read.has("--steps"));
    }
}
