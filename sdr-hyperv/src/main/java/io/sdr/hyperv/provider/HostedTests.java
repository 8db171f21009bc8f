package io.sdr.hyperv.provider;

import static io.sdr.hyperv.host.SiteHosts.changing;

import io.sdr.api.JobId;
import io.sdr.api.NetworkId;
import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.TestObjects;
import io.sdr.api.spi.VmConfiguration;
import io.sdr.api.spi.VmObservation;
import io.sdr.hyperv.host.SiteHost;
import io.sdr.hyperv.host.SiteHosts;
import io.sdr.hyperv.host.Switch;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What drills make: VMs and private switches, each tagged with the item and the drill, on the host of the item's replica. Thread-safe.
 */
public final class HostedTests implements TestObjects {
    private final Estate estate;
    private final SiteHosts hosts;

    public HostedTests(Estate estate) {
        this.estate = estate;
        this.hosts = estate.hosts();
    }

    @Override
    public VmObservation createVm(
            JobId drill, String name, Optional<String> cloud, VmConfiguration configuration, CallContext context) {
        return changing(() -> estate.makers().make(Roles.test(drill), name, cloud, configuration, false, context));
    }

    @Override
    public NetworkId createIsolatedNetwork(JobId drill, CallContext context) {
        String role = Roles.test(drill);
        String name = "sdr-drill-" + Digests.of(context.item() + "/" + drill).substring(0, 24);
        return changing(() -> {
            // A driver that makes the test's VM itself made it before, where its replica is.
            SiteHost host = estate.makers().made(role, context).stream()
                    .findFirst()
                    .map(vm -> hosts.owner(vm.vm(), context))
                    .orElseGet(() -> estate.homes().of(context.item()));
            String unused = host.networks().createIsolated(name, role, context);
            return SwitchNetworks.id(name);
        });
    }

    @Override
    public Made made(JobId drill, CallContext context) {
        String role = Roles.test(drill);
        TreeSet<String> networks = new TreeSet<>();
        hosts.each(host -> host.networks().list(context))
                .ofAll()
                .forEach(switches -> switches.stream()
                        .filter(each -> isOf(each, role, context))
                        .forEach(each ->
                                networks.add(SwitchNetworks.id(each.name()).value())));
        return new Made(
                estate.makers().made(role, context),
                networks.stream().map(NetworkId::new).toList());
    }

    private static boolean isOf(Switch network, String role, CallContext context) {
        return network.tags().stream().anyMatch(tag -> Roles.is(tag, context.item(), role));
    }

    @Override
    public void deleteVm(JobId drill, VmId vm, CallContext context) {
        estate.makers().delete(Roles.test(drill), vm, context);
    }

    @Override
    public void deleteNetwork(JobId drill, NetworkId network, CallContext context) {
        String role = Roles.test(drill);
        List<Boolean> unused = changing(() -> hosts.each(host -> {
                    host.networks().list(context).stream()
                            .filter(each -> SwitchNetworks.id(each.name()).equals(network))
                            .forEach(each -> host.networks().delete(each.id(), role, context));
                    return true;
                })
                .ofAll());
    }
}
