package io.sdr.hyperv.site;

import io.sdr.api.InvalidRequestException;
import io.sdr.api.NetworkId;
import io.sdr.api.Problem;
import io.sdr.api.SiteId;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.Contact;
import io.sdr.api.spi.Disks;
import io.sdr.api.spi.Inventory;
import io.sdr.api.spi.NetworkDescription;
import io.sdr.api.spi.SiteCapabilities;
import io.sdr.api.spi.SiteCatalogue;
import io.sdr.api.spi.TestObjects;
import io.sdr.api.spi.VmControl;
import io.sdr.hyperv.host.HostOpener;
import io.sdr.hyperv.host.SiteHosts;
import io.sdr.hyperv.powershell.ScriptCatalogue;
import io.sdr.hyperv.provider.Contacts;
import io.sdr.hyperv.provider.Estate;
import io.sdr.hyperv.provider.Homes;
import io.sdr.hyperv.provider.HostedCatalogue;
import io.sdr.hyperv.provider.HostedDisks;
import io.sdr.hyperv.provider.HostedInventory;
import io.sdr.hyperv.provider.HostedTests;
import io.sdr.hyperv.provider.HostedVms;
import io.sdr.hyperv.provider.NoClouds;
import io.sdr.hyperv.provider.SwitchNetworks;
import io.sdr.hyperv.replication.HostsReplicaEnd;
import io.sdr.hyperv.replication.ReplicaEnd;
import io.sdr.hyperv.replication.ReplicaSite;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutorService;

/**
 * A site of Hyper-V hosts without a manager above them: one host, or the nodes of one failover cluster. Scripts run on the hosts, each on
 * the one that it concerns; disks are read and written by this process through each host's data path. Immutable, thread-safe; to be
 * closed when it is no longer used.
 *
 * <pre>{@code
 * HyperVHost host = HyperVHost.of("hv-01", transport, FolderMapping.of("D:\\", Path.of("\\\\hv-01\\sdr-d")), "D:\\sdr");
 * try (HyperVSite east = HyperVSite.named("east").host(host).build();
 *         SiteRecovery recovery = SiteRecovery.builder().site(east).site(west).dataDirectory(data).build()) {
 *     recovery.protect(ProtectionRequest.of("sql-01").from("east").to("west")).await();
 * }
 * }</pre>
 */
@SuppressWarnings("exports") // what drives Hyper-V Replica is the module's own
public final class HyperVSite implements ReplicaSite, AutoCloseable {
    private static final SiteCapabilities CAPABILITIES = new SiteCapabilities(EnumSet.of(
            SiteCapabilities.Flag.CHANGED_RANGES,
            SiteCapabilities.Flag.APPLICATION_CONSISTENT,
            SiteCapabilities.Flag.OFF_SINCE,
            SiteCapabilities.Flag.HEARTBEAT,
            SiteCapabilities.Flag.ISOLATED_NETWORK,
            SiteCapabilities.Flag.GUEST_ADDRESSES));

    private static final int MOST_VLAN = 4094;

    private final SiteId id;
    private final SiteHosts hosts;
    private final Contacts contacts;
    private final Inventory inventory;
    private final VmControl vms;
    private final Disks disks;
    private final TestObjects tests;
    private final SiteCatalogue catalogue;
    private final ReplicaEnd replicaEnd;
    private final Optional<ExecutorService> threads;

    private HyperVSite(Builder builder) {
        this.id = builder.id;
        HostOpener opener = new HostOpener(new ScriptCatalogue(), builder.clock, builder.random);
        this.threads = builder.hosts.size() > 1
                ? Optional.of(HostThreads.of(builder.hosts.size(), "sdr-hyperv-host"))
                : Optional.empty();
        this.hosts = new SiteHosts(
                id,
                builder.hosts.stream().map(opener::open).toList(),
                builder.cluster,
                task -> threads.orElseThrow().execute(task));
        this.contacts = new Contacts(hosts, builder.clock);
        Estate estate = new Estate(
                hosts,
                new Homes(hosts, builder.clock),
                new SwitchNetworks(hosts, builder.subnets),
                new NoClouds(hosts),
                builder.clock);
        this.inventory = new HostedInventory(estate);
        this.vms = new HostedVms(estate);
        this.disks = new HostedDisks(estate);
        this.tests = new HostedTests(estate);
        this.catalogue = new HostedCatalogue(estate);
        this.replicaEnd =
                new HostsReplicaEnd(hosts, builder.replicaNames(), HostsReplicaEnd.Manager.NONE, builder.clock);
    }

