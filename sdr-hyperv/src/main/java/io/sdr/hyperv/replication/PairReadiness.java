package io.sdr.hyperv.replication;

import io.sdr.api.Finding;
import io.sdr.api.spi.CallContext;
import io.sdr.hyperv.host.SiteHost;
import io.sdr.hyperv.readiness.PairRules;
import io.sdr.hyperv.readiness.PairState;
import io.sdr.hyperv.readiness.ReplicaReadiness;
import io.sdr.hyperv.readiness.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What would stop Hyper-V Replica between the hosts of two sites: first whether they can be paired at all, then what is wrong there. */
final class PairReadiness {
    private final ReplicaReadiness readiness;
    private final int port;
    private final boolean certificates;

    PairReadiness(ReplicaReadiness readiness, int port, boolean certificates) {
        this.readiness = readiness;
        this.port = port;
        this.certificates = certificates;
    }

    List<Finding> between(HostsReplicaEnd one, HostsReplicaEnd other, CallContext context) {
        List<Finding> findings = new ArrayList<>(Rule.all(PairRules.ALL, told(one)));
        findings.addAll(Rule.all(PairRules.ALL, told(other)));
        if (findings.isEmpty()) { // else nothing says where and how the one side would reach the other
            findings.addAll(readiness.between(end(one), end(other), context));
        }
        return findings;
    }

    private PairState told(HostsReplicaEnd end) {
        List<String> hosts = end.hosts().all().stream().map(SiteHost::name).toList();
        return new PairState(
                end.hosts().site().value(),
                hosts,
                end.names().broker(),
                certificates,
                hosts.stream().filter(host -> thumbprint(end, host).isPresent()).collect(Collectors.toSet()));
    }

    private Optional<String> thumbprint(HostsReplicaEnd end, String host) {
        return certificates ? end.names().thumbprint().apply(host) : Optional.empty();
    }

    private ReplicaReadiness.End end(HostsReplicaEnd end) {
        List<SiteHost> hosts = end.hosts().all();
        return new ReplicaReadiness.End(
                end.hosts(),
                end.names().broker().orElseGet(() -> hosts.get(0).name()),
                port,
                host -> thumbprint(end, host));
    }
}
