package io.sdr.benchmarks.sync;

import io.sdr.api.spi.ProgressListener;
import io.sdr.benchmarks.cli.Arguments;
import io.sdr.benchmarks.cli.ByteCounts;
import io.sdr.benchmarks.cli.ReportFile;
import io.sdr.benchmarks.cli.Threads;
import io.sdr.benchmarks.cli.UsageException;
import io.sdr.core.agent.DiskAddress;
import io.sdr.core.format.DiskFormats;
import io.sdr.core.sync.InPlaceSync;
import io.sdr.core.sync.PaceMeter;
import io.sdr.core.sync.RateLimit;
import io.sdr.core.sync.SyncWorkers;
import io.sdr.core.sync.wire.SyncTerms;
import io.sdr.core.sync.wire.TlsIdentity;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** {@code sdr.jar sync}: brings one disk image up to date with another. */
public final class SyncCommand {
    /** The usage text. */
    public static final String USAGE = """
        usage: java -jar sdr.jar sync --source A --target B --mode delta|full [OPTION...]

          --source A    the disk image that is right: raw, VHDX or VHD; nobody may write to it meanwhile
          --target B    the disk image that shall become equal; it may be of another format
                        either may be sdr://HOST:PORT/NAME, a disk that an agent serves; if both are, data goes from agent
                        to agent
          --mode delta  compares, and writes only what differs; B must exist
          --mode full   writes everything; B is made if it is missing
          --verify      reads both again at the end and compares their digests
          --format F    the format of B if it is made: raw, vhdx or vhd; default: the ending of its name, or as A
          --resize      lets B be cut (raw only) or lengthened to the size of A
          --no-force    leaves it to the system when B becomes durable, its mark included
          --workers N   how many threads compare; default 2, or 1 on a machine with 1 core
          --limit RATE  reads and writes at most so many bytes a second; k, m, g, t for KiB, MiB, GiB, TiB; with sdr:// it
                        is what this process sends
          --progress    prints each second how far it is, how fast, and how long the rest takes
          --json FILE   also writes the result as JSON
          --certificate FILE, --key FILE, --authority FILE
                        with sdr://: who this is, its key, and whose certificates are believed; all PEM

        What format a file has is told by its content; a layer is read with its parents, which lie beside it.
        Until it is done B is partly old and partly new, and B.sdr-sync says so. If it stops half-way, run it again.
        Exit codes: 0 done and verified, 1 failed, 2 wrong usage.
        """;

    private static final double NANOS = 1e9;
    private static final int MAX_WORKERS = 64;
    private static final List<String> CREDENTIALS = List.of("--certificate", "--key", "--authority");
    private static final Set<String> VALUES = Set.of(
            "--source",
            "--target",
            "--mode",
            "--json",
            "--workers",
            "--limit",
            "--format",
            "--certificate",
            "--key",
            "--authority");
    private static final Set<String> FLAGS = Set.of("--verify", "--resize", "--no-force", "--progress");

    private SyncCommand() {}

    /**
     * Runs the sync. Errors are thrown.
     *
     * @param arguments what follows the command's name
     * @param out for the result
     */
    public static void run(List<String> arguments, PrintStream out) {
        Arguments read = Arguments.read(arguments, VALUES, FLAGS, USAGE);
        read.expectNoOperands();
        Place source = Place.of(read, "--source");
        Place target = Place.of(read, "--target");
        Optional<Path> json = read.path("--json");
        List<Path> images =
                Stream.of(source, target).flatMap(each -> each.file().stream()).toList();
        json.ifPresent(file -> ReportFile.check(file, images, Optional.empty(), USAGE));
        boolean remote = source.agent().isPresent() || target.agent().isPresent();
        Supplier<InPlaceSync.Outcome> sync =
                remote ? remote(read, source, target, out) : local(read, source, target, out);
        long start = System.nanoTime();
        InPlaceSync.Outcome outcome = sync.get();
        double seconds = (System.nanoTime() - start) / NANOS;
        SyncReport report = new SyncReport(outcome, seconds);
        json.ifPresent(file -> ReportFile.write(file, report.json(), "the sync itself is done"));
        outcome.warnings().forEach(out::println);
        out.println(report.text());
        out.println(outcome.digest()
                .map(digest -> "Verified: both have the digest " + digest.sha256() + ".")
                .orElse("Not verified: --verify reads both again."));
    }

