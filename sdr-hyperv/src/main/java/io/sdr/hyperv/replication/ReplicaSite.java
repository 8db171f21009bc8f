package io.sdr.hyperv.replication;

import io.sdr.api.spi.SiteProvider;

/** A site whose hosts have Hyper-V Replica. */
public interface ReplicaSite extends SiteProvider {
    /**
     * Gives the verbs of Hyper-V Replica at this site.
     *
     * @return the verbs
     */
    ReplicaEnd replicaEnd();
}
