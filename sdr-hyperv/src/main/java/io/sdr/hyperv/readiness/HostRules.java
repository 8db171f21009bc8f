package io.sdr.hyperv.readiness;

import io.sdr.hyperv.access.HostPath;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** What can be wrong with a host, whatever is protected. */
public final class HostRules {
    /** Windows Server 2016: the first with change tracking (RCT) and recovery snapshots for everybody. */
    private static final long OLDEST_BUILD = 14393;

    private static final Version OLDEST_POWERSHELL = Version.of("5.1");
    /** What the engine adds to deadlines at the far side, for clocks and slack. */
    private static final Duration TOLERATED = Duration.ofSeconds(10);
    /** Kerberos' tolerance, and about what a call may take: beyond it hosts refuse changes as too late. */
    private static final Duration UNUSABLE = Duration.ofMinutes(5);

    public static final List<Rule<Silent>> SILENT = List.of(Rule.warning(
            "HOST_SILENT",
            "What is there now cannot be seen, and nothing can be placed there.",
            "an answer",
            "look at the host, its SSH server and the network between",
            silent -> Stream.of(Seen.of(silent.host(), silent.why()))));

    public static final List<Rule<HostState>> ALL = List.of(
            Rule.blocker(
                    "HYPERV_MODULE_MISSING",
                    "The host has no PowerShell module for Hyper-V, so nothing can be done there.",
                    "the module Hyper-V",
                    "on the host: Install-WindowsFeature -Name Hyper-V-PowerShell",
                    host -> Seen.when(
                            !host.has(HostState.HYPER_V), host.name(), "its PowerShell has no module Hyper-V")),
            Rule.blocker(
                    "HYPERV_STOPPED",
                    "Hyper-V's management service does not run; no VM can be seen or changed.",
                    "service vmms running",
                    "on the host: Install-WindowsFeature -Name Hyper-V -Restart, or Start-Service -Name vmms",
                    host -> Seen.when(!host.runs("vmms"), host.name(), "its service vmms does not run")),
            Rule.blocker(
                    "WINDOWS_TOO_OLD",
                    "The host's Windows has no change tracking (RCT).",
                    "build " + OLDEST_BUILD + " (Windows Server 2016) or newer",
                    "move the VMs to a newer host",
                    host -> Seen.when(
                            Version.of(host.facts().build()).compareTo(Version.of(Long.toString(OLDEST_BUILD))) < 0,
                            host.name(),
                            "its Windows is build " + host.facts().build())),
            Rule.blocker(
                    "POWERSHELL_TOO_OLD",
                    "The scripts need Windows PowerShell 5.1.",
                    "version " + OLDEST_POWERSHELL + " or newer",
                    "install Windows Management Framework 5.1",
                    host -> Seen.when(
                            Version.of(host.facts().powershell()).compareTo(OLDEST_POWERSHELL) < 0,
                            host.name(),
                            "its PowerShell is " + host.facts().powershell())),
            Rule.blocker(
                    "RIGHTS_MISSING",
                    "The account of the transport may not manage Hyper-V.",
                    "an account in the group Hyper-V Administrators",
                    "on the host: Add-LocalGroupMember -SID S-1-5-32-578 -Member ACCOUNT; then open the site again",
                    host -> Seen.when(
                            !host.facts().mayManage(),
                            host.name(),
                            "the account is in neither Hyper-V Administrators nor Administrators")),
            Rule.blocker(
                    "VM_LOG_UNREADABLE",
                    "When VMs started is not known: planned failovers are refused, and an old side that comes back is suspected"
                            + " to have run.",
                    "an account in the group Event Log Readers",
                    "on the host: Add-LocalGroupMember -SID S-1-5-32-573 -Member ACCOUNT; then open the site again",
                    host -> Seen.when(
                            host.has(HostState.HYPER_V) && !host.facts().readsVmLog(),
                            host.name(),
                            "the account cannot read the log Microsoft-Windows-Hyper-V-Worker-Admin")),
            Rule.blocker(
                    "CATALOGUE_MISSING",
                    "The folder in which decisions are kept is not there or may not be read, so no change is allowed.",
                    "a folder that the account may change",
                    "make the folder and give the account Modify on it",
                    host -> host.catalogue().failure().stream().map(why -> Seen.of(host.name(), why))),
            Rule.blocker(
                    "CLOCK_WRONG",
                    "Changes are refused as too late, or are accepted long after they were given up; Kerberos fails.",
                    "at most " + UNUSABLE.toMinutes() + " minutes of difference",
                    "let host and engine take their time from one source (w32tm /resync)",
                    host -> clock(host, UNUSABLE, Duration.ofSeconds(Long.MAX_VALUE))),
            Rule.warning(
                    "CLOCK_DIFFERS",
                    "What an old call may still do is judged by the host's clock, and only seconds are allowed for.",
                    "at most " + TOLERATED.toSeconds() + " s of difference",
                    "let host and engine take their time from one source (w32tm /resync)",
                    host -> clock(host, TOLERATED, UNUSABLE)),
            Rule.blocker(
                    "CLUSTER_MODULE_MISSING",
                    "The host belongs to a cluster, which can then not be asked who owns a VM.",
                    "the module FailoverClusters",
                    "on the host: Install-WindowsFeature -Name RSAT-Clustering-PowerShell",
                    host -> Seen.when(
                            host.clustered() && !host.has(HostState.CLUSTERS),
                            host.name(),
                            "its PowerShell has no module FailoverClusters")),
            Rule.blocker(
                    "CLUSTER_UNREADABLE",
                    "The cluster does not tell this account who owns a VM.",
                    "an account with access to the cluster",
                    "on a node: Grant-ClusterAccess -User ACCOUNT -Full",
                    host -> host.cluster().failure().stream().map(why -> Seen.of(host.name(), why))),
            Rule.blocker(
                    "FOLDER_NOT_SHARED",
                    "The other nodes of the cluster do not see what is decided, or do not see the replicas and cannot run their"
                            + " VMs.",
                    "folders on a shared volume of the cluster",
                    "name folders below C:\\ClusterStorage for decisions and replicas",
                    host -> host.cluster().stream()
                            .flatMap(cluster -> host.folders().stream()
                                    .filter(folder -> cluster.volumes().stream()
                                            .noneMatch(volume -> folder.below(HostPath.of(volume))
                                                    .isPresent()))
                                    .map(folder -> Seen.of(
                                            "folder " + folder + " of " + host.name(),
                                            "it is on no shared volume of cluster " + cluster.name())))),
            Rule.warning(
                    "CLUSTER_NODE_DOWN",
                    "A VM that is to move there cannot, and fewer nodes carry all VMs.",
                    "all nodes up",
                    "bring the node back, or take it out of the cluster",
                    host -> host.cluster().stream()
                            .flatMap(cluster -> cluster.nodes().entrySet().stream()
                                    .filter(node -> !node.getValue().equals("Up"))
                                    .map(node -> Seen.of(
                                            "node " + node.getKey() + " of cluster " + cluster.name(),
                                            "it is " + node.getValue())))));

    private HostRules() {}

    private static Stream<Seen> clock(HostState host, Duration above, Duration upTo) {
        Duration off = host.clockOff();
        return Seen.when(
                off.compareTo(above) > 0 && off.compareTo(upTo) <= 0,
                host.name(),
                "its clock is off by at least " + off.toSeconds() + " s: it says "
                        + host.facts().clock());
    }
}
