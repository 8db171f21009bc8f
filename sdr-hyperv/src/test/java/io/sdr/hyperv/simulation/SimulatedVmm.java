package io.sdr.hyperv.simulation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A simulated VMM server: what it tells of VMs is what it saw when it looked last, or did itself. Its hosts' VMs are known to it by
 * their ids in Hyper-V; what users do at Hyper-V it learns only by a refresh, of the VM or of the host.
 *
 * <pre>{@code
 * SimulatedVmm vmm = SimulatedVmm.on(world.newHost("east", "vmm-e.example.net"), hv1, hv2, hv3);
 * vmm.newCloud("Gold");
 * vmm.refreshAll();
 * vmm.assign(web, "Gold");
 * vmm.move(web, hv2);
 * }</pre>
 */
public final class SimulatedVmm {
    private final SimulatedHost machine;
    final Map<String, SimulatedHost> hosts = new LinkedHashMap<>();
    final Map<String, String> clouds = new LinkedHashMap<>();
    final Map<String, VmmNet> networks = new LinkedHashMap<>();
    final Map<String, VmmRecord> records = new LinkedHashMap<>();
    final List<Job> jobs = new ArrayList<>();
    final Map<SimulatedHost, String> states = new LinkedHashMap<>();
    String version = "10.22.1287.0";
    Optional<String> nextJobFails = Optional.empty();
    private boolean lets = true;
    private boolean tellsDevices = true;

    /** A job of VMM. */
    record Job(String id, String vmmId, String name, String status, String error, java.time.Instant started) {}

    private SimulatedVmm(SimulatedHost machine) {
        this.machine = machine;
    }

    /** Makes a machine a VMM server, for the hosts of its own world. */
    public static SimulatedVmm on(SimulatedHost machine, SimulatedHost... hosts) {
        SimulatedVmm vmm = new SimulatedVmm(machine);
        machine.settings().modules.remove("Hyper-V");
        machine.settings().services.remove("vmms");
        machine.settings().modules.put("VirtualMachineManager", "2.0.0.0");
        machine.settings().services.put("SCVMMService", "Running");
        for (SimulatedHost host : hosts) {
            vmm.manage(host);
        }
        machine.vmm = Optional.of(vmm);
        return vmm;
    }

    public SimulatedHost machine() {
        return machine;
    }

    /** Adds a host to the fabric. */
    public void manage(SimulatedHost host) {
        hosts.put(machine.world().newId(), host);
        states.put(host, "OK");
    }

    /** Takes a host out of the fabric, with what was known of its VMs. */
    public void forget(SimulatedHost host) {
        hosts.values().remove(host);
        records.values().removeIf(each -> each.host.filter(host::equals).isPresent());
    }

    /** Whether VMM tells adapters' ids in Hyper-V: a property that its documentation does not explain. */
    public void setTellsDevices(boolean value) {
        tellsDevices = value;
    }

    /** What VMM says of a host: OK, NotResponding … */
    public void setHostState(SimulatedHost host, String state) {
        states.put(host, state);
    }

    public void setVersion(String value) {
        version = value;
    }

    /** Whether VMM lets the account in. */
    public void setLets(boolean value) {
        lets = value;
    }

    boolean lets() {
        return lets;
    }

    /** The next job that changes something fails with VMM's code of an error. */
    public void nextJobFails(String code) {
        nextJobFails = Optional.of(code);
    }

    public String newCloud(String name) {
        String id = machine.world().newId();
        clouds.put(id, name);
        return id;
    }

    /** Adds a VM network, which gets a switch on each host. */
    public VmmNet newNetwork(String name) {
        VmmNet network = new VmmNet(machine.world().newId(), name, name + " (logical)");
        hosts.values().forEach(host -> network.switches.put(host, host.newSwitch(name)));
        networks.put(network.id, network);
        return network;
    }

    /** Adds a subnet to a network. */
    public String newSubnet(VmmNet network, String name, String cidr, int vlan) {
        VmmNet.Subnet subnet = new VmmNet.Subnet(machine.world().newId(), name, cidr, vlan);
        network.subnets.add(subnet);
        return subnet.id();
    }

    /** Looks at all hosts. */
    public void refreshAll() {
        List.copyOf(hosts.values()).forEach(this::refresh);
    }

    /** Looks at a host: VMs that are new there are known then, those that are not there any more are told as missing. */
    void refresh(SimulatedHost host) {
        for (VmmRecord record : records.values()) {
            if (record.host.filter(host::equals).isPresent()
                    && host.find(record.vm).isEmpty()) {
                record.status = "Missing";
            }
        }
        for (SimulatedVm vm : host.vms()) {
            VmmRecord record = find(vm.id()).orElseGet(() -> {
                VmmRecord made = new VmmRecord(machine.world().newId(), vm.id());
                records.put(made.id, made);
                return made;
            });
            record.host = Optional.of(host);
            look(record);
        }
    }