    /** One side of a sync: a file here, or a disk that an agent serves. */
    private record Place(Optional<Path> file, Optional<DiskAddress> agent) {
        static Place of(Arguments read, String option) {
            Optional<DiskAddress> agent =
                    read.value(option).filter(DiskAddress::isOne).map(DiskAddress::of);
            return new Place(agent.isPresent() ? Optional.empty() : Optional.of(read.requiredPath(option)), agent);
        }
    }

    private static Supplier<InPlaceSync.Outcome> local(Arguments read, Place source, Place target, PrintStream out) {
        for (String option : CREDENTIALS) {
            if (read.value(option).isPresent()) {
                throw new UsageException(option + " is for sdr:// only", USAGE);
            }
        }
        InPlaceSync sync = InPlaceSync.of(
                        source.file().orElseThrow(), target.file().orElseThrow(), mode(read))
                .by(workers(read))
                .limitedTo(limit(read))
                .reportingTo(progress(read, out));
        format(read).ifPresent(sync::inFormat);
        if (read.has("--verify")) {
            sync.verifying();
        }
        if (read.has("--resize")) {
            sync.resizing();
        }
        if (read.has("--no-force")) {
            sync.withoutForcing();
        }
        return sync::run;
    }

    private static Supplier<InPlaceSync.Outcome> remote(Arguments read, Place source, Place target, PrintStream out) {
        boolean direct = source.agent().isPresent() && target.agent().isPresent();
        refuse(read, "--workers", true, "files here only");
        refuse(read, "--format", target.agent().isPresent(), "a target here only");
        refuse(read, "--limit", direct, "what this process sends; between two agents it sends nothing");
        SyncTerms terms =
                new SyncTerms(mode(read), read.has("--resize"), read.has("--verify"), !read.has("--no-force"));
        TlsIdentity identity = TlsIdentity.read(
                read.requiredPath("--certificate"), read.requiredPath("--key"), read.requiredPath("--authority"));
        RemoteSync sync = new RemoteSync(identity, terms, limit(read), progress(read, out));
        if (direct) {
            return () -> sync.run(source.agent().get(), target.agent().get());
        }
        return source.agent().isPresent()
                ? () -> sync.run(source.agent().get(), target.file().orElseThrow(), format(read))
                : () -> sync.run(source.file().orElseThrow(), target.agent().orElseThrow());
    }

    private static void refuse(Arguments read, String option, boolean refused, String what) {
        if (refused && read.value(option).isPresent()) {
            throw new UsageException(option + " is for " + what, USAGE);
        }
    }

    private static ProgressListener progress(Arguments read, PrintStream out) {
        return read.has("--progress")
                ? new PaceMeter(System::nanoTime, Duration.ofSeconds(1), pace -> out.println(Threads.text(pace)))
                : ProgressListener.NONE;
    }

    private static Optional<String> format(Arguments read) {
        return read.value("--format").map(SyncCommand::format);
    }

    private static SyncWorkers workers(Arguments read) {
        return read.value("--workers")
                .map(text -> Threads.workers(workers(text)))
                .orElseGet(Threads::workers);
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

    private static int workers(String text) {
        long count = number(text);
        if (count < 1 || count > MAX_WORKERS) {
            throw new UsageException("--workers is '" + text + "', not a number from 1 to " + MAX_WORKERS, USAGE);
        }
        return (int) count;
    }

    private static RateLimit limit(Arguments read) {
        return read.value("--limit").map(SyncCommand::limit).orElse(RateLimit.NONE);
    }

    private static RateLimit limit(String text) {
        return RateLimit.of(ByteCounts.parse(text)
                .orElseThrow(() ->
                        new UsageException("--limit is '" + text + "', not a number of bytes such as 500m", USAGE)));
    }

    /** Reads a whole number; -1 if it is none. */
    private static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private static InPlaceSync.Mode mode(Arguments read) {
        String mode = read.value("--mode").orElseThrow(() -> new UsageException("--mode is missing", USAGE));
        return switch (mode) {
            case "delta" -> InPlaceSync.Mode.DELTA;
            case "full" -> InPlaceSync.Mode.FULL;
            default -> throw new UsageException("--mode is '" + mode + "', not delta or full", USAGE);
        };
    }
}
