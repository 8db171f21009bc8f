package io.sdr.benchmarks.drill;

import io.sdr.api.Side;
import io.sdr.api.SiteRecovery;
import io.sdr.benchmarks.cli.ReportFile;
import io.sdr.benchmarks.cli.UsageException;
import io.sdr.core.engine.EngineBuilder;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** One run of the drill: looks at what is asked, prepares the folder, runs the steps, reports. */
final class Drill {
    private static final long SEED = 20_250_101L;

    private final DrillOptions options;
    private final PrintStream out;
    private final DrillConsole console;
    private final long wholeLimit;

    Drill(DrillOptions options, PrintStream out, boolean terminal, long wholeLimit) {
        this.options = options;
        this.out = out;
        this.console = new DrillConsole(out, terminal);
        this.wholeLimit = wholeLimit;
    }

    void run() {
        options.killAfter().ifPresent(StepNames::check);
        options.folder().ifPresent(DrillFolder::check);
        options.folder().ifPresent(this::checkSameFormat);
        options.json().ifPresent(this::checkReport);
        if (printStored()) {
            return;
        }
        Optional<ImageFile> image = options.disk().map(ImageFile::look);
        image.ifPresent(this::checkOutside);
        try (DrillFolder folder = options.folder().map(DrillFolder::openOrMake).orElseGet(DrillFolder::makeTemporary)) {
            DrillResult result = run(folder, image);
            report(result);
            if (folder.isTemporary()) {
                folder.delete();
            }
        }
    }

    private void checkReport(Path file) {
        ReportFile.check(file, options.disk().map(List::of).orElse(List.of()), options.folder(), DrillOptions.USAGE);
        if (options.folder().map(folder -> DrillFolder.isOwn(folder, file)).orElse(false)) {
            throw new UsageException(
                    "--json " + file + " names what the drill keeps in its folder", DrillOptions.USAGE);
        }
    }

    /** A folder in which a drill has finished holds its result. */
    private boolean printStored() {
        if (options.folder().isEmpty()) {
            return false;
        }
        Path path = options.folder().get();
        Optional<JsonNode> stored = DrillFolder.result(path);
        if (stored.isEmpty()) {
            return false;
        }
        checkSameImage(path);
        out.println("This drill has finished; its result was:");
        report(DrillResult.fromJson(stored.get()));
        return true;
    }

    private void checkSameImage(Path folder) {
        if (options.disk().isPresent()) {
            Path asked = real(options.disk().get());
            DrillFolder.imageOf(folder)
                    .filter(before -> !asked.equals(real(before)))
                    .ifPresent(before -> {
                        throw new UsageException(
                                folder + " holds a drill on " + before + "; name another folder", DrillOptions.USAGE);
                    });
        }
    }

