package io.sdr.hyperv.readiness;

import io.sdr.api.Finding;
import io.sdr.api.InvalidRequestException;
import io.sdr.api.OperationFailedException;
import io.sdr.api.RetryableException;
import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.ReadinessQuestion;
import io.sdr.api.spi.VmDescription;
import io.sdr.hyperv.host.Answered;
import io.sdr.hyperv.host.HostFacts;
import io.sdr.hyperv.host.Reading;
import io.sdr.hyperv.host.SiteHost;
import io.sdr.hyperv.host.SiteHosts;
import io.sdr.hyperv.host.VmFacts;
import io.sdr.hyperv.host.Volume;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Asks the hosts of a site what would stop protection. Every fault of every host is told in one answer; what a host refuses to say
 * never hides what others say. Throws {@link RetryableException} only if no host can be reached. Thread-safe.
 */
public final class SiteReadiness {
    private final SiteHosts hosts;
    private final HostReader reader;

    /**
     * Makes one.
     *
     * @param hosts the site's hosts
     * @param clock tells the present moment
     */
    public SiteReadiness(SiteHosts hosts, Supplier<Instant> clock) {
        this.hosts = hosts;
        this.reader = new HostReader(clock);
    }

    private record Look(Map<SiteHost, HostState> hosts, List<Finding> findings) {
        List<SiteHost> working() {
            return hosts.entrySet().stream()
                    .filter(each -> HostReader.works(each.getValue()))
                    .map(Map.Entry::getKey)
                    .toList();
        }
    }

    private Look look(CallContext context) {
        Answered<HostState> answered = hosts.each(host -> reader.read(host, context));
        if (answered.answers().isEmpty()) {
            answered.ofAll();
        }
        List<Finding> findings = new ArrayList<>();
        answered.silent()
                .forEach((host, why) -> findings.addAll(Rule.all(
                        HostRules.SILENT, new Silent(host.name(), why.problem().state()))));
        answered.answers().values().forEach(state -> findings.addAll(Rule.all(HostRules.ALL, state)));
        return new Look(answered.answers(), findings);
    }

    /**
     * Can this VM be the source?
     *
     * @param vm the VM
     * @param driver what would carry its data
     * @param context the call
     * @return all findings
     */
    public List<Finding> asSource(VmDescription vm, SourceState.Driver driver, CallContext context) {
        Look look = look(context);
        List<Finding> findings = new ArrayList<>(look.findings());
        Fact<Found> found = find(vm.id(), look.working(), context);
        // While a host is silent or cannot be asked, a VM that nobody else has may well be there.
        boolean sure =
                look.working().size() == hosts.all().size() && found.failure().isEmpty();
        if (found.value().isPresent() || sure) {
            findings.addAll(
                    Rule.all(SourceRules.ALL, new SourceState(vm, found.value().map(Found::vm), driver)));
        }
        if (driver == SourceState.Driver.SDR) {
            found.value().ifPresent(there -> findings.addAll(dataPaths(there, look.working(), context)));
        }
        return findings;
    }

    /** Nodes of a cluster share the VM's files, and each of them may have the VM one day. */
    private List<Finding> dataPaths(Found found, List<SiteHost> working, CallContext context) {
        DataPathReader.DiskFiles disks = DataPathReader.DiskFiles.of(found.vm(), found.host(), context);
        List<Finding> findings =
                new ArrayList<>(Rule.all(DataPathRules.ALL, DataPathReader.source(found.host(), disks)));
        if (hosts.shareVolumes()) {
            working.stream()
                    .filter(host -> !host.equals(found.host()))
                    .forEach(host ->
                            findings.addAll(Rule.all(DataPathRules.ALL, DataPathReader.otherNode(host, disks))));
        }
        return findings;
    }

    /** A VM, and the host that has it. */
    private record Found(SiteHost host, VmFacts vm) {}

    private static Fact<Found> find(VmId vm, List<SiteHost> hosts, CallContext context) {
        Fact<Found> found = Fact.notAsked();
        // Hyper-V names its VMs by GUIDs: no host has one of another name, and a script would only fail on it.
        List<SiteHost> asked = Reading.isGuid(vm.value()) ? hosts : List.of();
        for (SiteHost host : asked) {
            try {
                return Fact.of(new Found(host, host.inventory().vm(vm, context)));
            } catch (InvalidRequestException elsewhere) {
                // the next one may have it
            } catch (OperationFailedException refused) {
                found = Fact.failed(refused.problem().state());
            }
        }
        return found;
    }

    /**
     * Can a replica of these disks be kept here?
     *
     * @param question the disks and the room that they may need
     * @param places the hosts that may get it
     * @param driver what would keep it
     * @param context the call
     * @return all findings
     */
    public List<Finding> asTarget(
            ReadinessQuestion.AsTarget question,
            List<SiteHost> places,
            SourceState.Driver driver,
            CallContext context) {
        Look look = look(context);
        List<Finding> findings = new ArrayList<>(look.findings());
        for (SiteHost place : places) {
            HostState state = look.hosts().get(place);
            if (state == null) {
                continue;
            }
            findings.addAll(Rule.all(DataPathRules.ALL, DataPathReader.target(place)));
            Fact<List<Volume>> volumes = Fact.ask(() -> place.inventory().volumes(context));
            if (volumes.value().isPresent()) {
                TargetState target = new TargetState(
                        hosts.site(),
                        state.name(),
                        place.replicas(),
                        volumes.value().get(),
                        question.disks(),
                        question.roomBytes(),
                        driver);
                findings.addAll(Rule.all(TargetRules.ALL, target));
            }
        }
        // What is wrong with a disk is so at every host.
        return findings.stream().distinct().toList();
    }

    /**
     * Can a VM of this configuration run here?
     *
     * @param question the VM
     * @param macs the other VMs here, by the hardware addresses of their adapters as Hyper-V writes them
     * @param context the call
     * @return all findings
     */
    public List<Finding> asHost(ReadinessQuestion.AsHost question, Map<String, VmId> macs, CallContext context) {
        Answered<HostFacts> answered = hosts.each(host -> host.inventory().facts(context));
        if (answered.answers().isEmpty()) {
            answered.ofAll();
        }
        return Rule.all(
                GuestRules.ALL,
                new GuestState(
                        question.name(),
                        question.configuration(),
                        List.copyOf(answered.answers().values()),
                        macs));
    }
}
