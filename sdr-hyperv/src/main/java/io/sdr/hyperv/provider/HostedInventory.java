package io.sdr.hyperv.provider;

import io.sdr.api.Finding;
import io.sdr.api.InvalidRequestException;
import io.sdr.api.Problem;
import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.Inventory;
import io.sdr.api.spi.NetworkAdapter;
import io.sdr.api.spi.NetworkConnection;
import io.sdr.api.spi.NetworkDescription;
import io.sdr.api.spi.ReadinessQuestion;
import io.sdr.api.spi.VmConfiguration;
import io.sdr.api.spi.VmDescription;
import io.sdr.hyperv.host.DescribedVm;
import io.sdr.hyperv.host.Reading;
import io.sdr.hyperv.host.SeenVm;
import io.sdr.hyperv.host.SiteHost;
import io.sdr.hyperv.host.SiteHosts;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What Hyper-V hosts have. Thread-safe. */
public final class HostedInventory implements Inventory {
    private final Estate estate;
    private final SiteHosts hosts;
    private final HostedReadiness readiness;

    public HostedInventory(Estate estate) {
        this.estate = estate;
        this.hosts = estate.hosts();
        this.readiness = new HostedReadiness(estate);
    }

    @Override
    public List<VmDescription> virtualMachines(
            Optional<String> cloud, Optional<VmId> after, int limit, CallContext context) {
        if (limit < 1 || limit > MAX_PAGE) {
            throw new InvalidRequestException(Problem.of("PAGE_SIZE")
                    .attempted("list " + limit + " VMs of site " + hosts.site())
                    .state("nothing was asked")
                    .remedy("ask for 1 to " + MAX_PAGE));
        }
        estate.clouds().check(cloud);
        Map<String, SiteHost> all = new TreeMap<>();
        where(context).forEach((vm, host) -> all.put(vm.value(), host));
        List<VmId> candidates = all.keySet().stream()
                .filter(id -> after.map(last -> id.compareTo(last.value()) > 0).orElse(true))
                .map(VmId::new)
                .toList();
        if (cloud.isPresent()) {
            Map<VmId, String> clouds = estate.clouds().of(candidates, context);
            candidates = candidates.stream()
                    .filter(vm -> cloud.equals(Optional.ofNullable(clouds.get(vm))))
                    .toList();
        }
        List<VmId> page = candidates.subList(0, Math.min(limit, candidates.size()));
        return describe(page.stream().collect(Collectors.toMap(vm -> vm, vm -> all.get(vm.value()))), context);
    }

    private Map<VmId, SiteHost> where(CallContext context) {
        var answered = hosts.each(host -> host.inventory().vms(context));
        List<?> unused = answered.ofAll();
        Map<VmId, SiteHost> where = new HashMap<>();
        answered.answers()
                .forEach((host, vms) -> vms.keySet().forEach(vm -> {
                    hosts.saw(vm, host);
                    where.put(vm, host);
                }));
        return where;
    }

    @Override
    public List<VmDescription> find(String nameOrId, CallContext context) {
        if (Reading.isGuid(nameOrId)) {
            VmId vm = new VmId(nameOrId.toLowerCase(java.util.Locale.ROOT));
            Optional<VmDescription> found = hosts.ifThere(
                    vm,
                    context,
                    host -> describe(Map.of(vm, host), context).stream()
                            .findFirst()
                            .orElseThrow(() -> SiteHosts.unknown(vm, host)));
            if (found.isPresent()) {
                return List.of(found.get());
            }
        }
        var answered = hosts.each(host -> host.inventory().vms(context));
        List<?> unused = answered.ofAll();
        Map<VmId, SiteHost> named = new HashMap<>();
        answered.answers()
                .forEach((host, vms) -> vms.forEach((vm, name) -> {
                    if (name.equals(nameOrId)) {
                        named.put(vm, host);
                    }
                }));
        return describe(named, context);
    }

    private List<VmDescription> describe(Map<VmId, SiteHost> vms, CallContext context) {
        Map<SiteHost, List<VmId>> byHost = vms.keySet().stream().collect(Collectors.groupingBy(vms::get));
        Map<VmId, String> clouds = estate.clouds().of(List.copyOf(vms.keySet()), context);
        List<VmDescription> described = new ArrayList<>();
        byHost.forEach((host, own) -> {
            Map<VmId, SeenVm> seen =
                    host.vms().observe(own, context).stream().collect(Collectors.toMap(SeenVm::vm, vm -> vm));
            List<DescribedVm> all = host.vms().describe(own, context);
            Map<VmId, List<Optional<NetworkConnection>>> connections =
                    estate.networks().connections(host, all, context);
            for (DescribedVm vm : all) {
                SeenVm now = seen.get(vm.vm());
                if (now != null) {
                    described.add(new VmDescription(
                            vm.vm(),
                            vm.name(),
                            Optional.ofNullable(clouds.get(vm.vm())),
                            Optional.of(host.name()),
                            estate.disks().disks(host, now, context),
                            configuration(vm, now, connections.getOrDefault(vm.vm(), List.of()))));
                }
            }
        });
        described.sort(Comparator.comparing(vm -> vm.id().value()));
        return described;
    }

    private static VmConfiguration configuration(
            DescribedVm vm, SeenVm now, List<Optional<NetworkConnection>> connections) {
        List<NetworkAdapter> adapters = new ArrayList<>();
        for (int i = 0; i < vm.adapters().size(); i++) {
            DescribedVm.Adapter each = vm.adapters().get(i);
            adapters.add(new NetworkAdapter(
                    each.name(),
                    each.dynamicMac() ? Optional.empty() : Optional.of(mac(each.mac())),
                    connections.get(i),
                    now.address(each.name())));
        }
        return VmConfiguration.of(vm.processors(), vm.memoryBytes(), vm.generation() == 1 ? "bios" : "uefi")
                .withDynamicMemory(vm.dynamicMemory())
                .withSecureBoot(vm.secureBoot())
                .withSecureBootTemplate(vm.secureBootTemplate())
                .withAdapters(adapters);
    }

    /** Twelve hex digits in pairs, as people write them. */
    private static String mac(String digits) {
        return digits.replaceAll("(..)(?=.)", "$1-");
    }

    @Override
    public List<String> clouds(CallContext context) {
        return estate.clouds().names(context);
    }

    @Override
    public List<NetworkDescription> networks(CallContext context) {
        return estate.networks().list(context);
    }

    @Override
    public List<Finding> readiness(ReadinessQuestion question, CallContext context) {
        return readiness.findings(question, context);
    }
}
