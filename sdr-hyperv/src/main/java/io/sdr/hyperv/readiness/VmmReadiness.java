package io.sdr.hyperv.readiness;

import io.sdr.api.Finding;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.VmDescription;
import io.sdr.hyperv.host.HostFacts;
import io.sdr.hyperv.host.HostInventory;
import io.sdr.hyperv.host.ManagedVm;
import io.sdr.hyperv.host.VmmCalls;
import io.sdr.hyperv.host.VmmServer;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Asks a VMM server what would stop protection. Throws {@link io.sdr.api.RetryableException} if it cannot be reached. Thread-safe. */
public final class VmmReadiness {
    private final HostInventory machine;
    private final VmmCalls vmm;
    private final List<String> hosts;

    /**
     * Makes one.
     *
     * @param machine the machine that VMM runs on
     * @param vmm VMM
     * @param hosts the names of the hosts that the site was told of
     */
    public VmmReadiness(HostInventory machine, VmmCalls vmm, List<String> hosts) {
        this.machine = machine;
        this.vmm = vmm;
        this.hosts = List.copyOf(hosts);
    }

    /**
     * Looks.
     *
     * @param cloud the cloud that is wanted
     * @param vm the VM that shall be protected
     * @param context the call
     * @return all findings
     */
    public List<Finding> look(Optional<String> cloud, Optional<VmDescription> vm, CallContext context) {
        HostFacts facts = machine.facts(context);
        VmmState plain = new VmmState(
                facts,
                Fact.notAsked(),
                Fact.notAsked(),
                Fact.notAsked(),
                cloud,
                hosts,
                Fact.notAsked(),
                vm.map(VmDescription::name).orElse(""));
        if (!plain.hasModule() || !plain.runs()) {
            return Rule.all(VmmRules.ALL, plain);
        }
        Fact<VmmServer> server = Fact.ask(() -> vmm.server(context));
        boolean lets = server.value().isPresent();
        return Rule.all(
                VmmRules.ALL,
                new VmmState(
                        facts,
                        server,
                        ask(lets, () -> vmm.hosts(context)),
                        ask(
                                lets && cloud.isPresent(),
                                () -> vmm.clouds(context).values().stream()
                                        .sorted()
                                        .toList()),
                        cloud,
                        hosts,
                        ask(lets && vm.isPresent(), () -> find(vm.orElseThrow(), context)),
                        plain.vm()));
    }

    private Optional<ManagedVm> find(VmDescription vm, CallContext context) {
        return vmm.vms(Optional.empty(), context).stream()
                .filter(each -> each.vm().equals(vm.id()))
                .findFirst();
    }

    private static <T> Fact<T> ask(boolean wanted, Supplier<T> question) {
        return wanted ? Fact.ask(question) : Fact.notAsked();
    }
}
