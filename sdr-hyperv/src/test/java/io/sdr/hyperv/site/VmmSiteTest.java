package io.sdr.hyperv.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sdr.api.Finding;
import io.sdr.api.InvalidRequestException;
import io.sdr.api.ItemId;
import io.sdr.api.JobId;
import io.sdr.api.NetworkId;
import io.sdr.api.Side;
import io.sdr.api.VmId;
import io.sdr.api.spi.Access;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.DiskAccess;
import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.EpochRecord;
import io.sdr.api.spi.NetworkAdapter;
import io.sdr.api.spi.NetworkConnection;
import io.sdr.api.spi.NetworkDescription;
import io.sdr.api.spi.ReadinessQuestion;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.api.spi.VmConfiguration;
import io.sdr.api.spi.VmDescription;
import io.sdr.api.spi.VmObservation;
import io.sdr.hyperv.simulation.SimulatedHost;
import io.sdr.hyperv.simulation.SimulatedVm;
import io.sdr.hyperv.simulation.SimulatedWorld;
import io.sdr.hyperv.simulation.VmmNet;
import io.sdr.testkit.VirtualTime;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What VMM adds: where VMs are, clouds, networks; and that what it knows may be old. */
class VmmSiteTest {
    private static final NetworkId LAN = new NetworkId("lan");
    private static final long MIB = 1 << 20;

    @TempDir
    Path folder;

    private SimulatedWorld world;
    private VmmEstate estate;
    private VmmSite site;
    private SimulatedVm web;
    private VmId id;
    private VmmNet lan;

    @BeforeEach
    void aCloudOverThreeHosts() {
        world = SimulatedWorld.in(folder, new VirtualTime());
        estate = new VmmEstate(world, "east", "Gold");
        lan = estate.vmm.newNetwork("lan");
        List<String> unused = List.of(
                estate.vmm.newSubnet(lan, "front", "10.0.7.0/24", 7),
                estate.vmm.newSubnet(lan, "back", "10.0.8.0/24", 8));
        web = estate.newVm("web-01", "Gold", 8 * MIB);
        id = new VmId(web.id());
        site = estate.open();
    }

    @AfterEach
    void nobodyDidWhatNobodyMust() {
        site.close();
        world.check();
    }

    private CallContext call() {
        return CallContext.once(new ItemId("web"), 0, "t", world.time().now().plusSeconds(600));
    }

    private VmDescription described(VmId vm) {
        return site.inventory().find(vm.value(), call()).get(0);
    }

    private SimulatedHost host(int number) {
        return estate.hosts.get(number - 1);
    }

    private long runs(String script) {
        return world.log().stream()
                .filter(each -> each.startsWith(script + " "))
                .count();
    }

    /** The cluster does not know the VM, since it is none of its roles: VMM alone tells. */
    @Test
    void aVmThatMovedBetweenTwoStepsIsFoundByVmm() {
        assertThat(site.vms().lockStart(id, call()).startLocked()).isTrue();
        estate.vmm.move(web, host(3));
        VmObservation off = site.vms().turnOff(id, call());
        assertThat(off.isRunning()).isFalse();
        assertThat(world.log()).contains("vm-turn-off " + host(3).name());
        assertThat(world.log()).doesNotContain("vm-turn-off " + host(1).name());
        assertThat(off.startLocked())
                .as("what was noted on the shared volume goes with it")
                .isTrue();
        assertThat(described(id).disks()).hasSize(1);
    }

    @Test
    void whatVmmKnowsMayBeOld() {
        site.vms().lockStart(id, call());
        estate.vmm.moveOutside(web, host(2));
        assertThat(site.vms().turnOff(id, call()).isRunning()).isFalse();
        assertThat(runs("vmm-refresh-host")).as("VMM was made to look").isEqualTo(3);
        assertThat(world.log()).contains("vm-turn-off " + host(1).name(), "vm-turn-off " + host(2).name());
        assertThat(estate.vmm.statusOf(web)).isEqualTo("PowerOff");
    }

    @Test
    void aVmThatMovedIsFoundByWhatVmmKnewOfIt() {
        estate.vmm.moveOutside(web, host(2));
        assertThat(site.inventory().find(web.id(), call())).hasSize(1);
    }

    /** A VM that is on the move while all hosts are asked is on none of them when it is asked; it is not gone. */
    @Test
    void aVmThatEvadesEachHostIsNotGone() {
        AtomicInteger asked = new AtomicInteger();
        world.beforeScript((script, host) -> {
            boolean first = script.equals("vm-observe") && asked.incrementAndGet() <= 3;
            if (first && web.host().equals(host)) {
                estate.vmm.moveOutside(web, estate.hosts.get((estate.hosts.indexOf(host) + 1) % 3));
            }
        });
        assertThat(site.vms().observe(List.of(id), call())).containsKey(id);
        assertThat(asked.get()).as("all were asked again").isEqualTo(6);
    }

