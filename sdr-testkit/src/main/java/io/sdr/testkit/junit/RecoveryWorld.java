package io.sdr.testkit.junit;

import io.sdr.api.ItemId;
import io.sdr.api.Job;
import io.sdr.api.JobStep;
import io.sdr.api.RecoveryEvent;
import io.sdr.api.ReplicatedItem;
import io.sdr.api.SiteRecovery;
import io.sdr.testkit.TwoSites;
import io.sdr.testkit.VirtualTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** What one test method has to itself. */
final class RecoveryWorld implements AutoCloseable {
    private static final int JOBS = 200;

    private final TwoSites sites;
    private final Path folder;
    private final SiteRecovery engine;
    private final List<RecoveryEvent> events = Collections.synchronizedList(new ArrayList<>());

    RecoveryWorld(EngineSetup setup) {
        this.sites = TwoSites.inMemory();
        this.folder = newFolder();
        try {
            SiteRecovery.Builder builder = SiteRecovery.builder()
                    .site(sites.east())
                    .site(sites.west())
                    .timekeeper(sites.virtualTime())
                    .withoutScheduler()
                    .dataDirectory(folder.resolve("engine"));
            setup.prepare(builder, sites);
            this.engine = builder.build();
        } catch (RuntimeException e) {
            sites.close();
            delete();
            throw e;
        }
        var unused = engine.subscribe("recovery-test", events::add);
    }

    private static Path newFolder() {
        try {
            return Files.createTempDirectory("sdr-test-");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make a folder for the engine", e);
        }
    }

    TwoSites sites() {
        return sites;
    }

    SiteRecovery engine() {
        return engine;
    }

    /** Tells what happened so far. Never throws: whoever asks has a failure to report already. */
    String history() {
        StringBuilder text = new StringBuilder("what happened to the items, at ");
        text.append(sites.time().now());
        try {
            VirtualTime time = sites.virtualTime();
            time.await(() -> false, time.now()); // events on their way arrive
            List<ReplicatedItem> items = engine.items();
            items.forEach(item -> append(item, text));
            if (items.isEmpty()) {
                text.append("\n  nothing is protected");
            }
        } catch (RuntimeException e) {
            text.append("\n  the rest cannot be told: ").append(e);
        }
        return text.toString();
    }

    private void append(ReplicatedItem item, StringBuilder text) {
        text.append("\n\n").append(item.id()).append(": ").append(item.status());
        ItemId id = item.itemId();
        section(
                "events",
                text,
                each -> List.copyOf(events).stream()
                        .filter(event -> event.item().filter(id::equals).isPresent())
                        .forEach(event -> each.accept(event.time() + " " + event.kind() + " " + event.text())));
        section("jobs", text, each -> {
            List<Job> jobs = new ArrayList<>(engine.jobs(id, Optional.empty(), JOBS));
            Collections.reverse(jobs);
            jobs.forEach(job -> append(job, each));
        });
    }

    private static void section(String name, StringBuilder text, Consumer<Consumer<String>> lines) {
        text.append("\n  ").append(name).append(':');
        lines.accept(line -> text.append("\n    ").append(line));
    }

    private static void append(Job job, Consumer<String> lines) {
        lines.accept(job.id() + " " + job.kind() + " by " + job.report().actor() + ": " + job.status());
        for (JobStep step : job.steps()) {
            String took = step.started().map(Object::toString).orElse("");
            String detail = step.detail().isEmpty() ? "" : ": " + step.detail();
            lines.accept(String.format(Locale.ROOT, "  %-24s %-12s %s%s", step.name(), step.status(), took, detail)
                    .stripTrailing());
        }
        job.prompts().forEach(prompt -> lines.accept("  asks: " + prompt.question()));
    }

    @Override
    public void close() {
        try (sites;
                engine) {
            // the engine first, then the sites that it works on
        } finally {
            delete();
        }
    }

    private void delete() {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + folder, e);
        }
    }
}
