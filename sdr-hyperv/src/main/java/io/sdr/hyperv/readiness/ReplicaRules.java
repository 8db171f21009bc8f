package io.sdr.hyperv.readiness;

import io.sdr.hyperv.access.HostPath;
import io.sdr.hyperv.host.Certificate;
import io.sdr.hyperv.host.FirewallRule;
import io.sdr.hyperv.host.ReplicaReception;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What can be wrong with a host that shall receive Hyper-V Replica. */
public final class ReplicaRules {
    private static final String SERVER = "1.3.6.1.5.5.7.3.1";
    private static final String CLIENT = "1.3.6.1.5.5.7.3.2";
    private static final String HTTP = "VIRT-HVRHTTPL-In-TCP-NoScope";
    private static final String HTTPS = "VIRT-HVRHTTPSL-In-TCP-NoScope";

    public static final List<Rule<ReplicaState>> ALL = List.of(
            Rule.blocker(
                    "REPLICA_SERVER_OFF",
                    "The host receives no Hyper-V Replica.",
                    "a replica server that is enabled",
                    "on the host, in a cluster for its Replica Broker: Set-VMReplicationServer -ReplicationEnabled"
                            + " $true",
                    host -> reception(host, each -> !each.enabled(), each -> "its replica server is off")),
            Rule.blocker(
                    "REPLICA_AUTHENTICATION",
                    "The host does not accept how the other side shows who it is.",
                    "",
                    "on the host: Set-VMReplicationServer -AllowedAuthenticationType, with what the policy of the pair"
                            + " says",
                    host -> host.reception().stream()
                            .filter(each -> !each.authentication()
                                    .contains(host.wanted().authentication()))
                            .map(each -> new Seen(
                                    host.name(),
                                    "it accepts " + each.authentication(),
                                    host.wanted().authentication()))),
            Rule.blocker(
                    "REPLICA_PORT",
                    "The host listens elsewhere than the other side sends to.",
                    "",
                    "name this port in the settings of the pair, or change it on the host with Set-VMReplicationServer",
                    host -> host.reception().stream()
                            .filter(each -> port(host, each) != host.wanted().port())
                            .map(each -> new Seen(
                                    host.name(),
                                    "it listens at port " + port(host, each),
                                    "port " + host.wanted().port()))),
            Rule.blocker(
                    "REPLICA_SENDER_REFUSED",
                    "The host lets only named servers send, and this one is not among them.",
                    "an entry for it",
                    "on the host: New-VMReplicationAuthorizationEntry -AllowedPrimaryServer NAME",
                    host -> host.reception().stream()
                            .filter(each -> !each.fromAnyServer())
                            .flatMap(each -> host.senders().stream()
                                    .filter(sender -> each.entries().stream()
                                            .noneMatch(entry -> ReplicaState.covers(entry.server(), sender, false)))
                                    .map(sender -> Seen.of(host.name(), "it accepts nothing from " + sender)))),
            Rule.blocker(
                    "REPLICA_FOLDER_MISSING",
                    "No volume of the host holds the folder in which replicas would be kept.",
                    "a folder on a volume of the host or of its cluster",
                    "on the host: Set-VMReplicationServer -DefaultStorageLocation FOLDER",
                    host -> host.volumes().stream()
                            .flatMap(volumes -> folders(host)
                                    .filter(folder ->
                                            volumes.stream().noneMatch(volume -> holds(volume.path(), folder)))
                                    .map(folder -> Seen.of(host.name(), "no volume holds " + folder)))),
            Rule.blocker(
                    "FIREWALL_CLOSED",
                    "The host's firewall lets nothing of Hyper-V Replica in.",
                    "",
                    "on the host: Enable-NetFirewallRule -Name RULE",
                    host -> host.firewall().stream()
                            .filter(rules ->
                                    rules.stream().noneMatch(each -> each.id().equals(rule(host)) && each.open()))
                            .map((List<FirewallRule> rules) -> new Seen(
                                    host.name(), "its firewall has no open rule for it", "rule " + rule(host)))),
            Rule.blocker(
                    "KERBEROS_WITHOUT_DOMAIN",
                    "A host that belongs to no domain has no Kerberos.",
                    "a host in a domain, or certificates",
                    "use certificates for this pair",
                    host -> Seen.when(
                            !host.wanted().certificate() && !host.facts().domainJoined(),
                            host.name(),
                            "it belongs to no domain")),
            Rule.blocker(
                    "CERTIFICATE_MISSING",
                    "The host has no certificate of this thumbprint with its private key.",
                    "it in Cert:\\LocalMachine\\My, with its private key",
                    "import it on the host, or name the thumbprint of one that is there",
                    host -> Seen.when(
                            host.wanted().certificate()
                                    && host.certificates().value().isPresent()
                                    && host.certificate().findAny().isEmpty(),
                            host.name(),
                            "it has no certificate "
                                    + host.wanted().thumbprint().orElse(""))),
            Rule.blocker(
                    "CERTIFICATE_EXPIRED",
                    "The certificate is no longer valid.",
                    "a certificate that is valid now",
                    "import a new one, and name its thumbprint on the host and in the settings of the pair",
                    host -> certificate(
                            host,
                            each -> each.notAfter().isBefore(host.now()),
                            each -> "it expired at " + each.notAfter())),
            Rule.blocker(
                    "CERTIFICATE_NOT_YET_VALID",
                    "The certificate is not valid yet.",
                    "a certificate that is valid now",
                    "wait, or look at the clocks",
                    host -> certificate(
                            host,
                            each -> each.notBefore().isAfter(host.now()),
                            each -> "it is valid from " + each.notBefore())),
            Rule.blocker(
                    "CERTIFICATE_NAME",
                    "The certificate is for other names, and the other side refuses it.",
                    "the host's full DNS name and, in a cluster, the Replica Broker's",
                    "import one for these names",
                    host -> certificate(
                            host,
                            each -> !host.names().allMatch(name -> isFor(each, name)),
                            each -> "it is for " + each.names())),
            Rule.blocker(
                    "CERTIFICATE_USAGE",
                    "The certificate may not be used both as server and as client, and the direction turns round.",
                    "server and client authentication",
                    "import one with the usages " + SERVER + " and " + CLIENT,
                    host -> certificate(
                            host,
                            each -> !each.usages().isEmpty()
                                    && !Set.copyOf(each.usages()).containsAll(Set.of(SERVER, CLIENT)),
                            each -> "its usages are " + each.usages())),
            Rule.blocker(
                    "BROKER_MISSING",
                    "A cluster is a replica server only by its Replica Broker; a node's name fails when VMs move.",
                    "a Hyper-V Replica Broker in the cluster",
                    "add the role in the cluster's manager, and bring it online",
                    host -> host.cluster().stream()
                            .filter(cluster -> cluster.brokers().isEmpty())
                            .map(cluster -> Seen.of("cluster " + cluster.name(), "it has no Replica Broker"))),
            Rule.blocker(
                    "REPLICA_UNREACHABLE",
                    "The host does not reach the other side's replica server.",
                    "a connection for Hyper-V Replica",
                    "look at names, routes and firewalls between the two; Test-VMReplicationConnection tells the same",
                    host -> host.reached().failure().stream().map(why -> Seen.of(host.name(), why))),
            Rule.warning(
                    "BUILD_OLDER",
                    "A VM of the newer side's configuration version cannot be replicated to the older side.",
                    "",
                    "bring both sides to one version of Windows, or keep VMs at the older one's configuration version",
                    host -> Version.of(host.facts().build()).compareTo(Version.of(host.otherBuild())) < 0
                            ? Stream.of(new Seen(
                                    host.name(),
                                    "its Windows is build " + host.facts().build(),
                                    "build " + host.otherBuild() + ", as at the other side"))
                            : Stream.empty()),
            Rule.warning(
                    "RECEPTION_UNREADABLE",
                    "What could not be looked at may be wrong, too.",
                    "an answer",
                    "see that the account is in Hyper-V Administrators, and ask again",
                    host -> Stream.of(host.reception(), host.firewall(), host.certificates(), host.volumes())
                            .flatMap(fact -> fact.failure().stream())
                            .map(why -> Seen.of(host.name(), why))));

