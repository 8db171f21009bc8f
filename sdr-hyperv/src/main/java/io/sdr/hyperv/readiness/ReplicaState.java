package io.sdr.hyperv.readiness;

import io.sdr.hyperv.host.Certificate;
import io.sdr.hyperv.host.ClusterFacts;
import io.sdr.hyperv.host.FirewallRule;
import io.sdr.hyperv.host.HostFacts;
import io.sdr.hyperv.host.ReplicaReception;
import io.sdr.hyperv.host.Volume;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A host that shall receive Hyper-V Replica. Both sides of a pair are such: a failover turns the direction round.
 *
 * @param facts the host
 * @param wanted how the pair replicates
 * @param senders the full DNS names under which the other side's hosts send
 * @param reception how it receives
 * @param firewall its firewall's rules for that
 * @param certificates its certificates; asked where the pair uses them
 * @param cluster its cluster, where it is in one
 * @param volumes its volumes
 * @param reached whether it reaches the other side; asked where that is known by name
 * @param now the present moment
 * @param otherBuild the build of the other side's Windows
 */
public record ReplicaState(
        HostFacts facts,
        Wanted wanted,
        List<String> senders,
        Fact<ReplicaReception> reception,
        Fact<List<FirewallRule>> firewall,
        Fact<List<Certificate>> certificates,
        Optional<ClusterFacts> cluster,
        Fact<List<Volume>> volumes,
        Fact<Boolean> reached,
        Instant now,
        String otherBuild) {
    /**
     * How a pair replicates.
     *
     * @param port where this host shall listen
     * @param thumbprint this host's certificate; empty for Kerberos
     */
    public record Wanted(int port, Optional<String> thumbprint) {
        boolean certificate() {
            return thumbprint.isPresent();
        }

        String authentication() {
            return certificate() ? "Certificate" : "Kerberos";
        }
    }

    String name() {
        return facts.fullName();
    }

    /** The names that its certificate must be for: its own and, in a cluster, the Replica Broker's. */
    Stream<String> names() {
        return Stream.concat(
                Stream.of(facts.fullName()),
                cluster.stream()
                        .flatMap(each -> each.brokers().stream())
                        .map(name -> name.indexOf('.') < 0 ? name + "." + facts.domain() : name));
    }

    /** The certificate that is wanted, as far as it is there. */
    Stream<Certificate> certificate() {
        return certificates.stream()
                .flatMap(List::stream)
                .filter(each -> wanted.thumbprint()
                        .filter(each.thumbprint()::equalsIgnoreCase)
                        .isPresent());
    }

    /** Whether a pattern, a DNS name or {@code *.} and a domain, is for a name. */
    static boolean covers(String pattern, String name, boolean oneLabel) {
        String wide = pattern.toLowerCase(Locale.ROOT);
        String narrow = name.toLowerCase(Locale.ROOT);
        if (!wide.startsWith("*.")) {
            return wide.equals(narrow);
        }
        String domain = wide.substring(1);
        return narrow.endsWith(domain)
                && narrow.length() > domain.length()
                && !(oneLabel
                        && narrow.substring(0, narrow.length() - domain.length())
                                .contains("."));
    }
}
