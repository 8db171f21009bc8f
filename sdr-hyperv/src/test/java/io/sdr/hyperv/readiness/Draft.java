package io.sdr.hyperv.readiness;

import io.sdr.api.DiskId;
import io.sdr.api.Finding;
import io.sdr.api.SiteId;
import io.sdr.api.VmId;
import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.NetworkAdapter;
import io.sdr.api.spi.VmConfiguration;
import io.sdr.api.spi.VmDescription;
import io.sdr.hyperv.access.HostPath;
import io.sdr.hyperv.host.Certificate;
import io.sdr.hyperv.host.ClusterFacts;
import io.sdr.hyperv.host.FirewallRule;
import io.sdr.hyperv.host.HostFacts;
import io.sdr.hyperv.host.ManagedVm;
import io.sdr.hyperv.host.RelationMode;
import io.sdr.hyperv.host.ReplicaReception;
import io.sdr.hyperv.host.VmFacts;
import io.sdr.hyperv.host.VmState;
import io.sdr.hyperv.host.VmmHost;
import io.sdr.hyperv.host.VmmServer;
import io.sdr.hyperv.host.Volume;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The facts of one place, sound at first, each open to be made wrong. Those that exclude each other are made wrong in different
 * drafts.
 */
final class Draft {
    static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    static final VmId VM = new VmId("0b5d2f3a-1111-2222-3333-444455556666");
    private static final SiteId WEST = new SiteId("west");
    private static final String FOLDER = "C:\\ClusterStorage\\Volume1\\sdr";

    final List<Silent> silent = new ArrayList<>();
    boolean domainJoined = true;
    String build = "20348";
    String powershell = "5.1.20348.1";
    Instant clock = NOW;
    boolean rights = true;
    boolean readsVmLog = true;
    final Map<String, String> modules =
            new HashMap<>(Map.of("Hyper-V", "2.0.0.0", "FailoverClusters", "2.0.0.0", VmmState.MODULE, "2.0.0.0"));
    final Map<String, String> services =
            new HashMap<>(Map.of("vmms", "Running", "ClusSvc", "Running", "SCVMMService", "Running"));
    final Map<String, String> nodes = new HashMap<>(Map.of("hv-01", "Up", "hv-02", "Up"));
    final List<String> shared = new ArrayList<>(List.of("C:\\ClusterStorage\\Volume1"));
    final List<String> brokers = new ArrayList<>(List.of("broker"));
    Optional<String> broker = Optional.of("broker");
    final Set<String> certified = new HashSet<>(Set.of("hv-01", "hv-02"));
    Optional<String> clusterFailure = Optional.empty();
    Fact<Integer> catalogue = Fact.of(3);
    final List<Volume> volumes = new ArrayList<>(List.of(
            new Volume("C:\\", "NTFS", 1L << 40, 1L << 30),
            new Volume("\\\\?\\Volume{0b5d2f3a-1111-2222-3333-444455556666}\\", "NTFS", 1L << 30, 1L << 30)));
    Optional<Volume> replicas = Optional.of(new Volume("C:\\ClusterStorage\\Volume1\\", "CSVFS", 1L << 40, 1L << 40));

    String folder = FOLDER;
    SourceState.Driver driver = SourceState.Driver.SDR;
    boolean vmIsThere = true;
    VmState state = VmState.RUNNING;
    String version = "9.0";
    RelationMode relation = RelationMode.NONE;
    boolean shielded;
    boolean tpm;
    final Map<String, Boolean> guestServices = new HashMap<>(Map.of(
            "9f8233ac-be49-4c79-8ee3-e7e1985b2077", true,
            "5ced1297-4598-4915-a5fc-ad21bb4d02a4", true,
            "84eaae65-2f2e-45f5-9bb5-0e857dc8eb47", true,
            "2a34b1c2-fd73-4043-8a5b-dd2159bc743f", true));
    final List<String> checkpoints = new ArrayList<>(List.of("Recovery"));
    final List<VmFacts.Disk> vmDisks =
            new ArrayList<>(List.of(new VmFacts.Disk(Optional.of("D:\\web-01.vhdx"), false, false)));
    final List<DiskRef> sourceDisks = new ArrayList<>(List.of(disk("vhdx", 8L << 30)));
    final List<DiskRef> disks = new ArrayList<>(List.of(disk("vhdx", 8L << 30), disk("vhd", 8L << 30)));

    final List<Reach> reaches = new ArrayList<>(List.of(new Reach(HostPath.of(FOLDER), Reach.Way.OPEN, "")));
    final List<DataPathState.Strayed> strayed = new ArrayList<>();

    VmConfiguration configuration = VmConfiguration.of(2, 1 << 30, "uefi").withSecureBoot(true);
    final List<NetworkAdapter> adapters =
            new ArrayList<>(List.of(NetworkAdapter.named("lan").withMac("00:15:5d:00:00:01")));
    final Map<String, VmId> macs = new HashMap<>(Map.of("00155D000002", VM));

    Optional<String> thumbprint = Optional.of("00FF");
    boolean receives = true;
    String authentication = "CertificateAndKerberos";
    int port = 443;
    String allowed = "*.example.net";
    String receptionFolder = FOLDER;
    boolean firewallOpen = true;
    String certificate = "00ff";
    List<String> names = List.of("hv-01.example.net", "*.example.net");
    List<String> usages = List.of("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2");
    Instant notBefore = NOW.minusSeconds(1);
    Instant notAfter = NOW.plusSeconds(1);
    Fact<Boolean> reached = Fact.of(true);
    String otherBuild = "20348";
    Optional<String> firewallFailure = Optional.empty();

