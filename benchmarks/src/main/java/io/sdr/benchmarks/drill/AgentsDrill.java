package io.sdr.benchmarks.drill;

import io.sdr.api.Side;
import io.sdr.api.SiteRecovery;
import io.sdr.core.call.CallLink;
import io.sdr.core.sync.wire.Link;
import io.sdr.core.sync.wire.LinkOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The drill with the disks of both sites where only agents reach them: this process has the engine, and opens no file of a site. The
 * sites, their guest and the verification are in a process beside the disks, and an agent for each site in one of its own.
 */
final class AgentsDrill {
    private static final long LOOK_MILLIS = 20;

    private final DrillFolder folder;
    private final Optional<Path> disk;
    private final DrillConsole console;

    AgentsDrill(DrillFolder folder, Optional<Path> disk, DrillConsole console) {
        this.folder = folder;
        this.disk = disk;
        this.console = console;
    }

    DrillResult run(DrillJournal journal) {
        List<Path> forbidden = new ArrayList<>(List.of(folder.primary(), folder.recovery(), folder.madeImage()));
        disk.ifPresent(image -> forbidden.add(image.toAbsolutePath()));
        OpenFiles files = new OpenFiles(forbidden);
        ExecutorService threads = Executors.newCachedThreadPool(work -> {
            Thread thread = new Thread(work, "drill hands");
            thread.setDaemon(true);
            return thread;
        });
        ScheduledExecutorService watching = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread thread = new Thread(work, "drill watch");
            thread.setDaemon(true);
            return thread;
        });
        try (AgentProcesses agents = AgentProcesses.start(folder);
                Child beside = startHands();
                CallLink calls = link(beside, threads)) {
            threads.execute(() -> calls.run(Optional.empty()));
            AgentKiller killer =
                    new AgentKiller(agents::killAndRestart, new AgentHold(folder.agents()), journal, this::received);
            ScheduledFuture<?> unused =
                    watching.scheduleWithFixedDelay(killer::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
            Runnable asked = () -> {
                files.check();
                killer.driverAsks();
            };
            try (SiteRecovery engine = engine(agents, calls, asked)) {
                DrillRunner runner = new DrillRunner(
                        engine, calls.remote("hands", DrillHands.class), journal, console, Optional.empty());
                DrillResult result = runner.runAll(
                                step -> {
                                    files.check();
                                    killer.entering(step);
                                },
                                killer::done)
                        .finish()
                        .withKills(journal.agentKills());
                files.check();
                console.line("looks at the open files of this process: " + files.looks());
                return result;
            }
        } finally {
            watching.shutdownNow();
            threads.shutdownNow();
        }
    }

    /** How many bytes of a copy that is not whole yet are at a side. Files are looked at, none is opened. */
    private long received(Side side) {
        Path replica = (side == Side.PRIMARY ? folder.primary() : folder.recovery())
                .resolve("replicas")
                .resolve(DrillRunner.ITEM.value());
        if (!Files.isDirectory(replica)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(replica)) {
            return files.filter(file -> file.toString().endsWith(".part"))
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        } catch (IOException e) {
            throw FileFailure.of("list", replica, e);
        }
    }

    private Child startHands() {
        List<String> arguments =
                new ArrayList<>(List.of(HandsCommand.NAME, folder.path().toString()));
        disk.ifPresent(image -> arguments.add(image.toAbsolutePath().toString()));
        return Child.start(folder.agents().resolve("hands.log"), arguments.toArray(String[]::new));
    }

    private static CallLink link(Child beside, ExecutorService threads) {
        PipeDuplex pipes = new PipeDuplex(
                beside.process().getInputStream(), beside.process().getOutputStream(), "the process beside the disks");
        return new CallLink(new Link(pipes, new LinkOptions(threads, HandsCommand.DEADLINE)), threads);
    }

    private SiteRecovery engine(AgentProcesses agents, CallLink calls, Runnable asked) {
        SiteRecovery.Builder builder = SiteRecovery.builder();
        String format = DrillFolder.formatOf(folder.path()).orElse(DrillImage.RAW);
        for (Side side : Side.values()) {
            builder.site(new CalledSite(DrillSites.name(side), calls, agents.endpoint(side), format, asked));
        }
        return builder.withoutScheduler() // the drill counts the bytes of its own cycles
                .dataDirectory(folder.engine())
                .build();
    }
}
