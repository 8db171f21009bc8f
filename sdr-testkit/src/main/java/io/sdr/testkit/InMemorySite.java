package io.sdr.testkit;

import io.sdr.api.spi.StorageFolder;

/**
 * A simulated site in memory.
 *
 * <pre>{@code
 * InMemorySite east = InMemorySite.open(SiteOptions.named("east").time(time), new MemoryFolder());
 * VmDescription vm = east.createVm("sql-01", 64 << 20);
 * east.powerOn(vm.id());
 * }</pre>
 */
public final class InMemorySite extends SimulatedSite {
    private InMemorySite(SiteOptions options, StorageFolder root) {
        super(options, root);
    }

    /**
     * Opens a site on what a folder holds; an empty folder is a new site.
     *
     * @param options name, clock, clouds
     * @param root the storage: a {@link MemoryFolder} or {@link CrashFolder}
     * @return the site
     */
    public static InMemorySite open(SiteOptions options, StorageFolder root) {
        return new InMemorySite(options, root);
    }
}
