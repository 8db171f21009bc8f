package io.sdr.testkit;

import io.sdr.api.SiteId;
import io.sdr.api.Timekeeper;
import io.sdr.api.spi.DiskFormat;
import java.util.List;
import java.util.Optional;

/**
 * How a simulated site is made. Defaults: no clouds; the wall clock; a process of its own, that never dies; disks in the format
 * {@code raw}, found by {@link java.util.ServiceLoader}. Immutable: each method gives a copy.
 */
public final class SiteOptions {
    private final SiteId id;
    private final List<String> clouds;
    private final Timekeeper time;
    private final SimulatedProcess process;
    private final Optional<DiskFormat> format;

    private SiteOptions(
            SiteId id, List<String> clouds, Timekeeper time, SimulatedProcess process, Optional<DiskFormat> format) {
        this.id = id;
        this.clouds = clouds;
        this.time = time;
        this.process = process;
        this.format = format;
    }

    /**
     * Begins with a name and the defaults.
     *
     * @param site the site's id
     * @return the options
     */
    public static SiteOptions named(String site) {
        return new SiteOptions(new SiteId(site), List.of(), new WallTime(), new SimulatedProcess(), Optional.empty());
    }

    /**
     * Gives the site clouds; the first one is where VMs go by default.
     *
     * @param names their names
     * @return a copy
     */
    public SiteOptions clouds(String... names) {
        return new SiteOptions(id, List.of(names), time, process, format);
    }

    /**
     * Gives the site a clock.
     *
     * @param value the same one that the engine has
     * @return a copy
     */
    public SiteOptions time(Timekeeper value) {
        return new SiteOptions(id, clouds, value, process, format);
    }

    /**
     * Lets the site die with a process.
     *
     * @param value the process
     * @return a copy
     */
    public SiteOptions process(SimulatedProcess value) {
        return new SiteOptions(id, clouds, time, value, format);
    }

    /**
     * Names the format of new disks, and how they are opened.
     *
     * @param value the format
     * @return a copy
     */
    public SiteOptions format(DiskFormat value) {
        return new SiteOptions(id, clouds, time, process, Optional.of(value));
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