    /**
     * Begins a site.
     *
     * @param name its id
     * @return a builder
     * @throws io.sdr.api.InvalidRequestException code {@code INVALID_ID}
     */
    public static Builder named(String name) {
        return new Builder(new SiteId(name));
    }

    @Override
    public SiteId id() {
        return id;
    }

    @Override
    public SiteCapabilities capabilities() {
        return CAPABILITIES;
    }

    @Override
    public Contact contact(CallContext context) {
        return contacts.contact(context);
    }

    @Override
    public Inventory inventory() {
        return inventory;
    }

    @Override
    public VmControl vms() {
        return vms;
    }

    @Override
    public Disks disks() {
        return disks;
    }

    @Override
    public TestObjects testObjects() {
        return tests;
    }

    @Override
    public SiteCatalogue catalogue() {
        return catalogue;
    }

    @Override
    public ReplicaEnd replicaEnd() {
        return replicaEnd;
    }

    /** Ends the threads that ask several hosts at once. Transports are closed by whoever made them. */
    @Override
    public void close() {
        threads.ifPresent(ExecutorService::shutdownNow);
    }

    @Override
    public String toString() {
        return "site " + id + " of Hyper-V hosts " + hosts.all();
    }

    /** Builds a site. Not thread-safe. */
    public static final class Builder extends HostsBuilder<Builder> {
        private final Map<NetworkId, List<NetworkDescription.Subnet>> subnets = new HashMap<>();
        private boolean cluster;

        private Builder(SiteId id) {
            super(id);
        }

        @Override
        Builder self() {
            return this;
        }

        /**
         * Says that the hosts are the nodes of one failover cluster, and that the library's folder is on one of its shared volumes.
         * All nodes must be named.
         *
         * @return this builder
         */
        public Builder cluster() {
            cluster = true;
            return this;
        }

        /**
         * Names a VLAN of a switch, so that a failover finds the subnet of the same name at the other site, whose VLAN may have another
         * number. Of a switch with subnets the first one is taken where no name fits.
         *
         * @param network the switch's name
         * @param name the subnet's name, unique in the network
         * @param vlan the VLAN's number, 1 to 4094
         * @return this builder
         * @throws InvalidRequestException code {@code INVALID_SUBNET} for another number, or a name or number that the switch has already
         */
        public Builder subnet(String network, String name, int vlan) {
            List<NetworkDescription.Subnet> named =
                    subnets.computeIfAbsent(SwitchNetworks.id(network), key -> new ArrayList<>());
            boolean taken = named.stream()
                    .anyMatch(each -> each.name().equals(name) || each.vlan().orElseThrow() == vlan);
            if (vlan < 1 || vlan > MOST_VLAN || taken) {
                throw new InvalidRequestException(Problem.of("INVALID_SUBNET")
                        .attempted(
                                "name VLAN " + vlan + " of network '" + network + "' of site " + id + " '" + name + "'")
                        .state(taken ? "it has " + named + " already" : "it is no number of a VLAN")
                        .remedy("give each VLAN of 1 to " + MOST_VLAN + " one name of its own"));
            }
            named.add(new NetworkDescription.Subnet(name, OptionalInt.of(vlan)));
            return this;
        }

        /**
         * Makes the site. Nothing is sent to its hosts yet.
         *
         * @return the site
         * @throws io.sdr.api.InvalidRequestException code {@code NO_HOST}, or {@code NOT_SUPPORTED} for several hosts that are no
         *     cluster, {@code FOLDERS_DIFFER} for nodes with different folders
         */
        public HyperVSite build() {
            if (hosts.size() > 1 && !cluster) {
                throw new InvalidRequestException(Problem.of("NOT_SUPPORTED")
                        .attempted("open site " + id + " with hosts " + hosts)
                        .state("they are no cluster, so that no host sees what is decided at another one")
                        .remedy("make a site of each host, or name the nodes of one cluster"));
            }
            SameFolders.require(id, hosts);
            return new HyperVSite(this);
        }
    }
}
