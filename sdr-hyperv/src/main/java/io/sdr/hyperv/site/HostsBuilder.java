package io.sdr.hyperv.site;

import io.sdr.api.SiteId;
import io.sdr.hyperv.access.HyperVHost;
import io.sdr.hyperv.provider.Roles;
import io.sdr.hyperv.replication.HostsReplicaEnd;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What every site on Hyper-V hosts is built of. Not thread-safe.
 *
 * @param <B> the builder itself
 */
public abstract sealed class HostsBuilder<B extends HostsBuilder<B>> permits HyperVSite.Builder, VmmSite.Builder {
    final SiteId id;
    final List<HyperVHost> hosts = new ArrayList<>();
    Supplier<Instant> clock = Instant::now;
    SecureRandom random = new SecureRandom();
    private final Map<String, String> certificates = new HashMap<>();
    private Optional<String> broker = Optional.empty();

    HostsBuilder(SiteId id) {
        this.id = id;
    }

    abstract B self();

    /**
     * Adds a host. Of a cluster all nodes must be named; the library's folder is on one of its shared volumes then.
     *
     * @param host the host
     * @return this builder
     */
    public B host(HyperVHost host) {
        hosts.add(host);
        return self();
    }

    /**
     * Replaces this machine's clock, from which the patience with hosts is counted.
     *
     * @param now tells the present moment
     * @return this builder
     */
    public B clock(Supplier<Instant> now) {
        clock = now;
        return self();
    }

    /**
     * Replaces the source of what begins answer lines.
     *
     * @param source the source
     * @return this builder
     */
    public B random(SecureRandom source) {
        random = source;
        return self();
    }

    /**
     * Names the cluster's Hyper-V Replica Broker, to which the other site's hosts replicate. Needed for Hyper-V Replica with a
     * cluster.
     *
     * @param name its client access point, a DNS name
     * @return this builder
     */
    public B replicaBroker(String name) {
        broker = Optional.of(name);
        return self();
    }

    /**
     * Names the certificate with which a host proves who it is to replica servers. Needed for Hyper-V Replica with certificates.
     *
     * @param host the host's name
     * @param thumbprint the certificate's thumbprint
     * @return this builder
     */
    public B replicaCertificate(String host, String thumbprint) {
        certificates.put(host.toLowerCase(Locale.ROOT), thumbprint);
        return self();
    }

    HostsReplicaEnd.Names replicaNames() {
        Map<String, String> named = Map.copyOf(certificates);
        return new HostsReplicaEnd.Names(
                broker, host -> Optional.ofNullable(named.get(host.toLowerCase(Locale.ROOT))), Roles.COPY, Roles::test);
    }
}
