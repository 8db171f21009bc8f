package io.sdr.core.engine;

import io.sdr.api.BandwidthSchedule;
import io.sdr.api.InvalidRequestException;
import io.sdr.api.ItemId;
import io.sdr.api.PowerFence;
import io.sdr.api.Problem;
import io.sdr.api.Site;
import io.sdr.api.SiteId;
import io.sdr.api.SiteRecovery;
import io.sdr.api.TestProbe;
import io.sdr.api.Timekeeper;
import io.sdr.api.spi.ReplicationDriverFactory;
import io.sdr.api.spi.SiteProvider;
import io.sdr.core.job.JobEngine;
import io.sdr.core.job.Limits;
import io.sdr.core.job.SystemTimekeeper;
import io.sdr.core.operation.Bandwidth;
import io.sdr.core.operation.ItemState;
import io.sdr.core.operation.Operations;
import io.sdr.core.operation.Surroundings;
import io.sdr.core.store.SqliteStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** Collects what an engine needs and puts it together. Not thread-safe. */
public final class EngineBuilder implements SiteRecovery.Builder {
    private static final int MOST_TRANSFERS = 40;

    private final Map<SiteId, SiteProvider> sites = new LinkedHashMap<>();
    private final List<StoreObserver> observers = new ArrayList<>();
    private final Map<String, TestProbe> probes = new LinkedHashMap<>();
    private final Map<SiteId, PowerFence> fences = new LinkedHashMap<>();
    private final Map<Set<SiteId>, BandwidthSchedule> bandwidths = new LinkedHashMap<>();
    private Optional<Path> dataDirectory = Optional.empty();
    private Optional<Timekeeper> timekeeper = Optional.empty();
    private Supplier<String> ids = () -> UUID.randomUUID().toString();
    private boolean scheduler = true;
    private int transfers = Limits.TRANSFERS;
    private String actor = System.getProperty("user.name", "unknown");

    EngineBuilder() {}

    /**
     * Lets somebody hear what is committed, for tools that test crashes.
     *
     * @param observer hears it on the committing thread
     * @return this
     */
    public EngineBuilder observing(StoreObserver observer) {
        observers.add(observer);
        return this;
    }

    @Override
    public EngineBuilder site(Site site) {
        if (!(site instanceof SiteProvider provider)) {
            throw new InvalidRequestException(Problem.of("UNKNOWN_SITE_KIND")
                    .attempted("use site " + site.id())
                    .state("it is not made by a provider: " + site.getClass().getName()
                            + " does not implement io.sdr.api.spi.SiteProvider")
                    .remedy("make the site with a provider, such as the testkit's InMemorySite"));
        }
        if (sites.putIfAbsent(site.id(), provider) != null) {
            throw new InvalidRequestException(Problem.of("DUPLICATE_SITE")
                    .attempted("add site " + site.id())
                    .state("a site of this name is there already")
                    .remedy("give each site a name of its own"));
        }
        return this;
    }

    @Override
    public EngineBuilder dataDirectory(Path folder) {
        dataDirectory = Optional.of(folder);
        return this;
    }

    @Override
    public EngineBuilder timekeeper(Timekeeper value) {
        timekeeper = Optional.of(value);
        return this;
    }

    @Override
    public EngineBuilder random(RandomGenerator value) {
        ids = () -> new UUID(value.nextLong(), value.nextLong()).toString();
        return this;
    }

    @Override
    public EngineBuilder probe(String name, TestProbe probe) {
        probes.put(name, probe);
        return this;
    }

    @Override
    public EngineBuilder powerFence(String site, PowerFence fence) {
        fences.put(new SiteId(site), fence);
        return this;
    }

    @Override
    public EngineBuilder bandwidth(String one, String other, BandwidthSchedule schedule) {
        if (one.equals(other)) {
            throw new InvalidRequestException(Problem.of("SAME_SITE")
                    .attempted("limit the bandwidth between " + one + " and " + other)
                    .state("they are one site")
                    .remedy("name two sites"));
        }
        bandwidths.put(Set.of(new SiteId(one), new SiteId(other)), schedule);
        return this;
    }

    @Override
    public EngineBuilder actor(String name) {
        actor = name;
        return this;
    }

    @Override
    public EngineBuilder transfersAtOnce(int most) {
        if (most < 1 || most > MOST_TRANSFERS) {
            throw new InvalidRequestException(Problem.of("TRANSFERS_OUT_OF_RANGE")
                    .attempted("let " + most + " transfers run at once")
                    .state("some must, and threads must be left for what cannot wait")
                    .remedy("use a number from 1 to " + MOST_TRANSFERS));
        }
        transfers = most;
        return this;
    }

    @Override
    public EngineBuilder withoutScheduler() {
        scheduler = false;
        return this;
    }

    @Override
    public SiteRecovery build() {
        Path folder = dataDirectory.orElseThrow(() -> new InvalidRequestException(Problem.of("NO_DATA_DIRECTORY")
                .attempted("build an engine")
                .state("it has no place for its store")
                .remedy("call dataDirectory with a folder on a local disk that is not replicated")));
        Map<String, ReplicationDriverFactory> drivers = new LinkedHashMap<>();
        for (ReplicationDriverFactory factory :
                ServiceLoader.load(ReplicationDriverFactory.class, EngineBuilder.class.getClassLoader())) {
            drivers.putIfAbsent(factory.name(), factory);
        }
        Surroundings world = new Surroundings(sites, drivers, probes, fences);
        fences.keySet().forEach(world::site); // refuses one of a site that is not there
        bandwidths.keySet().forEach(pair -> pair.forEach(world::site));
        Optional<SystemTimekeeper> own =
                timekeeper.isPresent() ? Optional.empty() : Optional.of(new SystemTimekeeper());
        Timekeeper time = timekeeper.orElseGet(own::orElseThrow);
        ObservedStore store;
        try {
            store = new ObservedStore(SqliteStore.open(folder));
        } catch (RuntimeException e) {
            own.ifPresent(SystemTimekeeper::close);
            throw e;
        }
        observers.forEach(store::add);
        try {
            JobEngine jobs =
                    new JobEngine(store, Operations.define(world), time, ids, Limits.DEFAULT.withTransfers(transfers));
            world.limitTo(new Bandwidth(item -> bandwidth(jobs, item), bandwidths, time));
            Engine engine =
                    new Engine(world, jobs, store, time, ids, actor, () -> own.ifPresent(SystemTimekeeper::close));
            engine.start();
            if (scheduler) {
                engine.startScheduler();
            }
            return engine;
        } catch (RuntimeException e) {
            store.close();
            own.ifPresent(SystemTimekeeper::close);
            throw e;
        }
    }

    private static BandwidthSchedule bandwidth(JobEngine jobs, ItemId item) {
        return jobs.subject(item.value())
                .map(subject -> ItemState.read(subject.document()).policy().bandwidth())
                .orElse(BandwidthSchedule.unlimited());
    }
}