    /** Missing is done; a host that does not have it any more is no proof that it is missing. */
    @Test
    void aCopyThatMovedIsDeletedWhereItIs() {
        VmConfiguration configuration = VmConfiguration.of(2, 1 << 30, "uefi");
        VmId made = site.vms()
                .createPlaceholder("copy", Optional.empty(), configuration, call())
                .vm();
        estate.vmm.moveOutside(estate.find(made.value()).orElseThrow(), host(3));
        site.vms().deleteTagged(made, call());
        assertThat(estate.find(made.value())).isEmpty();
        site.vms().deleteTagged(made, call());
    }

    @Test
    void afterEachChangeVmmKnows() {
        assertThat(estate.vmm.statusOf(web)).isEqualTo("Running");
        site.vms().turnOff(id, call());
        assertThat(estate.vmm.statusOf(web)).isEqualTo("PowerOff");
        site.vms().start(id, call());
        assertThat(estate.vmm.statusOf(web)).isEqualTo("Running");
    }

    /** A disaster may have taken VMM too: what needs neither cloud nor network goes on without it. */
    @Test
    void withoutVmmTheHostsAreAsked() {
        estate.vmm.machine().setReachable(false);
        estate.vmm.moveOutside(web, host(2));
        assertThat(site.vms().turnOff(id, call()).isRunning()).isFalse();
        assertThat(site.vms().observe(List.of(id), call())).containsKey(id);
        assertThat(site.vms()
                        .connect(id, List.of(NetworkAdapter.named("nic")), call())
                        .isRunning())
                .as("a copy is kept away without VMM, too")
                .isFalse();
    }

    /** One node is down: what the others have goes on, and no disk of theirs waits for it. */
    @Test
    void aDeadNodeStopsNothingOfTheOthers() {
        VmConfiguration configuration = VmConfiguration.of(2, 1 << 30, "uefi");
        VmId copy = site.vms()
                .createPlaceholder("copy", Optional.of("Gold"), configuration, call())
                .vm();
        site.vms().turnOff(id, call());
        host(3).powerFails();
        assertThat(site.vms().observe(List.of(id), call())).containsKey(id);
        assertThat(site.vms()
                        .createPlaceholder("copy", Optional.of("Gold"), configuration, call())
                        .vm())
                .isEqualTo(copy);
        assertThat(site.vms().tagged(call())).hasSize(1);
        assertThat(site.inventory().networks(call())).hasSize(1);
        DiskRef disk = described(id).disks().get(0);
        try (VirtualDisk open = ((DiskAccess.InProcess) site.disks().offline(disk, Access.WRITE)).open()) {
            assertThat(open.sizeBytes()).isEqualTo(8 * MIB);
        }
        site.vms().deleteTagged(copy, call());
        assertThatThrownBy(() -> site.vms().tagged(call()))
                .as("the silent one may have one")
                .extracting("code")
                .isEqualTo("HOST_UNREACHABLE");
    }

    /** A node that does not answer and that its cluster does not call down may use a disk. */
    @Test
    void aNodeThatIsOnlySilentMayUseADisk() {
        site.vms().turnOff(id, call());
        DiskRef disk = described(id).disks().get(0);
        host(3).setReachable(false);
        assertThatThrownBy(() -> ((DiskAccess.InProcess) site.disks().offline(disk, Access.WRITE)).open())
                .extracting("code")
                .isEqualTo("HOST_UNREACHABLE");
    }

    /** A node that answers with an error of its own is as good as silent: the VMs of the others are seen. */
    @Test
    void aHalfWorkingNodeHidesNothingOfTheOthers() {
        host(1).settings().modules.remove("Hyper-V");
        host(3).settings().modules.remove("Hyper-V");
        estate.vmm.move(web, host(2));
        assertThat(site.vms().observe(List.of(id), call())).containsKey(id);
        assertThat(site.vms().turnOff(id, call()).isRunning()).isFalse();
    }

    @Test
    void aChangeThatVmmDoesNotHearOfIsDoneAllTheSame() {
        estate.vmm.nextJobFails("2912");
        assertThat(site.vms().turnOff(id, call()).isRunning()).isFalse();
    }

    private List<VmId> in(String cloud) {
        return site.inventory().virtualMachines(Optional.of(cloud), Optional.empty(), 10, call()).stream()
                .map(VmDescription::id)
                .toList();
    }

