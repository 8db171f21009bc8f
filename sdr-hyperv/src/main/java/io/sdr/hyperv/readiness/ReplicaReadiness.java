package io.sdr.hyperv.readiness;

import io.sdr.api.Finding;
import io.sdr.api.spi.CallContext;
import io.sdr.hyperv.host.Answered;
import io.sdr.hyperv.host.ReplicaServer;
import io.sdr.hyperv.host.SiteHost;
import io.sdr.hyperv.host.SiteHosts;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Asks the hosts of two sites what would stop Hyper-V Replica between them, in both directions: a failover turns it round. Silent
 * hosts are left out, since {@link SiteReadiness} names them. Thread-safe.
 */
public final class ReplicaReadiness {
    private final Supplier<Instant> clock;
    private final HostReader reader;

    /**
     * Makes one.
     *
     * @param clock tells the present moment
     */
    public ReplicaReadiness(Supplier<Instant> clock) {
        this.clock = clock;
        this.reader = new HostReader(clock);
    }

    /**
     * One side of a pair.
     *
     * @param hosts its hosts
     * @param serverName the name to which the other side sends; of a cluster that of its Replica Broker
     * @param port where its hosts shall listen
     * @param thumbprint the certificate of a host, by the host's name; empty for Kerberos
     */
    public record End(SiteHosts hosts, String serverName, int port, Function<String, Optional<String>> thumbprint) {}

    /**
     * Looks at both sides.
     *
     * @param one a side
     * @param other the other one
     * @param context the call
     * @return all findings
     */
    public List<Finding> between(End one, End other, CallContext context) {
        Answered<HostState> ofOne = one.hosts().each(host -> reader.read(host, context));
        Answered<HostState> ofOther = other.hosts().each(host -> reader.read(host, context));
        List<Finding> findings = new ArrayList<>(receiving(one, ofOne.answers(), other, ofOther.answers(), context));
        findings.addAll(receiving(other, ofOther.answers(), one, ofOne.answers(), context));
        return findings.stream().distinct().toList();
    }

    private List<Finding> receiving(
            End end,
            Map<SiteHost, HostState> receivers,
            End other,
            Map<SiteHost, HostState> senders,
            CallContext context) {
        String newest = senders.values().stream()
                .map(state -> Version.of(state.facts().build()))
                .max(Version::compareTo)
                .map(Version::text)
                .orElse("0");
        List<String> names = senders.values().stream()
                .map(state -> state.clustered() ? other.serverName() : state.name())
                .distinct()
                .toList();
        List<Finding> findings = new ArrayList<>();
        receivers.forEach((host, state) -> {
            if (HostReader.works(state)) {
                Optional<String> thumbprint = end.thumbprint().apply(host.name());
                ReplicaState facts = new ReplicaState(
                        state.facts(),
                        new ReplicaState.Wanted(end.port(), thumbprint),
                        names,
                        Fact.ask(() -> host.inventory().reception(context)),
                        Fact.ask(() -> host.inventory().firewall(context)),
                        thumbprint.isPresent()
                                ? Fact.ask(() -> host.inventory().certificates(context))
                                : Fact.notAsked(),
                        state.cluster().value(),
                        Fact.ask(() -> host.inventory().volumes(context)),
                        Fact.ask(() -> {
                            host.inventory()
                                    .reach(new ReplicaServer(other.serverName(), other.port(), thumbprint), context);
                            return true;
                        }),
                        clock.get(),
                        newest);
                findings.addAll(Rule.all(ReplicaRules.ALL, facts));
            }
        });
        return findings;
    }
}
