package io.sdr.hyperv.readiness;

import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.NetworkAdapter;
import io.sdr.hyperv.host.RelationMode;
import io.sdr.hyperv.host.VmFacts;
import io.sdr.hyperv.host.VmState;
import io.sdr.hyperv.readiness.SourceState.Driver;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What can be wrong with a VM that shall be protected. */
public final class SourceRules {
    /** The first configuration version whose VMs Hyper-V tracks changes of ([RCT], Windows Server 2016). */
    private static final Version OLDEST_VERSION = Version.of("6.2");
    /** Checkpoints that Hyper-V and backups make for themselves, and take away. */
    private static final Set<String> PASSING =
            Set.of("Recovery", "Replica", "AppConsistentReplica", "SyncedReplica", "Planned", "Missing");

    private static final String SHUTDOWN = "9f8233ac-be49-4c79-8ee3-e7e1985b2077";
    private static final String VSS = "5ced1297-4598-4915-a5fc-ad21bb4d02a4";
    private static final String DATA_EXCHANGE = "2a34b1c2-fd73-4043-8a5b-dd2159bc743f";
    private static final String HEARTBEAT = "84eaae65-2f2e-45f5-9bb5-0e857dc8eb47";

    public static final List<Rule<SourceState>> ALL = List.of(
            Rule.blocker(
                    "UNKNOWN_VM",
                    "The site has no such VM (any more).",
                    "a VM of this site",
                    "look at the site's inventory again",
                    source -> Seen.when(source.facts().isEmpty(), source.name(), "no host has it")),
            Rule.blocker(
                    "NO_DISKS",
                    "There is nothing to replicate.",
                    "at least one virtual disk",
                    "attach a disk, or leave the VM out",
                    source -> Seen.when(
                            source.stream().anyMatch(vm -> vm.disks().isEmpty()), source.name(), "it has no disks")),
            Rule.blocker(
                    "PASS_THROUGH_DISK",
                    "A disk of the host's that is passed to the VM can be neither frozen nor tracked.",
                    "virtual disks only",
                    "turn it into a virtual disk (New-VHD -SourceDisk), or detach it",
                    source -> disks(source, VmFacts.Disk::passThrough, "it is a disk of the host's")),
            Rule.blocker(
                    "SHARED_DISK",
                    "Several VMs write to the disk, and a checkpoint of one does not freeze it.",
                    "disks of this VM alone",
                    "replicate inside the guest cluster, or give the VM a disk of its own",
                    source -> disks(source, VmFacts.Disk::shared, "several VMs may have it attached")),
            Rule.blocker(
                    "NOT_VHDX",
                    "Hyper-V tracks changes of VHDX disks only.",
                    "VHDX, for sdr's own replication",
                    "shut the VM down and Convert-VHD the disk, or use Hyper-V Replica",
                    source -> source.by(Driver.SDR)
                            ? source.vm().disks().stream()
                                    .filter(disk -> !disk.format().equalsIgnoreCase("vhdx"))
                                    .map(SourceRules::format)
                            : Stream.empty()),
            Rule.blocker(
                    "VM_VERSION_TOO_OLD",
                    "Hyper-V does not track changes of VMs of such a version.",
                    "configuration version " + OLDEST_VERSION + " or newer, for sdr's own replication",
                    "shut the VM down and Update-VMVersion (there is no way back), or use Hyper-V Replica",
                    source -> source.stream()
                            .filter(vm -> source.by(Driver.SDR)
                                    && Version.of(vm.version()).compareTo(OLDEST_VERSION) < 0)
                            .map(vm -> Seen.of(source.name(), "its configuration version is " + vm.version()))),
            Rule.blocker(
                    "VM_SAVED",
                    "Its memory lies in a file that is not replicated; a shutdown cannot be asked of it.",
                    "a VM that runs or is off",
                    "start the VM, or delete its saved state (Remove-VMSavedState)",
                    source -> Seen.when(
                            source.stream()
                                    .anyMatch(
                                            vm -> vm.state() == VmState.SAVED || vm.state() == VmState.SAVED_CRITICAL),
                            source.name(),
                            "its state is saved")),
            Rule.blocker(
                    "VM_SHIELDED",
                    "Its keys are bound to guarded hosts, and its configuration cannot be carried.",
                    "a VM that is not shielded",
                    "protect it with Hyper-V Replica between guarded fabrics, without sdr",
                    source -> Seen.when(source.stream().anyMatch(VmFacts::shielded), source.name(), "it is shielded")),
            Rule.blocker(
                    "VIRTUAL_TPM",
                    "What its TPM keeps is bound to its host and is not carried: a guest whose disks it unlocks does not boot.",
                    "a VM without a virtual TPM, for sdr's own replication",
                    "suspend what the TPM protects in the guest and Disable-VMTPM",
                    source -> Seen.when(
                            source.by(Driver.SDR) && source.stream().anyMatch(VmFacts::tpm),
                            source.name(),
                            "it has a virtual TPM")),
            Rule.blocker(
                    "ADAPTER_NAMES_NOT_UNIQUE",
                    "Adapters are known by their names; of several of one name the copy would get one.",
                    "a name of its own for each adapter",
                    "Rename-VMNetworkAdapter: the name changes nothing for the guest",
                    source -> source.vm().configuration().adapters().stream()
                            .collect(Collectors.groupingBy(NetworkAdapter::name, TreeMap::new, Collectors.counting()))
                            .entrySet()
                            .stream()
                            .filter(each -> each.getValue() > 1)
                            .map(each -> Seen.of(
                                    source.name(), each.getValue() + " of its adapters are called " + each.getKey()))),
            Rule.blocker(
                    "DRIVER_MISMATCH",
                    "Hyper-V Replica carries its data already, and writing beside it breaks its tracking.",
                    "one driver for each VM, for sdr's own replication",
                    "end Hyper-V Replica of this VM first (Remove-VMReplication on both hosts), or protect it with"
                            + " that driver",
                    source -> source.stream()
                            .filter(vm -> source.by(Driver.SDR) && vm.relation() != RelationMode.NONE)
                            .map(vm -> Seen.of(source.name(), "it is " + vm.relation() + " in Hyper-V Replica"))),
            Rule.warning(
                    "USER_CHECKPOINTS",
                    "Checkpoints are not carried to the other site, and merging them later makes a cycle compare whole"
                            + " disks.",
                    "no checkpoints of the user's",
                    "delete the checkpoints that are no longer needed (Remove-VMSnapshot)",
                    source -> source.stream()
                            .map(vm -> vm.checkpoints().stream()
                                    .filter(type -> !PASSING.contains(type))
                                    .count())
                            .filter(count -> count > 0)
                            .map(count -> Seen.of(source.name(), "it has checkpoints: " + count))),
            Rule.warning(
                    "SHUTDOWN_SERVICE_OFF",
                    "The guest cannot be asked to shut down: a planned failover fails, or takes the power away if its"
                            + " plan allows that.",
                    "the integration service for shutdown",
                    "Enable-VMIntegrationService for the VM",
                    source -> service(source, SHUTDOWN, "shutdown")),
            Rule.warning(
                    "VSS_SERVICE_OFF",
                    "Recovery points are crash-consistent only.",
                    "the integration service for backup (VSS)",
                    "Enable-VMIntegrationService for the VM",
                    source -> service(source, VSS, "backup (VSS)")),
            Rule.warning(
                    "HEARTBEAT_SERVICE_OFF",
                    "Nobody can tell whether the guest came up after a failover.",
                    "the integration service for the heartbeat",
                    "Enable-VMIntegrationService for the VM",
                    source -> service(source, HEARTBEAT, "heartbeat")),
            Rule.warning(
                    "DATA_EXCHANGE_SERVICE_OFF",
                    "The guest cannot be given its addresses of the other site.",
                    "the integration service for data exchange (KVP)",
                    "Enable-VMIntegrationService for the VM",
                    source -> service(source, DATA_EXCHANGE, "data exchange (KVP)")));

    private SourceRules() {}

    private static Stream<Seen> disks(SourceState source, Predicate<VmFacts.Disk> wrong, String observed) {
        return source.stream()
                .flatMap(vm -> vm.disks().stream())
                .filter(wrong)
                .map(disk -> Seen.of(source.name(disk), observed));
    }

    private static Seen format(DiskRef disk) {
        return Seen.of(disk.locator(), "its format is " + disk.format());
    }

    private static Stream<Seen> service(SourceState source, String component, String name) {
        return Seen.when(source.lacks(component), source.name(), "its integration service for " + name + " is off");
    }
}
