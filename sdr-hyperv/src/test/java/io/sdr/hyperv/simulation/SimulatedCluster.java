package io.sdr.hyperv.simulation;

import java.util.ArrayList;
import java.util.List;

/** A failover cluster of hosts, whose VMs may move. */
public final class SimulatedCluster {
    final String name;
    final String domain;
    final String broker;
    final List<SimulatedHost> nodes = new ArrayList<>();

    SimulatedCluster(String name, String domain, String broker) {
        this.name = name;
        this.domain = domain;
        this.broker = broker;
    }

    /** The name under which its Replica Broker is reached. */
    public String broker() {
        return broker;
    }

    public List<SimulatedHost> nodes() {
        return List.copyOf(nodes);
    }

    /** Takes another host into the cluster. */
    public void join(SimulatedHost node) {
        nodes.add(node);
        node.cluster = java.util.Optional.of(this);
    }

    /** Makes a VM highly available; its files lie below {@code C:\ClusterStorage\}. */
    public void add(SimulatedVm vm) {
        vm.cluster = java.util.Optional.of(this);
    }

    /** Takes a VM out of the cluster. */
    public void remove(SimulatedVm vm) {
        vm.cluster = java.util.Optional.empty();
    }

    /** Moves a VM to another node, running or not. */
    public void move(SimulatedVm vm, SimulatedHost node) {
        synchronized (node.world()) {
            if (!nodes.contains(node) || vm.cluster.filter(this::equals).isEmpty()) {
                throw new IllegalArgumentException(vm.name + " cannot move to " + node.name());
            }
            vm.host.vms.remove(vm.id);
            node.vms.put(vm.id, vm);
            vm.host = node;
        }
    }
}
