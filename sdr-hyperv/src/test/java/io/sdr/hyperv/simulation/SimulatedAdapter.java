package io.sdr.hyperv.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** A network adapter of a VM. */
public final class SimulatedAdapter {
    final String id;
    final String name;
    String mac = "000000000000";
    boolean dynamicMac = true;
    Optional<String> network = Optional.empty();
    OptionalInt vlan = OptionalInt.empty();
    String failoverIpv4 = "";
    String failoverIpv6 = "";
    /** What the guest has. */
    final List<String> addresses = new ArrayList<>();

    SimulatedAdapter(String id, String name) {
        this.id = id;
        this.name = name;
    }

    /** Its id as the module of Hyper-V and VMM write it. */
    static String device(SimulatedVm vm, SimulatedAdapter adapter) {
        return "Microsoft:" + vm.id + "\\" + adapter.id;
    }

    public String id() {
        return id;
    }

    public String name() {
        return name;
    }

    public String mac() {
        return mac;
    }

    /** Connects it to a switch of its host, or to none. */
    public void connect(Optional<SimulatedSwitch> to, OptionalInt newVlan) {
        network = to.map(SimulatedSwitch::id);
        vlan = newVlan;
    }

    /** Fixes its hardware address: twelve hex digits. */
    public void setMac(String value) {
        mac = value;
        dynamicMac = false;
    }

    /** The id of the switch that it is connected to. */
    public Optional<String> network() {
        return network;
    }

    public OptionalInt vlan() {
        return vlan;
    }

    /** What Hyper-V Replica gives the guest at a failover. */
    public String failoverAddress() {
        return failoverIpv4.isEmpty() ? failoverIpv6 : failoverIpv4;
    }

    /** What the guest has. */
    public List<String> addresses() {
        return List.copyOf(addresses);
    }

    SimulatedAdapter copy(String newId) {
        SimulatedAdapter copy = new SimulatedAdapter(newId, name);
        copy.mac = mac;
        copy.dynamicMac = dynamicMac;
        copy.vlan = vlan;
        copy.failoverIpv4 = failoverIpv4;
        copy.failoverIpv6 = failoverIpv6;
        return copy;
    }
}
