package io.sdr.hyperv.site;

import static io.sdr.api.RecoveryPointSelector.latest;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sdr.api.CancelFailoverRequest;
import io.sdr.api.ChangePointRequest;
import io.sdr.api.DisableRequest;
import io.sdr.api.DriverChoice;
import io.sdr.api.FailoverPlan;
import io.sdr.api.Finding;
import io.sdr.api.InvalidRequestException;
import io.sdr.api.ItemId;
import io.sdr.api.ProtectionRequest;
import io.sdr.api.ProtectionState;
import io.sdr.api.ReplicatedItem;
import io.sdr.api.ReplicationPolicy;
import io.sdr.api.ReverseRequest;
import io.sdr.api.Side;
import io.sdr.api.SiteRecovery;
import io.sdr.api.TestCleanupRequest;
import io.sdr.api.TestFailoverState;
import io.sdr.api.TestNetwork;
import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.Endpoint;
import io.sdr.hyperv.access.HyperVHost;
import io.sdr.hyperv.replication.HyperVReplicaDriverFactory;
import io.sdr.hyperv.simulation.SimulatedHost;
import io.sdr.hyperv.simulation.SimulatedVm;
import io.sdr.hyperv.simulation.SimulatedWorld;
import io.sdr.testkit.VirtualTime;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The engine over two Hyper-V hosts between which Hyper-V Replica carries the data. */
class HyperVReplicaLifeTest {
    private static final ItemId ITEM = new ItemId("web-01");
    private static final int SIZE = 4 << 20;
    private static final ReplicationPolicy NATIVE =
            ReplicationPolicy.defaults().driver(DriverChoice.NATIVE).shutdownDeadline(Duration.ofMinutes(1));

    @TempDir
    Path folder;

    private final VirtualTime time = new VirtualTime();
    private SimulatedWorld world;
    private SimulatedHost east;
    private SimulatedHost west;
    private SimulatedVm vm;
    private SiteRecovery engine;

    @BeforeEach
    void begin() {
        world = SimulatedWorld.in(folder.resolve("world"), time);
        east = world.newHost("east", "hv-e1.example.net");
        west = world.newHost("west", "hv-w1.example.net");
        vm = east.newVm("web-01");
        vm.addDisk("D:\\VMs\\web-01\\os.vhdx", SIZE);
        vm.setShutdownTakes(Duration.ZERO);
        vm.start();
        engine = SiteRecovery.builder()
                .site(site("east", east))
                .site(site("west", west))
                .timekeeper(time)
                .withoutScheduler()
                .dataDirectory(folder.resolve("engine"))
                .build();
    }

    private HyperVSite site(String name, SimulatedHost host) {
        return HyperVSite.named(name)
                .host(HyperVHost.of(host.name(), world.transport(host.name()), new HostFiles(host), "D:\\sdr"))
                .clock(time::now)
                .build();
    }

    @AfterEach
    void end() {
        engine.close();
        world.check();
        world.close();
    }

    private void protect(ReplicationPolicy policy) {
        engine.protect(ProtectionRequest.of("web-01")
                        .from("east")
                        .to("west")
                        .policy(policy)
                        .as(ITEM))
                .await();
        assertThat(state()).isEqualTo(ProtectionState.PROTECTED);
    }

    private ProtectionState state() {
        return engine.item(ITEM).state();
    }

    private SimulatedVm at(SimulatedHost host) {
        return host.find(vm.id()).orElseThrow();
    }

    private void write(SimulatedHost host, int value) {
        byte[] bytes = new byte[4096];
        Arrays.fill(bytes, (byte) value);
        at(host).guestDisk(0).write(8192, ByteBuffer.wrap(bytes));
    }

    private int look(SimulatedHost host) {
        byte[] bytes = new byte[1];
        at(host).guestDisk(0).read(8192, ByteBuffer.wrap(bytes));
        return bytes[0];
    }

    private void go(Duration duration) {
        time.runFor(duration);
        engine.runDue();
    }