    /** Looks at a VM where it was last: one that is not there any more is missing. */
    void look(VmmRecord record) {
        SimulatedHost host = record.host.orElseThrow();
        Optional<SimulatedVm> found = host.find(record.vm);
        record.modified = machine.clock();
        if (found.isEmpty()) {
            record.status = "Missing";
            return;
        }
        SimulatedVm vm = found.get();
        record.name = vm.name();
        record.status = status(vm);
        List<VmmRecord.Nic> before = List.copyOf(record.nics);
        record.nics.clear();
        for (SimulatedAdapter adapter : vm.adapters()) {
            String id = before.stream()
                    .filter(each -> each.adapter().equals(adapter.id()))
                    .map(VmmRecord.Nic::id)
                    .findFirst()
                    .orElseGet(() -> machine.world().newId());
            record.nics.add(new VmmRecord.Nic(
                    id,
                    adapter.id(),
                    tellsDevices ? SimulatedAdapter.device(vm, adapter) : "",
                    adapter.mac().replaceAll("(..)(?=.)", "$1:"),
                    place(host, adapter)));
        }
    }

    private static String status(SimulatedVm vm) {
        return switch (vm.state()) {
            case Off -> "PowerOff";
            case Running -> "Running";
            case Saved -> "Saved";
            default -> "UnderMigration";
        };
    }

    /** Which network a switch and a VLAN are; what was connected otherwise at the host is none that VMM knows. */
    private Optional<VmmNet.Place> place(SimulatedHost host, SimulatedAdapter adapter) {
        for (VmmNet network : networks.values()) {
            boolean here = Optional.ofNullable(network.on(host))
                    .map(SimulatedSwitch::id)
                    .filter(id -> adapter.network().filter(id::equals).isPresent())
                    .isPresent();
            if (here && network.subnets.isEmpty()) {
                return Optional.of(new VmmNet.Place(network.id, ""));
            }
            for (VmmNet.Subnet subnet : here ? network.subnets : List.<VmmNet.Subnet>of()) {
                if (subnet.vlan() == adapter.vlan().orElse(0)) {
                    return Optional.of(new VmmNet.Place(network.id, subnet.id()));
                }
            }
        }
        return Optional.empty();
    }

    Optional<VmmRecord> find(String vm) {
        return records.values().stream().filter(each -> each.vm.equals(vm)).findFirst();
    }

    /** Puts a VM into a cloud, as an administrator does. */
    public void assign(SimulatedVm vm, String cloud) {
        find(vm.id()).orElseThrow().cloud = clouds.entrySet().stream()
                .filter(each -> each.getValue().equals(cloud))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /** The name of the cloud that VMM has a VM in. */
    public Optional<String> cloudOf(SimulatedVm vm) {
        return find(vm.id()).flatMap(each -> each.cloud).map(clouds::get);
    }

    /** The status that VMM shows of a VM, as fresh as its last look. */
    public String statusOf(SimulatedVm vm) {
        return find(vm.id()).map(each -> each.status).orElse("unknown to VMM");
    }

    /** Moves a VM to another host with its files: VMM did it, so it knows. */
    public void move(SimulatedVm vm, SimulatedHost to) {
        synchronized (machine.world()) {
            moveOutside(vm, to);
            VmmRecord record = find(vm.id()).orElseThrow();
            record.host = Optional.of(to);
            look(record);
        }
    }

    /** Moves a VM as somebody does at Hyper-V: VMM learns of it when it looks at the new host. */
    public void moveOutside(SimulatedVm vm, SimulatedHost to) {
        synchronized (machine.world()) {
            Move.to(vm, to);
        }
    }

    /** Tells whether it has ever seen a VM. */
    public boolean knows(SimulatedVm vm) {
        return find(vm.id()).isPresent();
    }

    /** Tells whether a host has what a VM needs to move there. */
    public boolean mayMove(SimulatedVm vm, SimulatedHost to) {
        synchronized (machine.world()) {
            return Move.isPossible(vm, to);
        }
    }

    /** Connects an adapter, as an administrator does with VMM's console, which adds one that the VM does not have. */
    public void connectByHand(SimulatedVm vm, String adapter, Optional<VmmNet> network, Optional<String> subnet) {
        synchronized (machine.world()) {
            connect(
                    vm,
                    vm.giveAdapter(adapter),
                    network,
                    network.flatMap(each -> each.subnets.stream()
                            .filter(one -> subnet.equals(Optional.of(one.name())))
                            .findFirst()));
            look(find(vm.id()).orElseThrow());
        }
    }

    /** Connects an adapter as VMM does it: to the switch and VLAN of the network at the host. */
    void connect(SimulatedVm vm, SimulatedAdapter adapter, Optional<VmmNet> network, Optional<VmmNet.Subnet> subnet) {
        int vlan = subnet.map(VmmNet.Subnet::vlan).orElse(0);
        adapter.connect(
                network.map(each -> each.on(vm.host())), vlan == 0 ? OptionalInt.empty() : OptionalInt.of(vlan));
    }

    void job(String vmmId, String name) {
        String error = nextJobFails.orElse("");
        nextJobFails = Optional.empty();
        jobs.add(
                0,
                new Job(
                        machine.world().newId(),
                        vmmId,
                        name,
                        error.isEmpty() ? "Completed" : "Failed",
                        error,
                        machine.clock()));
        if (!error.isEmpty()) {
            throw HostError.shell(
                    error + ",Microsoft.SystemCenter.VirtualMachineManager.Cmdlets", "NotSpecified", "VMM job failed");
        }
    }
}
