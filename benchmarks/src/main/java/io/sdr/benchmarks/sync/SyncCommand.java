package io.sdr.benchmarks.sync;

import io.sdr.benchmarks.cli.Arguments;
import io.sdr.benchmarks.cli.ReportFile;
import io.sdr.benchmarks.cli.UsageException;
import io.sdr.core.sync.DiskDigest;
import io.sdr.core.sync.InPlaceSync;
import io.sdr.core.sync.SyncCounters;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code sdr.jar sync}: brings one disk image up to date with another. */
public final class SyncCommand {
    /** The usage text. */
    public static final String USAGE = """
            usage: java -jar sdr.jar sync --source A --target B --mode delta|full [--verify] [--resize] [--json FILE]

              --source A    the disk image that is right; nobody may write to it meanwhile
              --target B    the disk image that shall become equal
              --mode delta  compares, and writes only what differs; B must exist
              --mode full   writes everything; B is made if it is missing
              --verify      reads both again at the end and compares their digests
              --resize      lets B be cut or lengthened to the size of A
              --json FILE   also writes the result as JSON

            Until it is done B is partly old and partly new, and B.sdr-sync says so. If it stops half-way, run it again.
            Exit codes: 0 done and verified, 1 failed, 2 wrong usage.
            """;

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final double NANOS = 1e9;

    private SyncCommand() {}

    /**
     * Runs the sync. Errors are thrown.
     *
     * @param arguments what follows the command's name
     * @param out for the result
     */
    public static void run(List<String> arguments, PrintStream out) {
        Arguments read = Arguments.read(
                arguments, Set.of("--source", "--target", "--mode", "--json"), Set.of("--verify", "--resize"), USAGE);
        read.expectNoOperands();
        InPlaceSync.Mode mode = mode(read);
        Path source = read.requiredPath("--source");
        Path target = read.requiredPath("--target");
        Optional<Path> json = read.path("--json");
        json.ifPresent(file -> ReportFile.check(file, List.of(source, target), Optional.empty(), USAGE));
        InPlaceSync sync = InPlaceSync.of(source, target, mode);
        if (read.has("--verify")) {
            sync.verifying();
        }
        if (read.has("--resize")) {
            sync.resizing();
        }
        long start = System.nanoTime();
        InPlaceSync.Outcome outcome = sync.run();
        double seconds = (System.nanoTime() - start) / NANOS;
        json.ifPresent(file -> ReportFile.write(file, toJson(outcome, seconds), "the sync itself is done"));
        print(out, outcome, seconds);
    }

    private static InPlaceSync.Mode mode(Arguments read) {
        String mode = read.value("--mode").orElseThrow(() -> new UsageException("--mode is missing", USAGE));
        return switch (mode) {
            case "delta" -> InPlaceSync.Mode.DELTA;
            case "full" -> InPlaceSync.Mode.FULL;
            default -> throw new UsageException("--mode is '" + mode + "', not delta or full", USAGE);
        };
    }

    private static ObjectNode toJson(InPlaceSync.Outcome outcome, double seconds) {
        SyncCounters counters = outcome.counters();
        ObjectNode node = JSON.createObjectNode();
        node.put("bytesCompared", counters.bytesCompared());
        node.put("bytesDiffering", counters.bytesDiffering());
        node.put("bytesMoved", counters.bytesMoved());
        node.put("bytesSent", counters.bytesSent());
        node.put("bytesReceived", counters.bytesReceived());
        node.put("zeroBytes", counters.zeroBytes());
        node.put("holeBytes", counters.holeBytes());
        node.put("knownUnchangedBytes", counters.knownUnchangedBytes());
        node.put("seconds", seconds);
        outcome.digest()
                .map(DiskDigest::sha256)
                .ifPresentOrElse(digest -> node.put("digest", digest), () -> node.putNull("digest"));
        return node;
    }

    private static void print(PrintStream out, InPlaceSync.Outcome outcome, double seconds) {
        SyncCounters counters = outcome.counters();
        outcome.warnings().forEach(out::println);
        out.printf(
                Locale.ROOT,
                "Done in %.3f s: %,d bytes compared, %,d differed; %,d bytes written, %,d made zero, %,d known holes.%n",
                seconds,
                counters.bytesCompared(),
                counters.bytesDiffering(),
                counters.bytesMoved(),
                counters.zeroBytes(),
                counters.holeBytes());
        out.println(outcome.digest()
                .map(digest -> "Verified: both have the digest " + digest.sha256() + ".")
                .orElse("Not verified: --verify reads both again."));
    }
}