    @Test
    void vmsAreListedByCloud() {
        SimulatedVm other = estate.newVm("app-01", "Gold", 8 * MIB);
        SimulatedVm outside = host(1).newVm("not-in-a-cloud");
        estate.vmm.refreshAll();
        assertThat(in("Gold")).containsExactlyInAnyOrder(id, new VmId(other.id()));
        assertThat(site.inventory().virtualMachines(Optional.empty(), Optional.empty(), 10, call()))
                .extracting(VmDescription::id)
                .contains(new VmId(outside.id()));
        assertThat(described(id).cloud()).contains("Gold");
        assertThat(described(new VmId(outside.id())).cloud()).isEmpty();
        assertThat(site.inventory().clouds(call())).containsExactly("Gold");
        assertThatThrownBy(() -> in("Silver"))
                .isInstanceOf(InvalidRequestException.class)
                .extracting("code")
                .isEqualTo("UNKNOWN_CLOUD");
    }

    @Test
    void placeholdersAreMadeInTheirCloud() {
        VmConfiguration configuration = VmConfiguration.of(2, 1 << 30, "uefi");
        assertThatThrownBy(() -> site.vms().createPlaceholder("copy", Optional.of("Silver"), configuration, call()))
                .isInstanceOf(InvalidRequestException.class)
                .extracting("code")
                .isEqualTo("UNKNOWN_CLOUD");
        assertThat(site.vms().tagged(call())).isEmpty();
        VmId made = site.vms()
                .createPlaceholder("copy", Optional.of("Gold"), configuration, call())
                .vm();
        assertThat(site.vms()
                        .createPlaceholder("copy", Optional.of("Gold"), configuration, call())
                        .vm())
                .isEqualTo(made);
        assertThat(described(made).cloud()).contains("Gold");
        assertThat(in("Gold")).contains(made);
    }

    @Test
    void aPlaceholderThatVmmCouldNotAssignIsAssignedByTheNextAttempt() {
        VmConfiguration configuration = VmConfiguration.of(2, 1 << 30, "uefi");
        estate.vmm.nextJobFails("2912");
        assertThatThrownBy(() -> site.vms().createPlaceholder("copy", Optional.of("Gold"), configuration, call()))
                .hasMessageContaining("2912");
        VmId made = site.vms()
                .createPlaceholder("copy", Optional.of("Gold"), configuration, call())
                .vm();
        assertThat(described(made).cloud()).contains("Gold");
        assertThat(site.vms().tagged(call())).hasSize(1);
    }

    @Test
    void networksAreVmms() {
        assertThat(site.inventory().networks(call()))
                .containsExactly(new NetworkDescription(
                        LAN,
                        "lan",
                        List.of(
                                new NetworkDescription.Subnet("front", OptionalInt.of(7)),
                                new NetworkDescription.Subnet("back", OptionalInt.of(8)))));
        site.vms().turnOff(id, call());
        NetworkConnection back = new NetworkConnection(LAN, Optional.of("back"), OptionalInt.of(8));
        VmConfiguration wanted = VmConfiguration.of(2, 1 << 30, "uefi")
                .withDynamicMemory(Optional.of(new VmConfiguration.DynamicMemory(512 * MIB, 4096 * MIB)))
                .withSecureBoot(true)
                .withSecureBootTemplate(Optional.of("MicrosoftUEFICertificateAuthority"))
                .withAdapters(List.of(
                        NetworkAdapter.named("one").withConnection(Optional.of(back)), NetworkAdapter.named("two")));
        site.vms().configure(id, wanted, call());
        assertThat(described(id).configuration()).isEqualTo(wanted);
        VmConfiguration fixed = wanted.withDynamicMemory(Optional.empty());
        site.vms().configure(id, fixed, call());
        assertThat(described(id).configuration()).isEqualTo(fixed);
        site.vms().configure(id, fixed.withSecureBoot(false), call());
        assertThat(described(id).configuration().secureBoot()).isFalse();
        site.vms().configure(id, wanted, call());
        assertThat(web.adapters().get(0).network()).contains(lan.on(web.host()).id());
        assertThat(web.adapters().get(0).vlan()).hasValue(8);

        site.vms().start(id, call());
        site.vms().connect(id, List.of(NetworkAdapter.named("one")), call());
        assertThat(web.adapters().get(0).network()).isEmpty();
        site.vms()
                .connect(
                        id,
                        List.of(NetworkAdapter.named("two").withConnection(Optional.of(NetworkConnection.to(LAN)))),
                        call());
        assertThat(web.adapters().get(1).vlan()).as("the first subnet").hasValue(7);
    }

    private VmConfiguration onLan(String... adapters) {
        return VmConfiguration.of(2, 1 << 30, "uefi")
                .withSecureBoot(true)
                .withAdapters(java.util.Arrays.stream(adapters)
                        .map(each -> NetworkAdapter.named(each)
                                .withMac("00-15-5D-00-00-0" + each.length())
                                .withConnection(Optional.of(
                                        new NetworkConnection(LAN, Optional.of("back"), OptionalInt.of(8)))))
                        .toList());
    }

