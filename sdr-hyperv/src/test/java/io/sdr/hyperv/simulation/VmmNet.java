package io.sdr.hyperv.simulation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A VM network of VMM: on each host it is a switch, and each of its subnets a VLAN there. */
public final class VmmNet {
    final String id;
    final String name;
    final String logicalNetwork;
    final Map<SimulatedHost, SimulatedSwitch> switches = new LinkedHashMap<>();
    final List<Subnet> subnets = new ArrayList<>();

    /** A subnet; VLAN 0 is none. */
    record Subnet(String id, String name, String cidr, int vlan) {}

    /** A network, and a subnet in it or an empty text. */
    record Place(String network, String subnet) {}

    VmmNet(String id, String name, String logicalNetwork) {
        this.id = id;
        this.name = name;
        this.logicalNetwork = logicalNetwork;
    }

    public String id() {
        return id;
    }

    public String name() {
        return name;
    }

    /** The switch that it is on a host. */
    public SimulatedSwitch on(SimulatedHost host) {
        return switches.get(host);
    }
}
