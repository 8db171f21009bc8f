package io.sdr.hyperv.site;

import io.sdr.api.NetworkId;
import io.sdr.api.spi.NetworkConnection;
import io.sdr.api.spi.NetworkDescription;
import io.sdr.api.spi.SiteProvider;
import io.sdr.hyperv.access.DataPath;
import io.sdr.hyperv.access.HyperVHost;
import io.sdr.hyperv.access.VmmAccess;
import io.sdr.hyperv.simulation.SimulatedCluster;
import io.sdr.hyperv.simulation.SimulatedHost;
import io.sdr.hyperv.simulation.SimulatedVm;
import io.sdr.hyperv.simulation.SimulatedVmm;
import io.sdr.hyperv.simulation.SimulatedWorld;
import io.sdr.hyperv.simulation.VmmNet;
import io.sdr.hyperv.transport.PowerShellTransport;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Three nodes of a cluster with shared storage, and a VMM server over them with one cloud. */
@SuppressWarnings("exports") // other packages' tests use it; nobody outside sees it
public final class VmmEstate implements SiteEstate {
    static final String FOLDER = "C:\\ClusterStorage\\Volume1\\sdr";
    private static final int NODES = 3;
    /** So many questions to VMM about owners lie between two moves: so that each operation meets some. */
    private static final int BETWEEN_MOVES = 7;

    private final String name;
    private final String cloud;
    private final SimulatedWorld world;
    private final SecureRandom random = new SecureRandom();
    private final Orders orders = new Orders();
    private final List<PowerShellTransport> transports = new ArrayList<>();
    private final Map<NetworkId, VmmNet> networks = new HashMap<>();
    private final Map<Integer, UnaryOperator<DataPath>> ways = new HashMap<>();
    final List<SimulatedHost> hosts = new ArrayList<>();
    final SimulatedVmm vmm;
    final SimulatedCluster cluster;
    private int made;
    private boolean wander;
    private int looks;
    private int moves;

    public VmmEstate(SimulatedWorld world, String name, String cloud) {
        this.world = world;
        this.name = name;
        this.cloud = cloud;
        for (int i = 1; i <= NODES; i++) {
            hosts.add(world.newHost(name, name + "-" + i + ".example.net"));
        }
        hosts.forEach(host -> host.settings().replicaFolder = "C:\\ClusterStorage\\Volume1\\Replica");
        SimulatedHost[] nodes = hosts.toArray(SimulatedHost[]::new);
        cluster = world.newCluster("c-" + name, "example.net", name + "-broker", nodes);
        hosts.forEach(host -> transports.add(new ObedientTransport(world.transport(host.name()), orders)));
        vmm = SimulatedVmm.on(world.newHost(name, name + "-vmm.example.net"), nodes);
        String id = vmm.newCloud(cloud);
        assert !id.isEmpty();
    }

    /** The way to a host. */
    HyperVHost host(int number) {
        SimulatedHost host = hosts.get(number - 1);
        return HyperVHost.of(
                host.name(),
                orders.passage().over(transports.get(number - 1)),
                orders.passage().over(ways.getOrDefault(number, files -> files).apply(new HostFiles(host))),
                FOLDER);
    }

    /** The site that is opened next reaches the files of a host in another way than it should. */
    void reach(int number, UnaryOperator<DataPath> way) {
        ways.merge(number, way, (one, more) -> files -> more.apply(one.apply(files)));
    }

    VmmAccess access() {
        PowerShellTransport way =
                orders.passage().over(world.transport(vmm.machine().name()));
        return VmmAccess.of(vmm.machine().name(), way, "D:\\sdr\\catalogue");
    }

    @Override
    public VmmSite open() {
        return VmmSite.named(name)
                .vmm(access())
                .host(host(1))
                .host(host(2))
                .host(host(3))
                .replicaBroker(cluster.broker())
                .clock(() -> world.time().now())
                .random(random)
                .build();
    }

    @Override
    public void close(SiteProvider opened) {
        ((VmmSite) opened).close();
    }

    /** Makes a running VM on the next node, in a cloud; its files are on the shared volume, and the cluster does not know it. */
    public SimulatedVm newVm(String vmName, String inCloud, long... sizesBytes) {
        SimulatedVm vm = hosts.get(made++ % NODES).newVm(vmName);
        for (int i = 0; i < sizesBytes.length; i++) {
            var unused =
                    vm.addDisk("C:\\ClusterStorage\\Volume1\\VMs\\" + made + "\\disk" + i + ".vhdx", sizesBytes[i]);
        }
        vm.setShutdownTakes(Duration.ZERO);
        vm.start();
        vmm.refreshAll();
        vmm.assign(vm, inCloud);
        return vm;
    }

    @Override
    public SimulatedVm newRunningVm(String vmName, List<Long> sizesBytes) {
        return newVm(
                vmName, cloud, sizesBytes.stream().mapToLong(Long::longValue).toArray());
    }

    @Override
    public void addNetwork(NetworkDescription network) {
        VmmNet made = vmm.newNetwork(network.name());
        for (NetworkDescription.Subnet subnet : network.subnets()) {
            String unused = vmm.newSubnet(
                    made, subnet.name(), "10.0.0.0/24", subnet.vlan().orElseThrow());
        }
        networks.put(network.id(), made);
    }

    @Override
    public void connect(SimulatedVm vm, String adapter, Optional<NetworkConnection> to) {
        vmm.connectByHand(
                vm,
                adapter,
                to.map(each -> Optional.ofNullable(networks.get(each.network())).orElseThrow()),
                to.flatMap(NetworkConnection::subnet));
    }

    public SimulatedVmm vmm() {
        return vmm;
    }

    @Override
    public List<SimulatedHost> hosts() {
        return List.copyOf(hosts);
    }

    @Override
    public Orders orders() {
        return orders;
    }

    @Override
    public Optional<String> cloud() {
        return Optional.of(cloud);
    }

    public List<SimulatedVm> vms() {
        return hosts.stream().flatMap(host -> host.vms().stream()).toList();
    }

    @Override
    public void setReachable(boolean answers) {
        hosts.forEach(host -> host.setReachable(answers));
        vmm.machine().setReachable(answers);
    }

    /** From now on VMs move to other nodes by themselves, some of them without VMM's knowledge. */
    VmmEstate wandering() {
        wander = true;
        return this;
    }

    @Override
    public int moves() {
        return moves;
    }

    @Override
    public void before(String script, SimulatedHost host) {
        boolean asksForOwner = host.equals(vmm.machine()) && (script.equals("vmm-owner") || script.equals("vmm-vms"));
        if (wander && asksForOwner && ++looks % BETWEEN_MOVES == 0) {
            moveOne();
        }
    }

    private void moveOne() {
        List<SimulatedVm> all = vms();
        if (!all.isEmpty()) {
            SimulatedVm vm = all.get(looks / BETWEEN_MOVES % all.size());
            SimulatedHost to = hosts.get((hosts.indexOf(vm.host()) + 1) % NODES);
            if (vmm.mayMove(vm, to)) {
                move(vm, to);
                moves++;
            }
        }
    }

    private void move(SimulatedVm vm, SimulatedHost to) {
        if (moves % 2 == 0 && vmm.knows(vm)) {
            vmm.move(vm, to);
        } else {
            vmm.moveOutside(vm, to);
        }
    }
}
