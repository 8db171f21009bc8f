package io.sdr.hyperv.readiness;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a site was told of its hosts, as Hyper-V Replica would use it.
 *
 * @param site its name
 * @param hosts the names of its hosts
 * @param broker the name of the cluster's Hyper-V Replica Broker
 * @param certificates whether hosts shall show certificates instead of using Kerberos
 * @param certified the hosts of which the certificate is named
 */
public record PairState(
        String site, List<String> hosts, Optional<String> broker, boolean certificates, Set<String> certified) {
    public PairState {
        hosts = List.copyOf(hosts);
        certified = Set.copyOf(certified);
    }
}