    @Test
    void unplanned_committed_reversed_andBackAsPlanned() {
        protect(NATIVE);
        write(east, 1);
        go(Duration.ofMinutes(6));
        engine.failOver(FailoverPlan.unplanned(ITEM, Side.RECOVERY).at(latest()).shutDownFirst())
                .await();
        assertThat(vm.runs()).isFalse();
        assertThat(at(west).runs()).isTrue();
        assertThat(look(west)).isEqualTo(1);
        engine.commit(ITEM).await();
        assertThat(state()).isEqualTo(ProtectionState.FAILED_OVER);
        write(west, 2);
        engine.reverseReplicate(ReverseRequest.overwriting(Side.PRIMARY, ITEM)).await();
        assertThat(state()).isEqualTo(ProtectionState.PROTECTED);
        write(west, 3);
        engine.failOver(FailoverPlan.planned(ITEM, Side.PRIMARY).completeAtOnce())
                .await();
        assertThat(vm.runs()).isTrue();
        assertThat(at(west).runs()).isFalse();
        assertThat(look(east)).isEqualTo(3);
        engine.commit(ITEM).await();
        engine.reverseReplicate(ReverseRequest.overwriting(Side.RECOVERY, ITEM)).await();
        write(east, 4);
        go(Duration.ofMinutes(6));
        assertThat(look(west)).isEqualTo(4);
    }

    @Test
    void theSourceIsLost_thePointIsChanged_andTheFailoverCancelled() {
        protect(NATIVE);
        for (int hour = 1; hour <= 3; hour++) {
            write(east, hour);
            go(Duration.ofMinutes(61));
        }
        var points = engine.recoveryPoints(ITEM);
        assertThat(points).hasSizeGreaterThan(2);
        east.setReachable(false);
        engine.failOver(FailoverPlan.unplanned(ITEM, Side.RECOVERY)
                        .at(io.sdr.api.RecoveryPointSelector.exactly(
                                points.get(0).id()))
                        .sourceConfirmedDown("R. Roe", "saw it"))
                .await();
        int older = look(west);
        engine.changePoint(ChangePointRequest.discardingTargetWrites(ITEM, latest()))
                .await();
        assertThat(look(west)).isEqualTo(3);
        assertThat(older).isLessThan(3);
        east.setReachable(true);
        vm.turnOff();
        go(Duration.ofMinutes(31));
        engine.cancelFailover(CancelFailoverRequest.droppingTargetWrites(ITEM)).await();
        assertThat(state()).isEqualTo(ProtectionState.PROTECTED);
        assertThat(at(west).runs()).isFalse();
    }

    @Test
    void aPlannedFailoverIsCancelledAfterTheDecision() {
        protect(NATIVE);
        engine.failOver(FailoverPlan.planned(ITEM, Side.RECOVERY).completeAtOnce())
                .await();
        assertThat(at(west).runs()).isTrue();
        engine.cancelFailover(CancelFailoverRequest.droppingTargetWrites(ITEM)).await();
        assertThat(state()).isEqualTo(ProtectionState.PROTECTED);
        assertThat(vm.runs()).isTrue();
        write(east, 5);
        go(Duration.ofMinutes(6));
        go(Duration.ofMinutes(6));
        assertThat(look(west)).isEqualTo(5);
    }

    @Test
    void aDrillAndItsCleanup() {
        protect(NATIVE);
        engine.failOver(FailoverPlan.test(ITEM, Side.RECOVERY, TestNetwork.none()))
                .await();
        assertThat(west.vms()).hasSize(2);
        engine.cleanUpTest(TestCleanupRequest.removingEverything(ITEM)).await();
        assertThat(engine.item(ITEM).testFailover()).isEqualTo(TestFailoverState.NONE);
        assertThat(west.vms()).hasSize(1);
    }

    @Test
    void aPauseSuspends_andResumeGoesOn() {
        protect(NATIVE);
        ReplicatedItem unused = engine.pause(ITEM, "maintenance");
        go(Duration.ofMinutes(6));
        assertThat(vm.replicationState()).isEqualTo("Suspended");
        unused = engine.resume(ITEM);
        go(Duration.ofMinutes(6));
        assertThat(vm.replicationState()).isEqualTo("Replicating");
    }

    @Test
    void disablingEndsTheRelation() {
        protect(NATIVE);
        engine.disable(DisableRequest.deletingReplica(ITEM)).await();
        assertThat(state()).isEqualTo(ProtectionState.DISABLED);
        assertThat(west.vms()).isEmpty();
        assertThat(vm.replicationMode()).isEqualTo("None");
        assertThat(vm.runs()).isTrue();
    }

