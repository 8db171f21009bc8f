package io.sdr.hyperv.site;

import io.sdr.api.InvalidRequestException;
import io.sdr.api.Problem;
import io.sdr.api.SiteId;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.Contact;
import io.sdr.api.spi.Disks;
import io.sdr.api.spi.Inventory;
import io.sdr.api.spi.SiteCapabilities;
import io.sdr.api.spi.SiteCatalogue;
import io.sdr.api.spi.TestObjects;
import io.sdr.api.spi.VmControl;
import io.sdr.hyperv.access.VmmAccess;
import io.sdr.hyperv.host.HostCatalogue;
import io.sdr.hyperv.host.HostInventory;
import io.sdr.hyperv.host.HostOpener;
import io.sdr.hyperv.host.HostScripts;
import io.sdr.hyperv.host.SiteHost;
import io.sdr.hyperv.host.SiteHosts;
import io.sdr.hyperv.host.VmmCalls;
import io.sdr.hyperv.manager.ManagedCatalogue;
import io.sdr.hyperv.manager.ManagedInventory;
import io.sdr.hyperv.manager.ManagedTests;
import io.sdr.hyperv.manager.ManagedVms;
import io.sdr.hyperv.manager.VmmBook;
import io.sdr.hyperv.manager.VmmClouds;
import io.sdr.hyperv.manager.VmmNetworks;
import io.sdr.hyperv.powershell.ScriptCatalogue;
import io.sdr.hyperv.provider.Contacts;
import io.sdr.hyperv.provider.Estate;
import io.sdr.hyperv.provider.Homes;
import io.sdr.hyperv.provider.HostedCatalogue;
import io.sdr.hyperv.provider.HostedDisks;
import io.sdr.hyperv.provider.HostedInventory;
import io.sdr.hyperv.provider.HostedTests;
import io.sdr.hyperv.provider.HostedVms;
import io.sdr.hyperv.provider.SwitchNetworks;
import io.sdr.hyperv.readiness.VmmReadiness;
import io.sdr.hyperv.replication.HostsReplicaEnd;
import io.sdr.hyperv.replication.ReplicaEnd;
import io.sdr.hyperv.replication.ReplicaSite;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;

/**
 * A site of Hyper-V hosts under a VMM server: the nodes of one failover cluster, or one host. VMM tells where VMs are, in which clouds,
 * and connects them to its VM networks; it is asked for a VM's host before each call. Power, checkpoints, disks and decisions are the
 * hosts' as in {@link HyperVSite}; after each change VMM is made to look. While VMM is silent the hosts are asked where a VM is, and
 * what needs no cloud and no VM network goes on. Immutable, thread-safe; to be closed when it is no longer used.
 *
 * <pre>{@code
 * VmmSite east = VmmSite.named("east").vmm(VmmAccess.of("vmm-01", transport, "C:\\sdr\\catalogue"))
 *         .host(one).host(two).host(three).build();
 * }</pre>
 */
@SuppressWarnings("exports") // what drives Hyper-V Replica is the module's own
public final class VmmSite implements ReplicaSite, AutoCloseable {
    private static final SiteCapabilities CAPABILITIES = new SiteCapabilities(EnumSet.of(
            SiteCapabilities.Flag.CHANGED_RANGES,
            SiteCapabilities.Flag.APPLICATION_CONSISTENT,
            SiteCapabilities.Flag.OFF_SINCE,
            SiteCapabilities.Flag.HEARTBEAT,
            SiteCapabilities.Flag.ISOLATED_NETWORK,
            SiteCapabilities.Flag.GUEST_ADDRESSES));

    private final SiteId id;
    private final VmmAccess server;
    private final SiteHosts hosts;
    private final Contacts contacts;
    private final Inventory inventory;
    private final VmControl vms;
    private final Disks disks;
    private final TestObjects tests;
    private final SiteCatalogue catalogue;
    private final ReplicaEnd replicaEnd;
    private final ExecutorService threads;

    private VmmSite(Builder builder, VmmAccess server) {
        this.id = builder.id;
        this.server = server;
        this.threads = HostThreads.of(Math.max(1, builder.hosts.size()), "sdr-vmm-host");
        HostOpener opener = new HostOpener(new ScriptCatalogue(), builder.clock, builder.random);
        List<SiteHost> opened = builder.hosts.stream().map(opener::open).toList();
        HostScripts machine = opener.open(server);
        VmmBook book =
                new VmmBook(new VmmCalls(machine), name -> opened.stream().anyMatch(host -> host.isNamed(name)));
        this.hosts = new SiteHosts(id, opened, opened.size() > 1, Optional.of(book), threads);
        this.contacts = new Contacts(hosts, builder.clock);
        VmmClouds clouds = new VmmClouds(book);
        VmmNetworks networks = new VmmNetworks(book, new SwitchNetworks(hosts));
        Estate estate = new Estate(hosts, new Homes(hosts, builder.clock), networks, clouds, builder.clock);
        ManagedVms managed = new ManagedVms(new HostedVms(estate), hosts, book, clouds, networks);
        this.vms = managed;
        this.tests = new ManagedTests(new HostedTests(estate), managed, book, clouds);
        this.disks = new HostedDisks(estate);
        this.inventory = new ManagedInventory(
                new HostedInventory(estate),
                clouds,
                new VmmReadiness(
                        new HostInventory(machine),
                        new VmmCalls(machine),
                        opened.stream().map(SiteHost::name).toList()));
        this.catalogue = new ManagedCatalogue(new HostedCatalogue(estate), new HostCatalogue(machine));
        this.replicaEnd = new HostsReplicaEnd(hosts, builder.replicaNames(), book, builder.clock);
    }

    /**
     * Begins a site.
     *
     * @param name its id
     * @return a builder
     * @throws InvalidRequestException code {@code INVALID_ID}
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

    /** Whether the hosts answer; they are what a failover needs. */
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
        List<Runnable> unused = threads.shutdownNow();
    }

    @Override
    public String toString() {
        return "site " + id + " of VMM server " + server + " and hosts " + hosts.all();
    }

    /** Builds a site. Not thread-safe. */
    public static final class Builder extends HostsBuilder<Builder> {
        private Optional<VmmAccess> server = Optional.empty();

        private Builder(SiteId id) {
            super(id);
        }

        @Override
        Builder self() {
            return this;
        }

        /**
         * Names the VMM server.
         *
         * @param value the server
         * @return this builder
         */
        public Builder vmm(VmmAccess value) {
            server = Optional.of(value);
            return this;
        }

        /**
         * Makes the site. Nothing is sent to its hosts yet.
         *
         * @return the site
         * @throws InvalidRequestException code {@code NO_HOST}, {@code NO_VMM}, or {@code FOLDERS_DIFFER} for nodes with different
         *     folders
         */
        public VmmSite build() {
            SameFolders.require(id, hosts);
            return new VmmSite(
                    this,
                    server.orElseThrow(() -> new InvalidRequestException(Problem.of("NO_VMM")
                            .attempted("open site " + id)
                            .state("it has no VMM server")
                            .remedy("name the server, or use HyperVSite for hosts without VMM"))));
        }
    }
}
