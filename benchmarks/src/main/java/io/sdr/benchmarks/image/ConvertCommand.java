package io.sdr.benchmarks.image;

import io.sdr.benchmarks.cli.Arguments;
import io.sdr.benchmarks.cli.Threads;
import io.sdr.core.sync.ImageConversion;
import io.sdr.core.sync.InPlaceSync;
import io.sdr.core.sync.PaceMeter;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** {@code sdr.jar convert}: makes a disk image of another one, in another format. */
public final class ConvertCommand {
    /** The usage text. */
    public static final String USAGE = """
        usage: java -jar sdr.jar convert --source A --target B --format vhdx|vhd|raw [OPTION...]

          --source A        the image to read: raw, VHDX or VHD, as its content shows; a layer with its parents
          --target B        the image to make; it must not exist unless --overwrite is given
        """ + ShapeOptions.USAGE + """
          --verify          reads both again before B gets its name, and compares their digests
          --overwrite       replaces B if it exists, in the end
          --progress        prints each second how far it is

        B is written once, as B.sdr-part, and gets its name when it is whole and durable. If it stops half-way, run it again.
        Exit codes: 0 done, 1 failed, 2 wrong usage.
        """;

    private static final double MILLIS = 1e6;

    private ConvertCommand() {}

    /**
     * Converts. Errors are thrown.
     *
     * @param arguments what follows the command's name
     * @param out for the result
     */
    public static void run(List<String> arguments, PrintStream out) {
        Set<String> names = new HashSet<>(ShapeOptions.NAMES);
        names.add("--source");
        names.add("--target");
        Arguments read = Arguments.read(arguments, names, Set.of("--verify", "--overwrite", "--progress"), USAGE);
        read.expectNoOperands();
        Path source = read.requiredPath("--source");
        Path target = read.requiredPath("--target");
        ShapeOptions options = ShapeOptions.read(read, USAGE);
        ImageConversion conversion = ImageConversion.of(source, target, options.format())
                .shaped(options::on)
                .by(Threads.workers());
        if (read.has("--verify")) {
            conversion.verifying();
        }
        if (read.has("--overwrite")) {
            conversion.overwriting();
        }
        if (read.has("--progress")) {
            conversion.reportingTo(
                    new PaceMeter(System::nanoTime, Duration.ofSeconds(1), pace -> out.println(Threads.text(pace))));
        }
        long start = System.nanoTime();
        InPlaceSync.Outcome outcome = conversion.run();
        long millis = Math.round((System.nanoTime() - start) / MILLIS);
        outcome.warnings().forEach(out::println);
        out.println("Done in " + millis / 1000.0 + " s: " + outcome.counters().bytesMoved() + " bytes written to "
                + target + ".");
        outcome.digest().ifPresent(digest -> out.println("Verified: both have the digest " + digest.sha256() + "."));
    }
}