    private void checkSameFormat(Path folder) {
        Optional<String> before = DrillFolder.formatOf(folder);
        if (before.isPresent()
                && options.format().filter(each -> !each.equals(before.get())).isPresent()) {
            throw new UsageException(
                    folder + " holds a drill on " + before.get() + " disks; name another folder", DrillOptions.USAGE);
        }
    }

    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            return path.toAbsolutePath().normalize();
        }
    }

    /** What the drill writes must not be the image. */
    private void checkOutside(ImageFile image) {
        if (options.folder().isPresent()) {
            Path folder = real(options.folder().get());
            if (image.path().startsWith(folder) && !image.path().equals(folder.resolve("image.raw"))) {
                throw new UsageException("the image lies in the folder of the drill", DrillOptions.USAGE);
            }
        }
    }

    private DrillResult run(DrillFolder folder, Optional<ImageFile> image) {
        if (DrillFolder.imageOf(folder.path()).isEmpty()) {
            folder.begin(
                    image.map(ImageFile::path).orElse(folder.madeImage()),
                    options.format().or(() -> image.map(DrillImage::formatOf)).orElse(DrillImage.RAW));
        } else {
            checkSameImage(folder.path());
        }
        console.line("folder: " + folder.path());
        if (options.agents()) {
            return runWithAgents(folder);
        }
        try (DrillJournal journal = DrillJournal.open(folder.journal());
                GuestLog log = GuestLog.open(folder.guestLog())) {
            try {
                DrillResult result = run(folder, image, journal, log);
                folder.storeResult(result.toJson());
                return result;
            } catch (IOException e) {
                throw FileFailure.of("work in", folder.path(), e);
            } catch (RuntimeException e) {
                failed(folder, DrillResult.partial(journal, log));
                throw e;
            }
        }
    }

    private DrillResult runWithAgents(DrillFolder folder) {
        try (DrillJournal journal = DrillJournal.open(folder.journal())) {
            try {
                DrillResult result = new AgentsDrill(folder, options.disk(), console).run(journal);
                folder.storeResult(result.toJson());
                return result;
            } catch (RuntimeException e) {
                failed(
                        folder,
                        new DrillResult(false, journal.results(), List.of(), Optional.empty(), Optional.empty())
                                .withKills(journal.agentKills()));
                throw e;
            }
        }
    }

    private DrillResult run(DrillFolder folder, Optional<ImageFile> image, DrillJournal journal, GuestLog log)
            throws IOException {
        DrillImage disk = DrillImage.of(
                prepareImage(folder, image, journal),
                DrillFolder.formatOf(folder.path()).orElse(DrillImage.RAW));
        if (!disk.format().equals(DrillImage.RAW)) {
            console.line("the sites' disks: " + disk.format() + ", " + Amounts.bytes(disk.sizeBytes()));
        }
        try (DrillSites sites = DrillSites.open(folder, journal, disk, console)) {
            DrillGuest guest = new DrillGuest(log, journal, disk.sizeBytes());
            guest.finishInterrupted(step -> sites.guest(DrillRunner.activeAtBegin(step)));
            Optional<HaltAtStep> halt = options.killAfter().map(at -> HaltAtStep.of(at, journal, sites));
            try (SiteRecovery engine = engine(folder, sites, halt)) {
                DiskVerifier verifier = new DiskVerifier(
                        disk, RangeFile.read(folder.importedRanges()), wholeLimit, folder.path(), console);
                DrillHands hands = new LocalHands(sites, journal, log, guest, verifier);
                DrillRunner runner = new DrillRunner(engine, hands, journal, console, halt);
                DrillResult result = runner.runAll(step -> {}, step -> {}).finish();
                return disk.format().equals(DrillImage.RAW)
                        ? result
                        : new DrillExport(folder, verifier, log.writes()).run(result);
            }
        }
    }

    private static SiteRecovery engine(DrillFolder folder, DrillSites sites, Optional<HaltAtStep> halt) {
        SiteRecovery.Builder builder = SiteRecovery.builder()
                .site(sites.site(Side.PRIMARY))
                .site(sites.site(Side.RECOVERY))
                .withoutScheduler() // the drill counts the bytes of its own cycles
                .dataDirectory(folder.engine());
        if (builder instanceof EngineBuilder ours) {
            halt.ifPresent(ours::observing);
        }
        return builder.build();
    }

    private ImageFile prepareImage(DrillFolder folder, Optional<ImageFile> image, DrillJournal journal) {
        if (journal.image().isEmpty()) {
            if (image.isPresent()) {
                journal.image(new DrillJournal.ImageNote(image.get(), "your image"));
            } else {
                String what = new ImageMaker(SEED).make(folder.madeImage(), folder.scratch());
                journal.image(new DrillJournal.ImageNote(ImageFile.look(folder.madeImage()), what));
            }
        }
        DrillJournal.ImageNote note = journal.image().orElseThrow();
        console.line(
                "disk: " + note.file().path() + ", " + Amounts.bytes(note.file().sizeBytes()) + ", " + note.what());
        note.file().checkThere();
        return note.file();
    }

    private void report(DrillResult result) {
        console.wipe();
        writeJson(options.folder().isPresent() ? result : result.withoutDisks());
        out.println();
        out.print(ResultTable.of(result.steps()));
        out.println();
        tellKills(result);
        out.println("All verified. Given up on purpose by change-point: "
                + result.lost().size() + " writes of the guest.");
        if (options.folder().isPresent()) {
            result.primary().ifPresent(file -> out.println("primary disk:  " + file));
            result.recovery().ifPresent(file -> out.println("recovery disk: " + file));
        } else {
            out.println("The folder is deleted; give --dir FOLDER to keep it with its disks.");
        }
    }

    private void failed(DrillFolder folder, DrillResult result) {
        console.wipe();
        if (!result.steps().isEmpty()) {
            out.println();
            out.print(ResultTable.of(result.steps()));
        }
        out.println();
        tellKills(result);
        out.println("Not finished; kept: " + folder.path());
        writeJson(result);
    }

    private void tellKills(DrillResult result) {
        result.kills().ifPresent(all -> {
            out.println("Agents killed in the middle of it and started again: " + all.size());
            all.forEach(kill -> out.println("  " + kill.text()));
            out.println();
        });
    }

    private void writeJson(DrillResult result) {
        options.json()
                .ifPresent(file -> ReportFile.write(
                        file,
                        result.toJson(),
                        result.verified() ? "the drill itself is done and verified" : "the drill is not finished"));
    }
}
