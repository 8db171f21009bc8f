package io.sdr.hyperv.provider;

import static io.sdr.hyperv.host.SiteHosts.changing;

import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.VmConfiguration;
import io.sdr.api.spi.VmObservation;
import io.sdr.hyperv.host.SeenVm;
import io.sdr.hyperv.host.SiteHost;
import io.sdr.hyperv.host.SiteHosts;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** VMs that are made for items, each known by the tag in its notes. Thread-safe. */
final class Makers {
    private static final String FOLDER = "vms";

    private final Estate estate;
    private final SiteHosts hosts;

    Makers(Estate estate) {
        this.estate = estate;
        this.hosts = estate.hosts();
    }

    static VmConfiguration disconnected(VmConfiguration configuration) {
        return configuration.withAdapters(configuration.adapters().stream()
                .map(each -> each.withConnection(Optional.empty()).withAddress(Optional.empty()))
                .toList());
    }

    /** Makes a VM on the item's host, unless any host has one for the item in that role. */
    VmObservation make(
            String role,
            String name,
            Optional<String> cloud,
            VmConfiguration configuration,
            boolean locked,
            CallContext context) {
        estate.clouds().check(cloud);
        if (hosts.all().size() > 1) {
            Optional<VmObservation> there = made(role, context).stream().findFirst();
            if (there.isPresent()) {
                return there.get();
            }
        }
        SiteHost host = estate.homes().of(context.item());
        estate.homes().settle(context.item(), host);
        SeenVm made = host.vms()
                .create(
                        name,
                        role,
                        host.replicas().child(FOLDER).toString(),
                        configuration.withAdapters(estate.networks().onHost(host, configuration.adapters(), context)),
                        locked,
                        context);
        hosts.saw(made.vm(), host);
        return estate.observation(host, made, context);
    }

    /** Lists what was made for the context's item in a role and is there. */
    List<VmObservation> made(String role, CallContext context) {
        List<VmObservation> made = new ArrayList<>();
        var answered = hosts.each(host -> host.vms().tagged(context));
        answered.answers()
                .forEach((host, vms) -> vms.stream()
                        .filter(vm -> vm.tags().stream().anyMatch(tag -> Roles.is(tag, context.item(), role)))
                        .forEach(vm -> made.add(estate.observation(host, vm, context))));
        if (made.isEmpty()) {
            // A silent host may have it: another one must not be made beside it.
            List<?> unused = answered.ofAll();
        }
        return made;
    }

    /** Deletes a VM that was made for the context's item in a role. Missing is done. */
    void delete(String role, VmId vm, CallContext context) {
        Optional<Boolean> unused = changing(() -> hosts.ifThere(vm, context, host -> {
            if (host.vms().observe(List.of(vm), context).isEmpty()) {
                // To this host missing is done; it may be on another one.
                throw SiteHosts.unknown(vm, host);
            }
            host.vms().delete(vm, role, context);
            return true;
        }));
    }
}