    Optional<String> vmmFailure = Optional.empty();
    String vmmVersion = "10.22.1287.0";
    String cloud = "Gold";
    final List<String> ours = new ArrayList<>(List.of("hv-01"));
    final List<VmmHost> vmmHosts = new ArrayList<>(List.of(
            vmmHost("hv-01.example.net", "OK", true),
            vmmHost("hv-09.example.net", "NotResponding", false),
            vmmHost("hv-11.example.net", "OK", true, "c-02")));
    boolean managed = true;

    static DiskRef disk(String format, long sizeBytes) {
        return new DiskRef(new SiteId("east"), new DiskId("0"), "D:\\web-01." + format, format, sizeBytes);
    }

    static DiskRef diskHere() {
        return new DiskRef(WEST, new DiskId("1"), "D:\\here.vhdx", "vhdx", 1);
    }

    static VmmHost vmmHost(String name, String state, boolean available) {
        return vmmHost(name, state, available, "c-01");
    }

    static VmmHost vmmHost(String name, String state, boolean available, String cluster) {
        return new VmmHost(VM.value(), name, state, available, Optional.of(cluster), "All Hosts", 1024);
    }

    private HostFacts facts() {
        return new HostFacts(
                "hv-01",
                "example.net",
                domainJoined,
                build,
                powershell,
                clock,
                16,
                64L << 30,
                rights,
                readsVmLog,
                modules,
                services);
    }

    private ClusterFacts cluster() {
        return new ClusterFacts("c-01", nodes, shared, brokers);
    }

    private List<Volume> volumes() {
        List<Volume> all = new ArrayList<>(volumes);
        replicas.ifPresent(all::add);
        return all;
    }

    HostState host() {
        return new HostState(
                facts(),
                NOW,
                NOW.plusSeconds(1),
                clusterFailure.<Fact<ClusterFacts>>map(Fact::failed).orElseGet(() -> Fact.of(cluster())),
                List.of(HostPath.of(FOLDER)),
                catalogue);
    }

    SourceState source() {
        VmDescription described = new VmDescription(
                VM, "web-01", Optional.empty(), Optional.empty(), sourceDisks, configuration.withAdapters(adapters));
        VmFacts vm = new VmFacts(
                VM,
                "web-01",
                state,
                version,
                relation,
                shielded,
                tpm,
                guestServices.entrySet().stream()
                        .map(each -> new VmFacts.GuestService(each.getKey(), each.getValue()))
                        .toList(),
                checkpoints,
                vmDisks);
        return new SourceState(described, vmIsThere ? Optional.of(vm) : Optional.empty(), driver);
    }

    TargetState target() {
        return new TargetState(WEST, "hv-01", HostPath.of(folder), volumes(), disks, 32L << 30, driver);
    }

    DataPathState files() {
        return new DataPathState("hv-01", reaches, strayed);
    }

    void unreached(Reach.Way way) {
        reaches.add(new Reach(HostPath.of("D:\\VMs"), way, "not there"));
        reaches.add(new Reach(HostPath.of("E:\\VMs"), way, "not there either"));
    }

    GuestState guest() {
        return new GuestState("web-01", configuration.withAdapters(adapters), List.of(facts()), macs);
    }

    PairState pair() {
        return new PairState("east", List.of("hv-01", "hv-02"), broker, thumbprint.isPresent(), certified);
    }

    ReplicaState replica() {
        List<ReplicaReception.Entry> entries =
                List.of(new ReplicaReception.Entry(allowed, Optional.of(receptionFolder)));
        return new ReplicaState(
                facts(),
                new ReplicaState.Wanted(thumbprint.isPresent() ? 443 : 80, thumbprint),
                List.of("hv-03.east.example.net"),
                Fact.of(new ReplicaReception(
                        receives, authentication, 80, port, thumbprint, false, Optional.empty(), entries)),
                firewallFailure
                        .<Fact<List<FirewallRule>>>map(Fact::failed)
                        .orElseGet(() -> Fact.of(List.of(
                                new FirewallRule("VIRT-HVRHTTPL-In-TCP-NoScope", firewallOpen),
                                new FirewallRule("VIRT-HVRHTTPSL-In-TCP-NoScope", firewallOpen)))),
                thumbprint.isPresent()
                        ? Fact.of(List.of(new Certificate(certificate, names, usages, notBefore, notAfter)))
                        : Fact.notAsked(),
                Optional.of(cluster()),
                Fact.of(volumes()),
                reached,
                NOW,
                otherBuild);
    }

    VmmState vmm() {
        return new VmmState(
                facts(),
                vmmFailure
                        .<Fact<VmmServer>>map(Fact::failed)
                        .orElseGet(() -> Fact.of(new VmmServer("vmm-01", vmmVersion, NOW))),
                Fact.of(vmmHosts),
                Fact.of(List.of("Gold")),
                Optional.of(cloud),
                ours,
                Fact.of(
                        managed
                                ? Optional.of(
                                        new ManagedVm(VM, VM.value(), "web-01", Optional.empty(), Optional.empty()))
                                : Optional.empty()),
                "web-01");
    }

    /** What all rules find. */
    List<Finding> findings() {
        List<Finding> all = new ArrayList<>(Rule.all(HostRules.ALL, host()));
        silent.forEach(each -> all.addAll(Rule.all(HostRules.SILENT, each)));
        all.addAll(Rule.all(SourceRules.ALL, source()));
        all.addAll(Rule.all(DataPathRules.ALL, files()));
        all.addAll(Rule.all(TargetRules.ALL, target()));
        all.addAll(Rule.all(GuestRules.ALL, guest()));
        all.addAll(Rule.all(PairRules.ALL, pair()));
        all.addAll(Rule.all(ReplicaRules.ALL, replica()));
        all.addAll(Rule.all(VmmRules.ALL, vmm()));
        return all;
    }
}
