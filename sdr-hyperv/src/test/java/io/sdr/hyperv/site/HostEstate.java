package io.sdr.hyperv.site;

import io.sdr.api.NetworkId;
import io.sdr.api.spi.NetworkConnection;
import io.sdr.api.spi.NetworkDescription;
import io.sdr.api.spi.SiteProvider;
import io.sdr.hyperv.access.HyperVHost;
import io.sdr.hyperv.simulation.SimulatedHost;
import io.sdr.hyperv.simulation.SimulatedSwitch;
import io.sdr.hyperv.simulation.SimulatedVm;
import io.sdr.hyperv.transport.PowerShellTransport;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** One host, without a manager. */
final class HostEstate implements SiteEstate {
    private final SimulatedHost host;
    private final PowerShellTransport way;
    private final Orders orders = new Orders();
    private final SecureRandom random = new SecureRandom();
    private final List<NetworkDescription> networks = new ArrayList<>();
    private int made;

    /**
     * Makes one.
     *
     * @param host the host; the site has its name
     * @param way the way to it
     */
    HostEstate(SimulatedHost host, PowerShellTransport way) {
        this.host = host;
        this.way = new ObedientTransport(way, orders);
    }

    @Override
    public HyperVSite open() {
        HyperVSite.Builder builder = HyperVSite.named(host.site())
                .host(HyperVHost.of(
                        host.name(),
                        orders.passage().over(way),
                        orders.passage().over(new HostFiles(host)),
                        "D:\\sdr"))
                .clock(() -> host.world().time().now())
                .random(random);
        for (NetworkDescription network : networks) {
            network.subnets()
                    .forEach(each -> builder.subnet(
                            network.name(), each.name(), each.vlan().orElseThrow()));
        }
        return builder.build();
    }

    @Override
    public void close(SiteProvider opened) {
        ((HyperVSite) opened).close();
    }

    @Override
    public List<SimulatedHost> hosts() {
        return List.of(host);
    }

    @Override
    public Orders orders() {
        return orders;
    }

    @Override
    public void addNetwork(NetworkDescription network) {
        SimulatedSwitch unused = host.newSwitch(network.name());
        networks.add(network);
    }

    @Override
    public SimulatedVm newRunningVm(String name, List<Long> sizesBytes) {
        SimulatedVm vm = host.newVm(name);
        made++;
        for (int i = 0; i < sizesBytes.size(); i++) {
            var unused = vm.addDisk("D:\\VMs\\" + made + "\\disk" + i + ".vhdx", sizesBytes.get(i));
        }
        vm.setShutdownTakes(Duration.ZERO);
        vm.start();
        return vm;
    }

    @Override
    public void connect(SimulatedVm vm, String adapter, Optional<NetworkConnection> to) {
        vm.giveAdapter(adapter)
                .connect(
                        to.map(NetworkConnection::network).map(this::network),
                        to.map(NetworkConnection::vlan).orElse(OptionalInt.empty()));
    }

    private SimulatedSwitch network(NetworkId id) {
        return host.switches().stream()
                .filter(each -> each.name().equals(id.value()))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void setReachable(boolean answers) {
        host.setReachable(answers);
    }

    @Override
    public Optional<String> cloud() {
        return Optional.empty();
    }

    @Override
    public int moves() {
        return 0;
    }

    @Override
    public void before(String script, SimulatedHost where) {
        // Nothing happens by itself on one host.
    }
}
