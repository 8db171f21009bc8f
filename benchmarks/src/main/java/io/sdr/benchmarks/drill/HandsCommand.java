package io.sdr.benchmarks.drill;

import io.sdr.api.Side;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.Contact;
import io.sdr.api.spi.DiskFormat;
import io.sdr.api.spi.Disks;
import io.sdr.api.spi.Inventory;
import io.sdr.api.spi.SiteCapabilities;
import io.sdr.api.spi.SiteCatalogue;
import io.sdr.api.spi.TestObjects;
import io.sdr.api.spi.VmControl;
import io.sdr.benchmarks.agent.AgentCommand;
import io.sdr.core.agent.AgentOptions;
import io.sdr.core.call.CallLink;
import io.sdr.core.format.DiskFormats;
import io.sdr.core.sync.wire.Link;
import io.sdr.core.sync.wire.LinkOptions;
import io.sdr.testkit.CheckpointFormat;
import io.sdr.testkit.FolderSite;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The process beside the disks of {@code drill --agents}: the two simulated sites with their guest, and the verification. It is called
 * over its standard input and output, and ends with them.
 */
public final class HandsCommand {
    /** The name of this command; for {@code drill --agents} alone. */
    public static final String NAME = "drill-hands";

    /** How long either end of the pipes may be silent. */
    static final Duration DEADLINE = Duration.ofMinutes(2);

    private static final long SEED = 20_250_101L;

    /** The name of the command that runs an agent which knows the simulated sites' checkpoints. */
    public static final String AGENT = "drill-agent";

    private HandsCommand() {}

    /**
     * Runs an agent that serves the frozen disks of simulated sites, until its standard input ends, as it does with the drill.
     *
     * @param arguments what the agent's command takes
     * @param in nothing
     * @param out for the address
     */
    public static void runAgent(List<String> arguments, InputStream in, PrintStream out) {
        Thread drill = new Thread(() -> awaitEnd(in), "drill");
        drill.setDaemon(true);
        drill.start();
        AgentCommand.run(arguments, out, new AgentOptions().inFormats(formats(new AgentHold(folderOf(arguments)))));
    }

    /** Where the configuration is. */
    private static Path folderOf(List<String> arguments) {
        Path folder = Path.of(arguments.get(arguments.indexOf("--config") + 1))
                .toAbsolutePath()
                .getParent();
        return Objects.requireNonNull(folder, "a file lies in a folder");
    }

    /** Those of disks, and those of the frozen ones of simulated sites. */
    private static DiskFormats formats(AgentHold hold) {
        DiskFormats installed = DiskFormats.installed();
        List<DiskFormat> all = new ArrayList<>(
                List.of(new HeldFormat(new CheckpointFormat(), hold), new HeldFormat(new FrozenCopyFormat(), hold)));
        installed.names().forEach(name -> all.add(installed.named(name)));
        return DiskFormats.of(all.toArray(DiskFormat[]::new));
    }

    private static void awaitEnd(InputStream in) {
        try {
            while (in.read() >= 0) {
                // nothing is said to it
            }
        } catch (IOException e) {
            // it is over, too
        }
        Runtime.getRuntime().halt(0);
    }

    /**
     * Runs until its standard input ends.
     *
     * @param arguments the drill's folder, and the image if there is one
     * @param in calls
     * @param stdout answers
     */
    public static void run(List<String> arguments, InputStream in, OutputStream stdout) {
        System.setOut(System.err); // what anything else prints must not come between answers
        Path path = Path.of(arguments.get(0));
        Optional<Path> disk = arguments.size() > 1 ? Optional.of(Path.of(arguments.get(1))) : Optional.empty();
        DrillConsole console = new DrillConsole(new PrintStream(OutputStream.nullOutputStream()), false);
        ExecutorService threads = Executors.newCachedThreadPool(work -> {
            Thread thread = new Thread(work, "hands");
            thread.setDaemon(true);
            return thread;
        });
        DrillFolder folder = DrillFolder.of(path);
        try (DrillJournal journal = DrillJournal.open(folder.handsJournal());
                GuestLog log = GuestLog.open(folder.guestLog())) {
            DrillImage image = image(folder, disk, journal);
            try (DrillSites sites = DrillSites.open(folder, journal, image, console)) {
                DrillGuest guest = new DrillGuest(log, journal, image.sizeBytes());
                guest.finishInterrupted(step -> sites.guest(DrillRunner.activeAtBegin(step)));
                DiskVerifier verifier = new DiskVerifier(
                        image, RangeFile.read(folder.importedRanges()), CheckPlan.WHOLE_LIMIT, folder.path(), console);
                Link link = new Link(new PipeDuplex(in, stdout, "the drill"), new LinkOptions(threads, DEADLINE));
                try (CallLink calls = new CallLink(link, threads)) {
                    calls.serve(
                            "hands",
                            DrillHands.class,
                            new LocalHands(
                                    sites,
                                    journal,
                                    log,
                                    guest,
                                    verifier,
                                    files -> image.format().equals(DrillImage.RAW)
                                            ? files
                                            : new DrillExport(folder, verifier, log.writes()).run(files)));
                    for (Side side : Side.values()) {
                        Path root = side == Side.PRIMARY ? folder.primary() : folder.recovery();
                        serve(calls, DrillSites.name(side), sites.folderSite(side), root, image.format());
                    }
                    calls.run(Optional.empty());
                }
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static DrillImage image(DrillFolder folder, Optional<Path> disk, DrillJournal journal) {
        if (journal.image().isEmpty()) {
            if (disk.isPresent()) {
                journal.image(new DrillJournal.ImageNote(ImageFile.look(disk.get()), "your image"));
            } else {
                String what = new ImageMaker(SEED).make(folder.madeImage(), folder.scratch());
                journal.image(new DrillJournal.ImageNote(ImageFile.look(folder.madeImage()), what));
            }
        }
        ImageFile file = journal.image().orElseThrow().file();
        file.checkThere();
        return DrillImage.of(file, DrillFolder.formatOf(folder.path()).orElse(DrillImage.RAW));
    }

    private static void serve(CallLink calls, String name, FolderSite site, Path root, String format) {
        if (!format.equals(DrillImage.RAW)) {
            calls.serve(name + ".frozen", FrozenCalls.class, new FrozenCopies(site, root, format));
        }
        calls.serve(name + ".site", SiteBasics.class, new SiteBasics() {
            @Override
            public Contact contact(CallContext context) {
                return site.contact(context);
            }

            @Override
            public SiteCapabilities capabilities() {
                return site.capabilities();
            }
        });
        calls.serve(name + ".inventory", Inventory.class, site.inventory());
        calls.serve(name + ".vms", VmControl.class, site.vms());
        calls.serve(name + ".disks", Disks.class, site.disks());
        calls.serve(name + ".tests", TestObjects.class, site.testObjects());
        calls.serve(name + ".catalogue", SiteCatalogue.class, site.catalogue());
    }
}
