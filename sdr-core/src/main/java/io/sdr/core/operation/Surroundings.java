package io.sdr.core.operation;

import io.sdr.api.InvalidRequestException;
import io.sdr.api.ItemId;
import io.sdr.api.PowerFence;
import io.sdr.api.Problem;
import io.sdr.api.SiteId;
import io.sdr.api.TestProbe;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.ReplicaLink;
import io.sdr.api.spi.ReplicationDriver;
import io.sdr.api.spi.ReplicationDriverFactory;
import io.sdr.api.spi.SiteProvider;
import io.sdr.api.spi.Throttle;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** The sites of an engine and the drivers between them. Thread-safe. */
public final class Surroundings {
    /** The driver of sdr's own replication. */
    public static final String OWN_DRIVER = "sdr";

    private final Map<SiteId, SiteProvider> sites;
    private final Map<String, ReplicationDriverFactory> factories;
    private final Map<String, TestProbe> probes;
    private final Map<SiteId, PowerFence> fences;
    private final Map<List<String>, ReplicationDriver> drivers = new ConcurrentHashMap<>();
    private final Set<ItemId> paused = ConcurrentHashMap.newKeySet();
    private volatile Optional<Bandwidth> bandwidth = Optional.empty();

    /**
     * Keeps sites and factories.
     *
     * @param sites the sites by id
     * @param factories the driver factories by name
     */
    public Surroundings(Map<SiteId, SiteProvider> sites, Map<String, ReplicationDriverFactory> factories) {
        this(sites, factories, Map.of(), Map.of());
    }

    /**
     * Keeps sites, factories, probes and power fences.
     *
     * @param sites the sites by id
     * @param factories the driver factories by name
     * @param probes the users' probes by name
     * @param fences the power fences by site
     */
    public Surroundings(
            Map<SiteId, SiteProvider> sites,
            Map<String, ReplicationDriverFactory> factories,
            Map<String, TestProbe> probes,
            Map<SiteId, PowerFence> fences) {
        this.fences = Map.copyOf(fences);
        this.probes = Map.copyOf(probes);
        this.sites = Map.copyOf(sites);
        this.factories = Map.copyOf(factories);
    }

    /**
     * Gives a site's power fence.
     *
     * @param site the site
     * @return the fence, or empty if none was given
     */
    public Optional<PowerFence> powerFence(SiteId site) {
        return Optional.ofNullable(fences.get(site));
    }

    /**
     * Gives a probe.
     *
     * @param name its name
     * @return the probe
     * @throws InvalidRequestException code {@code UNKNOWN_PROBE}
     */
    public TestProbe probe(String name) {
        TestProbe probe = probes.get(name);
        if (probe == null) {
            throw new InvalidRequestException(Problem.of("UNKNOWN_PROBE")
                    .attempted("use probe '" + name + "'")
                    .state("this engine knows the probes "
                            + probes.keySet().stream().sorted().toList())
                    .remedy("register it with SiteRecovery.Builder.probe"));
        }
        return probe;
    }

    /**
     * Hears whether replication of an item is paused: a copy under way stops at its next block.
     *
     * @param item the item
     * @param isPaused whether it is
     */
    public void pause(ItemId item, boolean isPaused) {
        if (isPaused) {
            paused.add(item);
        } else {
            paused.remove(item);
        }
    }

    boolean isPaused(ItemId item) {
        return paused.contains(item);
    }

    /**
     * Lists the sites.
     *
     * @return their ids
     */
    public Set<SiteId> siteIds() {
        return sites.keySet();
    }

    /**
     * Gives a site.
     *
     * @param id its id
     * @return the site
     * @throws InvalidRequestException code {@code UNKNOWN_SITE}
     */
    public SiteProvider site(SiteId id) {
        SiteProvider site = sites.get(id);
        if (site == null) {
            throw new InvalidRequestException(Problem.of("UNKNOWN_SITE")
                    .attempted("use site " + id)
                    .state("this engine has the sites "
                            + sites.keySet().stream()
                                    .sorted(java.util.Comparator.comparing(SiteId::value))
                                    .toList())
                    .remedy("name one of them, or add the site to the builder"));
        }
        return site;
    }

    /**
     * Gives the driver between two sites.
     *
     * @param name the driver's name
     * @param one a site
     * @param other another site
     * @return the driver, the same for both directions
     * @throws InvalidRequestException code {@code NO_DRIVER}
     */
    public ReplicationDriver driver(String name, SiteId one, SiteId other) {
        List<String> key = one.value().compareTo(other.value()) <= 0
                ? List.of(name, one.value(), other.value())
                : List.of(name, other.value(), one.value());
        SiteProvider first = site(new SiteId(key.get(1)));
        SiteProvider second = site(new SiteId(key.get(2)));
        ReplicationDriverFactory factory = factories.get(name);
        if (factory == null || !factory.supports(first, second)) {
            throw new InvalidRequestException(Problem.of("NO_DRIVER")
                    .attempted("replicate between " + one + " and " + other + " with driver '" + name + "'")
                    .state("the drivers here are "
                            + factories.keySet().stream().sorted().toList())
                    .remedy("put the artefact with that driver on the path, or use sites that it supports"));
        }
        return drivers.computeIfAbsent(
                key,
                k -> new OneAtATimeDriver(factory.connect(first, second), this::throttle, this::keepConfiguration));
    }

    /**
     * Limits what is sent from now on.
     *
     * @param limits the limits
     */
    public void limitTo(Bandwidth limits) {
        bandwidth = Optional.of(limits);
    }

    private Throttle throttle(ReplicaLink link) {
        return bandwidth.map(each -> each.of(link)).orElse(Throttle.NONE);
    }

    /**
     * Finds the driver of the hypervisors' own replication between two sites.
     *
     * @param one a site
     * @param other another site
     * @return its name, or empty
     */
    public Optional<String> nativeDriver(SiteId one, SiteId other) {
        return nativeDrivers(one, other).stream().findFirst();
    }

    private List<String> nativeDrivers(SiteId one, SiteId other) {
        return factories.values().stream()
                .filter(factory -> !factory.name().equals(OWN_DRIVER) && factory.supports(site(one), site(other)))
                .map(ReplicationDriverFactory::name)
                .sorted()
                .toList();
    }

    /** The drivers between two sites that an item does not use: what they carry already it may not carry, too. */
    List<ReplicationDriver> otherDrivers(String used, SiteId one, SiteId other) {
        return Stream.concat(Stream.of(OWN_DRIVER), nativeDrivers(one, other).stream())
                .filter(name -> !name.equals(used) && factories.containsKey(name))
                .map(name -> driver(name, one, other))
                .toList();
    }

    private void keepConfiguration(ReplicaLink link, CallContext call) {
        ConfigurationDocument.keepCurrent(
                link, site(link.source().site()), site(link.target().site()), call);
    }
}
