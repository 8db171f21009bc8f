package io.sdr.hyperv.readiness;

import io.sdr.hyperv.host.VmmHost;
import java.util.List;
import java.util.stream.Stream;

/** What can be wrong with a VMM server, or with what it knows. */
public final class VmmRules {
    /** VMM 2016; its documented cmdlets are those that the scripts call. */
    private static final Version OLDEST = Version.of("4.0");

    public static final List<Rule<VmmState>> ALL = List.of(
            Rule.blocker(
                    "VMM_CONSOLE_MISSING",
                    "VMM's cmdlets come with its console, which is not installed.",
                    "the module VirtualMachineManager",
                    "install the VMM console on the VMM server",
                    vmm -> Seen.when(!vmm.hasModule(), vmm.name(), "its PowerShell has no module " + VmmState.MODULE)),
            Rule.blocker(
                    "VMM_STOPPED",
                    "VMM's service does not run on the machine that the site was told of.",
                    "service SCVMMService running",
                    "start it; where VMM is clustered, name the node or name that has the service",
                    vmm -> Seen.when(!vmm.runs(), vmm.name(), "its service SCVMMService does not run")),
            Rule.blocker(
                    "VMM_REFUSES",
                    "VMM does not let the account in.",
                    "a user role in VMM",
                    "add the account to a user role with the clouds and host groups concerned",
                    vmm -> vmm.server().failure().stream().map(why -> Seen.of(vmm.name(), why))),
            Rule.blocker(
                    "VMM_TOO_OLD",
                    "The scripts were written for the cmdlets of VMM 2016 and newer.",
                    "version " + OLDEST + " (VMM 2016) or newer",
                    "update VMM",
                    vmm -> vmm.server().stream()
                            .filter(server -> !server.version().isEmpty()
                                    && Version.of(server.version()).compareTo(OLDEST) < 0)
                            .map(server -> Seen.of(vmm.name(), "it is version " + server.version()))),
            Rule.blocker(
                    "UNKNOWN_CLOUD",
                    "VMM has no such cloud, or the account's role does not contain it.",
                    "",
                    "name a cloud that VMM has, or add it to the role's scope",
                    vmm -> vmm.clouds().stream()
                            .filter(names -> vmm.cloud().isPresent()
                                    && !names.contains(vmm.cloud().get()))
                            .map(names -> new Seen(
                                    vmm.name(),
                                    "it shows no cloud " + vmm.cloud().orElse(""),
                                    "one of " + names))),
            Rule.blocker(
                    "HOST_NOT_IN_VMM",
                    "VMM does not manage the host, so it never tells where a VM there is.",
                    "a host that VMM manages",
                    "add the host to VMM, or leave it out of the site",
                    vmm -> vmm.hosts().stream()
                            .flatMap(known -> vmm.ours().stream()
                                    .filter(name -> known.stream().noneMatch(host -> same(name, host)))
                                    .map(name -> Seen.of("host " + name, "VMM " + vmm.name() + " does not know it")))),
            Rule.blocker(
                    "HOST_WITHOUT_WAY",
                    "A VM may move to a node to which the site has no way: it would then be out of reach.",
                    "every node of the cluster named",
                    "name the host in the site, or take it out of placement",
                    vmm -> vmm.hosts().stream()
                            .flatMap(known -> known.stream()
                                    .filter(host -> host.available() && !isOurs(vmm, host))
                                    // A VM moves within its cluster; another cluster of the server is another site's.
                                    .filter(host -> known.stream()
                                            .anyMatch(ours -> isOurs(vmm, ours)
                                                    && ours.cluster().isPresent()
                                                    && ours.cluster().equals(host.cluster()))))
                            .map(host -> Seen.of("host " + host.name(), "the site was not told how to reach it"))),
            Rule.warning(
                    "HOST_NOT_OK",
                    "VMM does not get answers of the host; what it tells of VMs there may be old.",
                    "state OK",
                    "look at the host in VMM's console",
                    vmm -> vmm.hosts().stream()
                            .flatMap(List::stream)
                            .filter(host -> isOurs(vmm, host))
                            .filter(host -> !host.state().equals("OK"))
                            .map(host -> Seen.of("host " + host.name(), "VMM says it is " + host.state()))),
            Rule.blocker(
                    "VM_NOT_IN_VMM",
                    "VMM does not know the VM, so it does not tell where the VM is.",
                    "a VM that VMM knows",
                    "refresh its host in VMM (Read-SCVirtualMachine)",
                    vmm -> vmm.wanted().stream()
                            .filter(found -> found.isEmpty())
                            .map(found -> Seen.of("VM " + vmm.vm(), "VMM " + vmm.name() + " does not know it"))));

    private VmmRules() {}

    private static boolean isOurs(VmmState vmm, VmmHost host) {
        return vmm.ours().stream().anyMatch(name -> same(name, host));
    }

    private static boolean same(String name, VmmHost host) {
        return label(name).equalsIgnoreCase(label(host.name()))
                && (name.indexOf('.') < 0 || host.name().indexOf('.') < 0 || name.equalsIgnoreCase(host.name()));
    }

    private static String label(String name) {
        return Stream.of(name.split("[.]", 2)).findFirst().orElse(name);
    }
}
