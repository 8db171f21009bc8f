package io.sdr.testkit;

import io.sdr.api.InvalidRequestException;
import io.sdr.api.JobId;
import io.sdr.api.NetworkId;
import io.sdr.api.Problem;
import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.SiteCapabilities;
import io.sdr.api.spi.TestObjects;
import io.sdr.api.spi.VmConfiguration;
import io.sdr.api.spi.VmObservation;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** What drills make at a simulated site. */
final class SiteTestObjects implements TestObjects {
    private final SiteState state;
    private final SiteVms vms;
    private final SiteCapabilities capabilities;

    SiteTestObjects(SiteState state, SiteVms vms, SiteCapabilities capabilities) {
        this.state = state;
        this.vms = vms;
        this.capabilities = capabilities;
    }

    private <T> T change(String call, Object about, CallContext context, Supplier<T> action) {
        return state.faults.pass("testObjects." + call, Faults.Kind.CHANGE, String.valueOf(about), () -> {
            synchronized (state) {
                state.guard(context);
                return action.get();
            }
        });
    }

    private static String tag(JobId drill, CallContext context) {
        return SiteNetworks.tag(context.item(), drill);
    }

    private List<VmRecord> vms(String tag) {
        return state.all().stream()
                .filter(vm -> vm.tag.equals(Optional.of(tag)))
                .map(vm -> state.require(vm.id))
                .toList();
    }

    @Override
    public VmObservation createVm(
            JobId drill, String name, Optional<String> cloud, VmConfiguration configuration, CallContext context) {
        return change("createVm", name, context, () -> {
            Optional<VmRecord> there = vms(tag(drill, context)).stream().findFirst();
            return vms.seen(there.orElseGet(() -> {
                state.networks.check("make VM " + name, configuration);
                VmRecord made = new VmRecord(
                        state.newVm(), name, state.cloudFor(cloud), configuration, Optional.of(tag(drill, context)));
                made.automaticStart = false;
                return state.imported(made);
            }));
        });
    }

    @Override
    public NetworkId createIsolatedNetwork(JobId drill, CallContext context) {
        return change("createIsolatedNetwork", drill, context, () -> {
            if (!capabilities.has(SiteCapabilities.Flag.ISOLATED_NETWORK)) {
                throw new InvalidRequestException(Problem.of("NOT_SUPPORTED")
                        .attempted("make an isolated network at site " + state.id)
                        .state("the site cannot do that; nothing was changed")
                        .remedy("use an existing network, or none"));
            }
            return state.networks.make(context.item(), drill);
        });
    }

    @Override
    public Made made(JobId drill, CallContext context) {
        return state.faults.pass("testObjects.made", Faults.Kind.READ, drill.value(), () -> {
            synchronized (state) {
                return new Made(
                        vms(tag(drill, context)).stream().map(vms::seen).toList(),
                        state.networks.made(tag(drill, context)));
            }
        });
    }

    @Override
    public void deleteVm(JobId drill, VmId vm, CallContext context) {
        boolean unused = change("deleteVm", vm, context, () -> {
            state.find(vm).ifPresent(found -> vms.delete(found, tag(drill, context)));
            return true;
        });
    }

    @Override
    public void deleteNetwork(JobId drill, NetworkId network, CallContext context) {
        boolean unused = change("deleteNetwork", network, context, () -> {
            boolean own =
                    state.networks.own().stream().anyMatch(each -> each.id().equals(network));
            Optional<String> found = state.networks.tagOf(network);
            if (own || found.filter(each -> !each.equals(tag(drill, context))).isPresent()) {
                throw SiteState.refused(
                        "NOT_TAGGED",
                        "delete network " + network,
                        "it was not made by drill " + drill + " of item " + context.item(),
                        "delete it by hand if you mean it");
            }
            if (found.isPresent() && state.networks.isConnected(network)) {
                throw SiteState.refused(
                        "NETWORK_IN_USE",
                        "delete network " + network,
                        "a VM is connected to it",
                        "delete that VM first");
            }
            if (found.isPresent()) {
                state.networks.delete(network);
            }
            return true;
        });
    }
}
