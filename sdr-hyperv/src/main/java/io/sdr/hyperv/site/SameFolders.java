package io.sdr.hyperv.site;

import io.sdr.api.InvalidRequestException;
import io.sdr.api.Problem;
import io.sdr.api.SiteId;
import io.sdr.hyperv.access.HyperVHost;
import java.util.List;

/** Nodes of a cluster have one catalogue and one folder of replicas, under one path: else each would decide by itself. */
final class SameFolders {
    private SameFolders() {}

    /** Refuses hosts that were given different folders. */
    static void require(SiteId site, List<HyperVHost> hosts) {
        for (HyperVHost host : hosts) {
            HyperVHost first = hosts.get(0);
            if (!host.catalogue().equals(first.catalogue()) || !host.replicas().equals(first.replicas())) {
                throw new InvalidRequestException(Problem.of("FOLDERS_DIFFER")
                        .attempted("open site " + site)
                        .state("host " + first + " keeps decisions in " + first.catalogue() + " and replicas in "
                                + first.replicas() + ", host " + host + " in " + host.catalogue() + " and "
                                + host.replicas())
                        .remedy("name the same folders of a shared volume for all nodes of the cluster"));
            }
        }
    }
}