    /** The name of an adapter in VMM is its VM's; where VMM does not tell its id in Hyper-V either, its address is left. */
    @Test
    void withoutDevicesAdaptersAreKnownByTheirAddresses() {
        estate.vmm.setTellsDevices(false);
        site.vms().turnOff(id, call());
        site.vms().configure(id, onLan("one", "three"), call());
        assertThat(web.adapters()).allSatisfy(each -> assertThat(each.vlan()).hasValue(8));
        assertThat(described(id).configuration()).isEqualTo(onLan("one", "three"));
    }

    @Test
    void anAdapterThatVmmDoesNotHaveIsNotPassedOver() {
        estate.vmm.setTellsDevices(false);
        site.vms().turnOff(id, call());
        VmConfiguration wanted =
                onLan("one").withAdapters(List.of(onLan("one").adapters().get(0).withMac("00-00-00-00-00-00")));
        assertThatThrownBy(() -> site.vms().configure(id, wanted, call()))
                .extracting("code")
                .isEqualTo("NOT_IN_VMM");
    }

    @Test
    void anUnknownNetworkChangesNothing() {
        site.vms().turnOff(id, call());
        VmConfiguration before = described(id).configuration();
        NetworkConnection nowhere = NetworkConnection.to(new NetworkId("nowhere"));
        assertThatThrownBy(() -> site.vms()
                        .configure(
                                id,
                                before.withAdapters(
                                        List.of(NetworkAdapter.named("one").withConnection(Optional.of(nowhere)))),
                                call()))
                .isInstanceOf(InvalidRequestException.class)
                .extracting("code")
                .isEqualTo("UNKNOWN_NETWORK");
        assertThat(described(id).configuration()).isEqualTo(before);
    }

    @Test
    void drillsAreInTheirCloudAndOnVmmsNetworks() {
        JobId drill = new JobId("drill-1");
        NetworkId isolated = site.testObjects().createIsolatedNetwork(drill, call());
        VmConfiguration configuration = VmConfiguration.of(2, 1 << 30, "uefi")
                .withAdapters(List.of(
                        NetworkAdapter.named("one").withConnection(Optional.of(NetworkConnection.to(isolated))),
                        NetworkAdapter.named("two").withConnection(Optional.of(NetworkConnection.to(LAN)))));
        VmId test = site.testObjects()
                .createVm(drill, "web-01 - Test", Optional.of("Gold"), configuration, call())
                .vm();
        SimulatedVm made = estate.find(test.value()).orElseThrow();
        assertThat(made.adapters().get(0).network()).isPresent();
        assertThat(made.adapters().get(1).vlan()).hasValue(7);
        assertThat(estate.vmm.cloudOf(made)).contains("Gold");
        site.testObjects().deleteVm(drill, test, call());
        site.testObjects().deleteNetwork(drill, isolated, call());
        assertThat(site.testObjects().made(drill, call()).isEmpty()).isTrue();
    }

    /** VMM's scripts cannot look at the hosts' catalogue; still no call of an older decision changes anything there. */
    @Test
    void aLateCallOfAnOlderDecisionIsRefusedByVmmToo() {
        EpochRecord decision = new EpochRecord(
                5,
                EpochRecord.Kind.ACTIVATE,
                Side.PRIMARY,
                Side.RECOVERY,
                new JobId("job-1"),
                Optional.empty(),
                world.time().now());
        assertThat(site.catalogue()
                        .createIfAbsent(decision, call().withEpoch(4))
                        .epoch())
                .isEqualTo(5);
        assertThat(world.log())
                .contains("catalogue-decide " + estate.vmm.machine().name());
    }

    @Test
    void vmmsOwnFaultsAreFound() {
        VmDescription described = described(id);
        assertThat(codes(described)).isEmpty();
        SimulatedHost unknown = world.newHost("east", "east-9.example.net");
        estate.vmm.manage(unknown);
        // Of another site of the same server: none of this one's business.
        estate.vmm.manage(world.newHost("west", "west-1.example.net"));
        assertThat(codes(described)).isEmpty();
        estate.cluster.join(unknown);
        estate.vmm.setVersion("3.2.7510.0");
        estate.vmm.setHostState(host(2), "NotResponding");
        estate.vmm.forget(host(1));
        assertThat(codes(described))
                .containsExactlyInAnyOrder(
                        "HOST_WITHOUT_WAY", "VMM_TOO_OLD", "HOST_NOT_OK", "HOST_NOT_IN_VMM", "VM_NOT_IN_VMM");
    }

    private List<String> codes(VmDescription vm) {
        return site.inventory().readiness(new ReadinessQuestion.AsSource(vm), call()).stream()
                .map(Finding::code)
                .toList();
    }
}
