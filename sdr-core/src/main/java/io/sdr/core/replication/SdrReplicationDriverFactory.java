package io.sdr.core.replication;

import io.sdr.api.spi.ReplicationDriver;
import io.sdr.api.spi.ReplicationDriverFactory;
import io.sdr.api.spi.SiteProvider;
import io.sdr.core.format.DiskFormats;
import io.sdr.core.sync.DeltaSync;

/** Makes sdr's own replication between any two sites. */
public final class SdrReplicationDriverFactory implements ReplicationDriverFactory {
    /** For {@link java.util.ServiceLoader}. */
    public SdrReplicationDriverFactory() {}

    @Override
    public String name() {
        return "sdr";
    }

    @Override
    public boolean supports(SiteProvider one, SiteProvider other) {
        return true;
    }

    @Override
    public ReplicationDriver connect(SiteProvider one, SiteProvider other) {
        return new PlacedDriver(one, other, connectHere(one, other));
    }

    /**
     * Makes the same, run in this process whatever the folders say: for the process that is beside them.
     *
     * @param one a site
     * @param other another site
     * @return the driver, for both directions
     */
    public static ReplicationDriver connectHere(SiteProvider one, SiteProvider other) {
        return new SdrReplicationDriver(one, other, DiskFormats.installed(), DeltaSync::run);
    }
}
