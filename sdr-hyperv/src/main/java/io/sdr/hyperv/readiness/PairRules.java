package io.sdr.hyperv.readiness;

import java.util.List;

/** What a site was not told, without which no other site's hosts can send to it by Hyper-V Replica. */
public final class PairRules {
    public static final List<Rule<PairState>> ALL = List.of(
            Rule.blocker(
                    "HOSTS_APART",
                    "Replicas are sent to one name, and VMs move between the nodes of a cluster: only its Replica Broker's"
                            + " name is right for all.",
                    "a Hyper-V Replica Broker, named to the site",
                    "name it with `replicaBroker` of the site's builder, or use `DriverChoice.SDR`",
                    pair -> Seen.when(
                            pair.hosts().size() > 1 && pair.broker().isEmpty(),
                            "site " + pair.site(),
                            "its hosts " + pair.hosts() + " have no name in common")),
            Rule.blocker(
                    "NO_CERTIFICATE",
                    "Hosts shall show certificates, and the site was not told which one a host shows.",
                    "the thumbprint of its certificate",
                    "name it with `replicaCertificate` of the site's builder, or use Kerberos",
                    pair -> pair.hosts().stream()
                            .filter(host ->
                                    pair.certificates() && !pair.certified().contains(host))
                            .map(host -> Seen.of(
                                    "host " + host + " of site " + pair.site(),
                                    "the site names no certificate of it"))));

    private PairRules() {}
}