    /** Another engine, which does not know the item, asks for the other driver. */
    private void refusedToAnotherEngine(ReplicationPolicy policy) {
        try (SiteRecovery other = SiteRecovery.builder()
                .site(site("east", east))
                .site(site("west", west))
                .timekeeper(time)
                .withoutScheduler()
                .dataDirectory(folder.resolve("other"))
                .build()) {
            long changes = world.changes();
            ProtectionRequest request =
                    ProtectionRequest.of("web-01").from("east").to("west").policy(policy);
            assertThatThrownBy(() -> other.protect(request))
                    .isInstanceOf(InvalidRequestException.class)
                    .extracting("code")
                    .isEqualTo("DRIVER_MISMATCH");
            assertThat(blockers(other, request)).containsExactly("DRIVER_MISMATCH");
            assertThat(world.changes()).isEqualTo(changes);
            assertThat(other.items()).isEmpty();
        }
    }

    /** What a dry run finds; that the copy's VM is not there yet is no fault. */
    private static Set<String> blockers(SiteRecovery engine, ProtectionRequest request) {
        return engine.dryRun(request).findings().stream()
                .filter(Finding::isBlocker)
                .map(Finding::code)
                .filter(code -> !code.equals("UNKNOWN_VM"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void whatHyperVReplicaCarriesIsRefusedToTheOther() {
        protect(NATIVE);
        refusedToAnotherEngine(ReplicationPolicy.defaults());
    }

    @Test
    void whatSdrCarriesIsRefusedToHyperVReplica() {
        protect(ReplicationPolicy.defaults());
        refusedToAnotherEngine(NATIVE);
        engine.disable(DisableRequest.deletingReplica(ITEM)).await();
        protectAgain();
    }

    private void protectAgain() {
        engine.protect(ProtectionRequest.of("web-01").from("east").to("west").policy(NATIVE))
                .await();
        assertThat(vm.replicationMode()).isEqualTo("Primary");
    }

    /** What only sdr's own replication needs does not keep a VM from Hyper-V Replica, and what that needs is found. */
    @Test
    void readinessIsThatOfTheDriver() {
        vm.setVersion("5.0");
        ProtectionRequest request = ProtectionRequest.of("web-01").from("east").to("west");
        assertThat(blockers(engine, request)).containsExactly("VM_VERSION_TOO_OLD");
        assertThat(blockers(engine, request.policy(NATIVE))).isEmpty();
        west.settings().replicaEnabled = false;
        assertThat(blockers(engine, request.policy(NATIVE)))
                .containsExactly("REPLICA_SERVER_OFF", "REPLICA_UNREACHABLE");
        assertThatThrownBy(() -> engine.protect(request.policy(NATIVE))).isInstanceOf(InvalidRequestException.class);
    }

    /** A cluster whose Replica Broker the site was not told of has no name that stays right when VMs move. */
    @Test
    void hostsThatCannotBePairedAreABlocker() {
        SimulatedHost one = world.newHost("south", "hv-s1.example.net");
        SimulatedHost two = world.newHost("south", "hv-s2.example.net");
        assertThat(world.newCluster("c-south", "example.net", "south-broker", one, two))
                .isNotNull();
        HyperVSite.Builder builder = HyperVSite.named("south").cluster().clock(time::now);
        for (SimulatedHost host : List.of(one, two)) {
            builder.host(HyperVHost.of(
                    host.name(),
                    world.transport(host.name()),
                    new HostFiles(host),
                    "C:\\ClusterStorage\\Volume1\\sdr"));
            host.settings().replicaFolder = "C:\\ClusterStorage\\Volume1\\Replica";
        }
        assertThat(codes(builder.build())).containsExactly("HOSTS_APART");
        assertThat(codes(builder.replicaBroker("south-broker").build())).isEmpty();
    }

    private List<String> codes(HyperVSite south) {
        try (HyperVSite from = site("east", east);
                south) {
            return new HyperVReplicaDriverFactory()
                            .connect(from, south)
                            .readiness(
                                    new Endpoint(from.id(), new VmId(vm.id())),
                                    south.id(),
                                    NATIVE,
                                    CallContext.once(ITEM, 0, "t", time.now().plusSeconds(600)))
                            .stream()
                            .map(Finding::code)
                            .toList();
        }
    }
}
