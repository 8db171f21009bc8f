package io.sdr.hyperv.readiness;

import io.sdr.api.spi.NetworkAdapter;
import io.sdr.hyperv.host.RelationMode;
import io.sdr.hyperv.host.VmFacts;
import io.sdr.hyperv.host.VmState;
import io.sdr.hyperv.host.Volume;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** For each finding what brings it about, and no other. Faults that exclude each other have different places. */
@SuppressWarnings("ImmutableEnumChecker") // lambdas without state
enum ReadinessFault {
    HYPERV_MODULE_MISSING(0, facts -> facts.modules.remove("Hyper-V")),
    HYPERV_STOPPED(0, facts -> facts.services.put("vmms", "Stopped")),
    WINDOWS_TOO_OLD(0, facts -> facts.build = facts.otherBuild = "9600"),
    POWERSHELL_TOO_OLD(0, facts -> facts.powershell = "4.0"),
    RIGHTS_MISSING(0, facts -> facts.rights = false),
    VM_LOG_UNREADABLE(2, facts -> facts.readsVmLog = false),
    CATALOGUE_MISSING(0, facts -> facts.catalogue = Fact.failed("no such folder")),
    CLOCK_WRONG(0, facts -> facts.clock = Draft.NOW.plusSeconds(302)),
    CLOCK_DIFFERS(1, facts -> facts.clock = Draft.NOW.minusSeconds(11)),
    CLUSTER_MODULE_MISSING(0, facts -> facts.modules.remove("FailoverClusters")),
    CLUSTER_UNREADABLE(1, facts -> facts.clusterFailure = Optional.of("no access")),
    FOLDER_NOT_SHARED(2, facts -> facts.shared.set(0, "C:\\ClusterStorage\\Volume2")),
    CLUSTER_NODE_DOWN(0, facts -> facts.nodes.put("hv-02", "Down")),

    HOST_SILENT(0, facts -> facts.silent.add(new Silent("hv-04", "no route"))),

    UNKNOWN_VM(1, facts -> facts.vmIsThere = false),
    NO_DISKS(2, facts -> facts.vmDisks.clear()),
    PASS_THROUGH_DISK(0, facts -> facts.vmDisks.add(new VmFacts.Disk(Optional.empty(), true, false))),
    SHARED_DISK(0, facts -> facts.vmDisks.add(new VmFacts.Disk(Optional.of("D:\\quorum.vhds"), false, true))),
    NOT_VHDX(0, facts -> facts.sourceDisks.add(Draft.disk("vhd", 8L << 30))),
    VM_VERSION_TOO_OLD(0, facts -> facts.version = "5.0"),
    VM_SAVED(0, facts -> facts.state = VmState.SAVED),
    VM_SHIELDED(0, facts -> facts.shielded = true),
    VIRTUAL_TPM(0, facts -> facts.tpm = true),
    ADAPTER_NAMES_NOT_UNIQUE(2, facts -> facts.adapters.add(NetworkAdapter.named("lan"))),
    DRIVER_MISMATCH(0, facts -> facts.relation = RelationMode.PRIMARY),
    USER_CHECKPOINTS(0, facts -> facts.checkpoints.add("Standard")),
    SHUTDOWN_SERVICE_OFF(0, facts -> facts.guestServices.put("9f8233ac-be49-4c79-8ee3-e7e1985b2077", false)),
    VSS_SERVICE_OFF(0, facts -> facts.guestServices.put("5ced1297-4598-4915-a5fc-ad21bb4d02a4", false)),
    HEARTBEAT_SERVICE_OFF(0, facts -> facts.guestServices.put("84eaae65-2f2e-45f5-9bb5-0e857dc8eb47", false)),
    DATA_EXCHANGE_SERVICE_OFF(0, facts -> facts.guestServices.put("2a34b1c2-fd73-4043-8a5b-dd2159bc743f", false)),

    NO_DATA_PATH(0, facts -> facts.unreached(Reach.Way.NONE)),
    DATA_PATH_UNREADABLE(0, facts -> facts.unreached(Reach.Way.UNREADABLE)),
    DATA_PATH_READ_ONLY(0, facts -> facts.unreached(Reach.Way.READ_ONLY)),
    PARENT_ELSEWHERE(
            0, facts -> facts.strayed.add(new DataPathState.Strayed("D:\\VMs\\web.vhdx", "D:\\Images\\win.vhdx"))),

