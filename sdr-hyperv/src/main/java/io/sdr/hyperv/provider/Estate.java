package io.sdr.hyperv.provider;

import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.VmObservation;
import io.sdr.hyperv.host.SeenVm;
import io.sdr.hyperv.host.SiteHost;
import io.sdr.hyperv.host.SiteHosts;
import java.time.Instant;
import java.util.function.Supplier;

/** What the facets of one site share. Immutable, thread-safe. */
public final class Estate {
    private final SiteHosts hosts;
    private final Homes homes;
    private final Networks networks;
    private final Clouds clouds;
    private final Supplier<Instant> clock;
    private final Locators locators;
    private final DiskBook disks;
    private final Observations observations;
    private final Makers makers;
    private final Lives lives;

    /**
     * Makes one.
     *
     * @param hosts the hosts
     * @param homes where what belongs to an item is kept
     * @param networks the networks
     * @param clouds the clouds
     * @param clock tells the present moment
     */
    public Estate(SiteHosts hosts, Homes homes, Networks networks, Clouds clouds, Supplier<Instant> clock) {
        this.hosts = hosts;
        this.homes = homes;
        this.networks = networks;
        this.clouds = clouds;
        this.clock = clock;
        this.locators = new Locators(hosts);
        this.disks = new DiskBook(hosts, locators);
        this.observations = new Observations(disks);
        this.lives = new Lives(hosts);
        this.makers = new Makers(this);
    }

    public SiteHosts hosts() {
        return hosts;
    }

    Homes homes() {
        return homes;
    }

    Networks networks() {
        return networks;
    }

    Clouds clouds() {
        return clouds;
    }

    Instant now() {
        return clock.get();
    }

    Locators locators() {
        return locators;
    }

    DiskBook disks() {
        return disks;
    }

    Observations observations() {
        return observations;
    }

    /** Tells what a VM's host said of it, with what the logs of the others tell. */
    VmObservation observation(SiteHost host, SeenVm seen, CallContext context) {
        return observations.of(host, lives.whole(seen, context), context);
    }

    Makers makers() {
        return makers;
    }
}
