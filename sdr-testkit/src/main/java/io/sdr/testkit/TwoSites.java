package io.sdr.testkit;

import io.sdr.api.NetworkId;
import io.sdr.api.SiteId;
import io.sdr.api.Timekeeper;
import io.sdr.api.spi.LocalFolder;
import io.sdr.api.spi.NetworkDescription;
import io.sdr.api.spi.StorageFolder;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.BiFunction;

/**
 * Two simulated sites, {@code east} and {@code west}, with the clouds {@code Gold} and {@code Silver}, the networks
 * {@code production}, with the subnets {@code front} and {@code back}, and {@code laboratory}, and the clock that they share with the engine.
 *
 * <pre>{@code
 * TwoSites sites = TwoSites.inMemory();
 * SiteRecovery recovery = SiteRecovery.builder().site(sites.east()).site(sites.west()).timekeeper(sites.time())…
 * }</pre>
 *
 * <p>In memory the storage is a {@link CrashFolder} with a folder for each site; what else belongs to the same process, such as
 * an engine, takes another folder of {@link #storage} and dies with it.
 */
public final class TwoSites implements AutoCloseable {
    private static final String EAST = "east";
    private static final String WEST = "west";
    private static final NetworkDescription PRODUCTION = new NetworkDescription(
            new NetworkId("production"),
            "Production",
            List.of(
                    new NetworkDescription.Subnet("front", OptionalInt.of(10)),
                    new NetworkDescription.Subnet("back", OptionalInt.of(20))));
    private static final NetworkDescription LABORATORY =
            new NetworkDescription(new NetworkId("laboratory"), "Laboratory", List.of());

    private final Timekeeper time;
    private final StorageFolder storage;
    private final SimulatedProcess process;
    private final BiFunction<SiteOptions, String, SimulatedSite> opener;
    private SimulatedSite east;
    private SimulatedSite west;

    private TwoSites(
            Timekeeper time,
            StorageFolder storage,
            SimulatedProcess process,
            BiFunction<SiteOptions, String, SimulatedSite> opener) {
        this.time = time;
        this.storage = storage;
        this.process = process;
        this.opener = opener;
        this.east = open(EAST);
        this.west = open(WEST);
    }

    private SimulatedSite open(String name) {
        return opener.apply(
                SiteOptions.named(name)
                        .clouds("Gold", "Silver")
                        .networks(PRODUCTION, LABORATORY)
                        .time(time)
                        .process(process),
                name);
    }

    /**
     * Makes two empty sites in memory, with virtual time.
     *
     * @return the sites
     */
    public static TwoSites inMemory() {
        return inMemory(new VirtualTime(), new MemoryFolder());
    }

    /**
     * Makes two sites in memory.
     *
     * @param time the clock
     * @param content what they begin with, such as {@link CrashFolder#afterCrash} gives it; copied
     * @return the sites
     */
    public static TwoSites inMemory(VirtualTime time, MemoryFolder content) {
        SimulatedProcess process = new SimulatedProcess();
        CrashFolder storage = CrashFolder.over(content, process);
        return new TwoSites(time, storage, process, (options, name) -> InMemorySite.open(options, storage.child(name)));
    }

    /**
     * Makes two sites with real disk image files, or opens them again.
     *
     * @param folder their common folder
     * @param time the clock
     * @return the sites
     */
    public static TwoSites inFolders(Path folder, Timekeeper time) {
        SimulatedProcess process = new SimulatedProcess();
        return new TwoSites(
                time,
                LocalFolder.of(folder),
                process,
                (options, name) -> FolderSite.open(options, folder.resolve(name)));
    }

    /**
     * Gives the one site.
     *
     * @return the site named {@code east}
     */
    public SimulatedSite east() {
        return east;
    }

    /**
     * Gives the other site.
     *
     * @return the site named {@code west}
     */
    public SimulatedSite west() {
        return west;
    }

    /**
     * Gives a site by its id.
     *
     * @param id the id
     * @return the site
     */
    public SimulatedSite site(SiteId id) {
        if (id.equals(east.id())) {
            return east;
        }
        if (id.equals(west.id())) {
            return west;
        }
        throw new IllegalArgumentException("no site " + id);
    }

    /**
     * Gives the clock.
     *
     * @return the clock
     */
    public Timekeeper time() {
        return time;
    }

    /**
     * Gives the clock of sites in memory.
     *
     * @return the clock
     */
    public VirtualTime virtualTime() {
        if (time instanceof VirtualTime virtual) {
            return virtual;
        }
        throw new IllegalStateException("these sites have a real clock");
    }

    /**
     * Gives the common storage.
     *
     * @return the folder that holds those of the sites
     */
    public StorageFolder storage() {
        return storage;
    }

    /**
     * Gives the common storage of sites in memory.
     *
     * @return the storage
     */
    public CrashFolder crashFolder() {
        if (storage instanceof CrashFolder crashing) {
            return crashing;
        }
        throw new IllegalStateException("these sites have real files");
    }

    /**
     * Gives the process that the sites die with.
     *
     * @return the process
     */
    public SimulatedProcess process() {
        return process;
    }

    /** Closes both sites in order and opens them again on what they left. Scripts of faults are forgotten. */
    public void reopen() {
        close();
        east = open(EAST);
        west = open(WEST);
    }

    /**
     * Ends the process as a power cut does, and gives the sites as they are found afterwards.
     *
     * @param seed decides what of the writes that were not forced is kept, lost or torn
     * @return new sites in memory with the same clock
     */
    public TwoSites crash(long seed) {
        process.kill();
        return inMemory(virtualTime(), crashFolder().afterCrash(seed));
    }

    /** Closes both sites in order. */
    @Override
    public void close() {
        east.close();
        west.close();
    }
}
