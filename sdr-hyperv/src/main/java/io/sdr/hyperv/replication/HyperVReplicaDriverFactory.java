package io.sdr.hyperv.replication;

import io.sdr.api.InvalidRequestException;
import io.sdr.api.Problem;
import io.sdr.api.spi.ReplicationDriver;
import io.sdr.api.spi.ReplicationDriverFactory;
import io.sdr.api.spi.SiteProvider;

/** Makes drivers for pairs of sites that have Hyper-V Replica. */
public final class HyperVReplicaDriverFactory implements ReplicationDriverFactory {
    /** For the service loader. */
    public HyperVReplicaDriverFactory() {}

    @Override
    public String name() {
        return HyperVReplicaDriver.NAME;
    }

    /** Two clouds of one site cannot: a replica has the id of its VM, and a site has an id once. */
    @Override
    public boolean supports(SiteProvider one, SiteProvider other) {
        return one instanceof ReplicaSite
                && other instanceof ReplicaSite
                && !one.id().equals(other.id());
    }

    @Override
    public ReplicationDriver connect(SiteProvider one, SiteProvider other) {
        if (one instanceof ReplicaSite here && other instanceof ReplicaSite there) {
            return new HyperVReplicaDriver(here, there);
        }
        throw new InvalidRequestException(Problem.of("NO_DRIVER")
                .attempted("use Hyper-V Replica between sites " + one.id() + " and " + other.id())
                .state("not both have it")
                .remedy("use DriverChoice.SDR"));
    }
}
