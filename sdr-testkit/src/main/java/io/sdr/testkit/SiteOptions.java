package io.sdr.testkit;

import io.sdr.api.SiteId;
import io.sdr.api.Timekeeper;
import io.sdr.api.spi.DiskFormat;
import io.sdr.api.spi.NetworkDescription;
import io.sdr.api.spi.SiteCapabilities;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How a simulated site is made. Defaults: no clouds and no networks; the wall clock; a process of its own, that never dies; disks in the format
 * {@code raw}, found by {@link java.util.ServiceLoader}. Immutable: each method gives a copy.
 */
public final class SiteOptions {
    private final SiteId id;
    private final List<String> clouds;
    private final Timekeeper time;
    private final SimulatedProcess process;
    private final Optional<DiskFormat> format;
    private final List<NetworkDescription> networks;
    private final Set<SiteCapabilities.Flag> without;

    private SiteOptions(
            SiteId id,
            List<String> clouds,
            Timekeeper time,
            SimulatedProcess process,
            Optional<DiskFormat> format,
            List<NetworkDescription> networks,
            Set<SiteCapabilities.Flag> without) {
        this.id = id;
        this.clouds = clouds;
        this.time = time;
        this.process = process;
        this.format = format;
        this.networks = List.copyOf(networks);
        this.without = Set.copyOf(without);
    }

    /**
     * Begins with a name and the defaults.
     *
     * @param site the site's id
     * @return the options
     */
    public static SiteOptions named(String site) {
        return new SiteOptions(
                new SiteId(site),
                List.of(),
                new WallTime(),
                new SimulatedProcess(),
                Optional.empty(),
                List.of(),
                Set.of());
    }

    /**
     * Gives the site clouds; the first one is where VMs go by default.
     *
     * @param names their names
     * @return a copy
     */
    public SiteOptions clouds(String... names) {
        return new SiteOptions(id, List.of(names), time, process, format, networks, without);
    }

    /**
     * Gives the site a clock.
     *
     * @param value the same one that the engine has
     * @return a copy
     */
    public SiteOptions time(Timekeeper value) {
        return new SiteOptions(id, clouds, value, process, format, networks, without);
    }

    /**
     * Lets the site die with a process.
     *
     * @param value the process
     * @return a copy
     */
    public SiteOptions process(SimulatedProcess value) {
        return new SiteOptions(id, clouds, time, value, format, networks, without);
    }

    /**
     * Names the format of new disks, and how they are opened. Their sizes are rounded up to what it can have; replicas have the format of
     * their source's disks.
     *
     * @param value the format
     * @return a copy
     */
    public SiteOptions format(DiskFormat value) {
        return new SiteOptions(id, clouds, time, process, Optional.of(value), networks, without);
    }

    /**
     * Gives the site networks.
     *
     * @param values the networks, each with an id of its own
     * @return a copy
     */
    public SiteOptions networks(NetworkDescription... values) {
        return new SiteOptions(id, clouds, time, process, format, List.of(values), without);
    }

    /**
     * Takes abilities from the site. Default: it has all that simulated sites have.
     *
     * @param flags what it cannot do
     * @return a copy
     */
    public SiteOptions without(SiteCapabilities.Flag... flags) {
        return new SiteOptions(id, clouds, time, process, format, networks, Set.of(flags));
    }

    List<NetworkDescription> networks() {
        return networks;
    }

    Set<SiteCapabilities.Flag> without() {
        return without;
    }

    SiteId id() {
        return id;
    }

    List<String> clouds() {
        return clouds;
    }

    Timekeeper time() {
        return time;
    }

    SimulatedProcess process() {
        return process;
    }

    Optional<DiskFormat> format() {
        return format;
    }
}
