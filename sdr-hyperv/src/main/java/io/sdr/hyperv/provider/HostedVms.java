package io.sdr.hyperv.provider;

import static io.sdr.hyperv.host.SiteHosts.changing;

import io.sdr.api.OperationFailedException;
import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.NetworkAdapter;
import io.sdr.api.spi.VmConfiguration;
import io.sdr.api.spi.VmControl;
import io.sdr.api.spi.VmObservation;
import io.sdr.hyperv.host.Answered;
import io.sdr.hyperv.host.LookedAt;
import io.sdr.hyperv.host.Reading;
import io.sdr.hyperv.host.SeenVm;
import io.sdr.hyperv.host.SiteHost;
import io.sdr.hyperv.host.SiteHosts;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Power and configuration of VMs on Hyper-V hosts. The lock against start is this library's: a note beside the catalogue, which its own
 * starts respect; whoever starts a VM with other tools is seen, not stopped. Thread-safe.
 */
public final class HostedVms implements VmControl {
    private static final Logger LOG = LoggerFactory.getLogger(HostedVms.class);

    private final Estate estate;
    private final SiteHosts hosts;
    private final Observations observations;

    public HostedVms(Estate estate) {
        this.estate = estate;
        this.hosts = estate.hosts();
        this.observations = estate.observations();
    }

    @Override
    public Map<VmId, VmObservation> observe(Collection<VmId> vms, CallContext context) {
        List<VmId> asked = vms.stream()
                .filter(each -> Reading.isGuid(each.value()))
                .distinct()
                .toList();
        if (asked.isEmpty()) {
            return Map.of();
        }
        Map<VmId, VmObservation> seen = new HashMap<>(look(asked, context));
        if (seen.size() < asked.size() && hosts.all().size() > 1) {
            // Whoever is missing may have moved from a host that was still to be asked to one that had answered.
            seen.putAll(look(asked.stream().filter(vm -> !seen.containsKey(vm)).toList(), context));
        }
        return seen;
    }

    private Map<VmId, VmObservation> look(List<VmId> asked, CallContext context) {
        Answered<LookedAt> answered = hosts.each(host -> host.vms().look(asked, context));
        Map<VmId, VmObservation> seen = new HashMap<>();
        answered.answers()
                .forEach((host, found) -> found.vms().forEach(vm -> {
                    hosts.saw(vm.vm(), host);
                    seen.merge(
                            vm.vm(),
                            observations.of(host, Lives.whole(vm, answered), context),
                            (one, other) -> one.isRunning() ? one : other);
                }));
        if (seen.size() < asked.size()) {
            // Whoever is missing may be on a host that did not answer.
            List<?> unused = answered.ofAll();
        }
        return seen;
    }

    private VmObservation change(VmId vm, CallContext context, Function<SiteHost, SeenVm> call) {
        return changing(() -> hosts.at(vm, context, host -> estate.observation(host, call.apply(host), context)));
    }

    @Override
    public VmObservation start(VmId vm, CallContext context) {
        return change(vm, context, host -> {
            SeenVm seen = host.vms().start(vm, context);
            if (!seen.unaddressed().isEmpty()) {
                LOG.warn(
                        "VM {} runs, and the guest keeps its addresses of adapters {}: host {} did not take those of this side",
                        vm,
                        seen.unaddressed(),
                        host);
            }
            return seen;
        });
    }

    @Override
    public VmObservation shutDown(VmId vm, CallContext context) {
        return change(vm, context, host -> {
            try {
                return host.vms().shutDown(vm, context);
            } catch (OperationFailedException silent) {
                // A guest without the service is one that never follows: it was asked for no more than that.
                if (!silent.code().equals("GUEST_SILENT")) {
                    throw silent;
                }
                return host.vms().observe(List.of(vm), context).stream()
                        .findFirst()
                        .orElseThrow(() -> silent);
            }
        });
    }

    @Override
    public VmObservation turnOff(VmId vm, CallContext context) {
        return change(vm, context, host -> host.vms().turnOff(vm, context));
    }

    @Override
    public VmObservation lockStart(VmId vm, CallContext context) {
        return change(vm, context, host -> host.vms().lock(vm, context));
    }

    @Override
    public VmObservation unlockStart(VmId vm, CallContext context) {
        return change(vm, context, host -> host.vms().unlock(vm, context));
    }

    @Override
    public VmObservation automaticStart(VmId vm, boolean on, CallContext context) {
        return change(
                vm,
                context,
                host -> on ? host.vms().openBootGate(vm, context) : host.vms().closeBootGate(vm, context));
    }

    @Override
    public VmObservation connect(VmId vm, List<NetworkAdapter> adapters, CallContext context) {
        return change(
                vm,
                context,
                host -> host.networks().reconnect(vm, estate.networks().onHost(host, adapters, context), context));
    }

    @Override
    public VmObservation createPlaceholder(
            String name, Optional<String> cloud, VmConfiguration configuration, CallContext context) {
        return changing(
                () -> estate.makers().make(Roles.COPY, name, cloud, Makers.disconnected(configuration), true, context));
    }

    @Override
    public VmObservation configure(VmId vm, VmConfiguration configuration, CallContext context) {
        return change(vm, context, host -> {
            // The adapters first: they are what may be refused.
            SeenVm unused = host.networks()
                    .connect(vm, estate.networks().onHost(host, configuration.adapters(), context), context);
            return host.vms().resize(vm, configuration, context);
        });
    }

    @Override
    public List<VmObservation> tagged(CallContext context) {
        return estate.makers().made(Roles.COPY, context);
    }

    @Override
    public void deleteTagged(VmId vm, CallContext context) {
        estate.makers().delete(Roles.COPY, vm, context);
    }

    @Override
    public VmObservation attach(VmId vm, List<DiskRef> disks, CallContext context) {
        return change(vm, context, host -> {
            SeenVm now = host.vms().observe(List.of(vm), context).stream()
                    .findFirst()
                    .orElseThrow(() -> SiteHosts.unknown(vm, host));
            if (estate.disks().disks(host, now, context).equals(disks)) {
                return now;
            }
            List<String> paths = disks.stream()
                    .map(each -> estate.locators().find(each).path().toString())
                    .toList();
            List<String> names = disks.stream().map(each -> each.disk().value()).toList();
            return host.vms().attach(vm, DiskPlaces.of(disks, paths, now.generation()), names, context);
        });
    }
}
