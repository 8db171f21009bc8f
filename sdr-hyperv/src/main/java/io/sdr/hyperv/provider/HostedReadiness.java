package io.sdr.hyperv.provider;

import io.sdr.api.Finding;
import io.sdr.api.OperationFailedException;
import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.DriverCapabilities;
import io.sdr.api.spi.ReadinessQuestion;
import io.sdr.hyperv.host.DescribedVm;
import io.sdr.hyperv.host.SiteHost;
import io.sdr.hyperv.readiness.SiteReadiness;
import io.sdr.hyperv.readiness.SourceState;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads the facts that the rules of readiness look at. Pure reads. */
final class HostedReadiness {
    private final Estate estate;
    private final SiteReadiness readiness;

    HostedReadiness(Estate estate) {
        this.estate = estate;
        this.readiness = new SiteReadiness(estate.hosts(), estate::now);
    }

    List<Finding> findings(ReadinessQuestion question, CallContext context) {
        if (question instanceof ReadinessQuestion.AsSource source) {
            return readiness.asSource(source.vm(), by(source.driver()), context);
        }
        if (question instanceof ReadinessQuestion.AsTarget target) {
            return readiness.asTarget(target, List.of(estate.homes().of(context.item())), by(target.driver()), context);
        }
        return readiness.asHost((ReadinessQuestion.AsHost) question, macs(context), context);
    }

    /** Here only Hyper-V Replica makes the VMs of replicas itself. */
    private static SourceState.Driver by(DriverCapabilities driver) {
        return driver.has(DriverCapabilities.Flag.OWNS_VMS)
                ? SourceState.Driver.HYPER_V_REPLICA
                : SourceState.Driver.SDR;
    }

    /** Hardware addresses that others have here, as far as hosts answer: it is for a warning only. */
    private Map<String, VmId> macs(CallContext context) {
        Map<String, VmId> macs = new HashMap<>();
        Map<SiteHost, List<DescribedVm>> all =
                estate.hosts().each(host -> described(host, context)).answers();
        all.values()
                .forEach(vms -> vms.stream()
                        .filter(vm -> vm.tags().stream()
                                .noneMatch(tag -> io.sdr.hyperv.host.HostScripts.name(context.item())
                                        .equals(tag.item())))
                        .forEach(vm -> vm.adapters().forEach(each -> macs.putIfAbsent(each.mac(), vm.vm()))));
        return macs;
    }

    private static List<DescribedVm> described(SiteHost host, CallContext context) {
        try {
            return host.vms().describe(host.inventory().vms(context).keySet(), context);
        } catch (OperationFailedException refused) {
            return List.of();
        }
    }
}