    UNKNOWN_FORMAT(0, facts -> facts.disks.add(Draft.disk("vmdk", 1))),
    EMPTY_DISK(0, facts -> facts.disks.add(Draft.disk("vhdx", 0))),
    DISK_TOO_LARGE(0, facts -> facts.disks.add(Draft.disk("vhd", (2040L << 30) + 1))),
    SAME_SITE(0, facts -> facts.disks.add(Draft.diskHere())),
    REPLICA_VOLUME_MISSING(1, facts -> facts.folder = "X:\\sdr"),
    REPLICA_VOLUME_UNFIT(
            0,
            facts -> facts.replicas =
                    facts.replicas.map(each -> new Volume(each.path(), "exFAT", 1L << 40, each.freeBytes()))),
    NO_ROOM(
            0,
            facts -> facts.replicas =
                    facts.replicas.map(each -> new Volume(each.path(), each.fileSystem(), 1L << 40, (32L << 30) - 1))),

    UNKNOWN_FIRMWARE(0, facts -> facts.configuration = facts.configuration.withFirmware("openfirmware")),
    SECURE_BOOT_LOST(1, facts -> facts.configuration = facts.configuration.withFirmware("bios")),
    TOO_MANY_PROCESSORS(
            0, facts -> facts.configuration = facts.configuration.withSize(17, facts.configuration.memoryBytes())),
    TOO_MUCH_MEMORY(
            0,
            facts -> facts.configuration = facts.configuration.withSize(facts.configuration.processors(), 65L << 30)),
    TOO_MANY_ADAPTERS(
            0,
            facts -> java.util.stream.IntStream.range(0, 8)
                    .forEach(i -> facts.adapters.add(NetworkAdapter.named("more " + i)))),
    MAC_IN_USE(1, facts -> facts.macs.put("00155D000001", Draft.VM)),

    HOSTS_APART(0, facts -> facts.broker = Optional.empty()),
    NO_CERTIFICATE(0, facts -> facts.certified.remove("hv-02")),
    REPLICA_SERVER_OFF(0, facts -> facts.receives = false),
    REPLICA_AUTHENTICATION(0, facts -> facts.authentication = "Kerberos"),
    REPLICA_PORT(0, facts -> facts.port = 8443),
    REPLICA_SENDER_REFUSED(0, facts -> facts.allowed = "*.north.example.net"),
    REPLICA_FOLDER_MISSING(0, facts -> facts.receptionFolder = "X:\\Replica"),
    FIREWALL_CLOSED(0, facts -> facts.firewallOpen = false),
    KERBEROS_WITHOUT_DOMAIN(2, facts -> {
        facts.thumbprint = Optional.empty();
        facts.domainJoined = false;
    }),
    CERTIFICATE_MISSING(1, facts -> facts.certificate = "1234"),
    CERTIFICATE_EXPIRED(0, facts -> facts.notAfter = Draft.NOW.minusMillis(1)),
    CERTIFICATE_NOT_YET_VALID(0, facts -> facts.notBefore = Draft.NOW.plusMillis(1)),
    CERTIFICATE_NAME(0, facts -> facts.names = List.of("hv-01.example.net")),
    CERTIFICATE_USAGE(0, facts -> facts.usages = facts.usages.subList(0, 1)),
    BROKER_MISSING(1, facts -> facts.brokers.clear()),
    REPLICA_UNREACHABLE(0, facts -> facts.reached = Fact.failed("no answer")),
    BUILD_OLDER(1, facts -> facts.otherBuild = "26100"),
    RECEPTION_UNREADABLE(1, facts -> facts.firewallFailure = Optional.of("no access")),

    VMM_CONSOLE_MISSING(0, facts -> facts.modules.remove(VmmState.MODULE)),
    VMM_STOPPED(0, facts -> facts.services.remove("SCVMMService")),
    VMM_REFUSES(1, facts -> facts.vmmFailure = Optional.of("no role")),
    VMM_TOO_OLD(0, facts -> facts.vmmVersion = "3.2.7510.0"),
    UNKNOWN_CLOUD(0, facts -> facts.cloud = "Silver"),
    HOST_NOT_IN_VMM(0, facts -> facts.ours.add("hv-77.example.net")),
    HOST_WITHOUT_WAY(0, facts -> facts.vmmHosts.add(Draft.vmmHost("hv-55.example.net", "OK", true))),
    HOST_NOT_OK(0, facts -> {
        facts.ours.add("hv-02");
        facts.vmmHosts.add(Draft.vmmHost("hv-02.example.net", "NotResponding", true));
    }),
    VM_NOT_IN_VMM(0, facts -> facts.managed = false);

    /** How many drafts all faults need to be there at once. */
    static final int PLACES = 3;

    final int place;
    private final Consumer<Draft> wrong;

    ReadinessFault(int place, Consumer<Draft> wrong) {
        this.place = place;
        this.wrong = wrong;
    }

    void make(Draft facts) {
        wrong.accept(facts);
    }
}
