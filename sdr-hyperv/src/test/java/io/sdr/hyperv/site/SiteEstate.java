package io.sdr.hyperv.site;

import io.sdr.api.spi.NetworkConnection;
import io.sdr.api.spi.NetworkDescription;
import io.sdr.api.spi.SiteProvider;
import io.sdr.hyperv.simulation.SimulatedHost;
import io.sdr.hyperv.simulation.SimulatedVm;
import java.util.List;
import java.util.Optional;

/** What a simulated site consists of, and what its administrator does. The site over it can be opened again and again. */
interface SiteEstate {
    /** Opens the site, to be closed by {@link #close}. */
    SiteProvider open();

    /** Closes a site that was opened here. */
    void close(SiteProvider opened);

    List<SimulatedHost> hosts();

    /** What goes wrong on the ways to the hosts. */
    Orders orders();

    /** Adds a network, on each host. */
    void addNetwork(NetworkDescription network);

    /** Makes a VM that runs, with empty disks; its guest shuts down at once. */
    SimulatedVm newRunningVm(String name, List<Long> sizesBytes);

    /** Connects an adapter of a VM, which gets it if it has none of this name, or disconnects it. */
    void connect(SimulatedVm vm, String adapter, Optional<NetworkConnection> to);

    /** Cuts the site off, or connects it again. */
    void setReachable(boolean answers);

    /** In which cloud its VMs are, if it has clouds. */
    Optional<String> cloud();

    /** Something may happen just before a script is run on a host. */
    void before(String script, SimulatedHost host);

    /** How often VMs moved by themselves. */
    int moves();

    default Optional<SimulatedVm> find(String vm) {
        return hosts().stream().flatMap(host -> host.find(vm).stream()).findFirst();
    }
}