    private ReplicaRules() {}

    private static Stream<Seen> reception(
            ReplicaState host, Predicate<ReplicaReception> wrong, Function<ReplicaReception, String> observed) {
        return host.reception().stream().filter(wrong).map(each -> Seen.of(host.name(), observed.apply(each)));
    }

    private static Stream<Seen> certificate(
            ReplicaState host, Predicate<Certificate> wrong, Function<Certificate, String> observed) {
        return host.certificate()
                .filter(wrong)
                .map(each ->
                        Seen.of("certificate " + each.thumbprint() + " of host " + host.name(), observed.apply(each)));
    }

    private static int port(ReplicaState host, ReplicaReception reception) {
        return host.wanted().certificate() ? reception.certificatePort() : reception.kerberosPort();
    }

    private static String rule(ReplicaState host) {
        return host.wanted().certificate() ? HTTPS : HTTP;
    }

    private static boolean isFor(Certificate certificate, String name) {
        return certificate.names().stream().anyMatch(each -> ReplicaState.covers(each, name, true));
    }

    private static Stream<String> folders(ReplicaState host) {
        return host.reception().stream()
                .flatMap(each -> each.fromAnyServer()
                        ? each.folder().stream()
                        : each.entries().stream().flatMap(entry -> entry.folder().stream()));
    }

    private static boolean holds(String mountPoint, String folder) {
        return !mountPoint.startsWith("\\\\?\\")
                && HostPath.of(folder).below(HostPath.of(mountPoint)).isPresent();
    }
}
