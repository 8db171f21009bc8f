package io.sdr.core.engine;

import static io.sdr.api.RecoveryPointSelector.latest;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sdr.api.CancelFailoverRequest;
import io.sdr.api.ChangePointRequest;
import io.sdr.api.DisableRequest;
import io.sdr.api.DriverChoice;
import io.sdr.api.FailoverPlan;
import io.sdr.api.InvalidRequestException;
import io.sdr.api.ItemId;
import io.sdr.api.NativeReplication;
import io.sdr.api.Operation;
import io.sdr.api.ProtectionRequest;
import io.sdr.api.ProtectionState;
import io.sdr.api.RecoveryPoint;
import io.sdr.api.RecoveryPointSelector;
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
import io.sdr.api.spi.VmConfiguration;
import io.sdr.core.store.SqliteStore;
import io.sdr.testkit.SimulatedSite;
import io.sdr.testkit.TwoSites;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.assertj.core.api.ThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The engine over a driver that runs its own cycles and has VMs of its own: it waits for it, and leaves disks alone. */
class SelfScheduledDriverTest {
    private static final int SIZE = 1 << 20;
    private static final ItemId VM = new ItemId("sql-01");
    private static final ReplicationPolicy NATIVE = ReplicationPolicy.defaults()
            .driver(DriverChoice.NATIVE)
            .nativeReplication(NativeReplication.defaults()
                    .compression(false)
                    .fromExistingCopy()
                    .firstCopyAt(Instant.parse("2026-01-02T03:04:05Z"))
                    .withCertificates()
                    .port(8443)
                    .excluding(List.of(new io.sdr.api.DiskId("swap"), new io.sdr.api.DiskId("temp")))
                    .resynchronizingIn(new NativeReplication.Window(LocalTime.of(22, 30), LocalTime.of(5, 0))));

    @TempDir
    Path folder;

    private final TwoSites sites = TwoSites.inMemory();
    private final AtomicInteger ids = new AtomicInteger();
    private OwnClockDriver.Factory factory;
    private SiteRecovery engine;

    @BeforeEach
    void protect() {
        sites.east().powerOn(sites.east().createVm("sql-01", SIZE).id());
        VmId made = sites.west()
                .vms()
                .createPlaceholder(
                        "sql-01",
                        Optional.empty(),
                        VmConfiguration.of(1, 1L << 30, "UEFI"),
                        CallContext.once(VM, 0, "made", Instant.MAX))
                .vm();
        factory = new OwnClockDriver.Factory(made);
        engine = TestEngines.open(
                List.of(sites.east(), sites.west()),
                factory,
                UnaryOperator.identity(),
                SqliteStore.open(folder),
                sites.virtualTime(),
                () -> "job-" + ids.incrementAndGet(),
                new StoreObserver() {});
        engine.protect(ProtectionRequest.of("sql-01")
                        .from("east")
                        .to("west")
                        .policy(NATIVE)
                        .as(VM))
                .await();
    }

    @AfterEach
    void close() {
        engine.close();
        sites.close();
    }

    private static void write(SimulatedSite site, int value) {
        VmId vm = site.vm("sql-01").id();
        try (var disk = site.guestDisk(vm, site.look(vm).disks().get(0).disk())) {
            disk.write(0, ByteBuffer.wrap(new byte[] {(byte) value}));
            disk.flush();
        }
    }

    private ProtectionState state() {
        return engine.item(VM).state();
    }

    private void go(Duration time) {
        sites.virtualTime().runFor(time);
        engine.runDue();
        engine.runDue();
    }

    @Test
    void thePolicyIsKeptWhole() {
        assertThat(engine.item(VM).policy()).isEqualTo(NATIVE);
        assertThat(state()).isEqualTo(ProtectionState.PROTECTED);
    }

    @Test
    void everyOperationThatItOffers() {
        go(Duration.ofMinutes(5));
        List<RecoveryPoint> points = engine.recoveryPoints(VM);
        assertThat(points).hasSizeGreaterThan(1);
        engine.failOver(FailoverPlan.unplanned(VM, Side.RECOVERY).at(latest()).shutDownFirst())
                .await();
        assertThat(state()).isEqualTo(ProtectionState.COMMIT_PENDING);
        engine.changePoint(ChangePointRequest.discardingTargetWrites(
                        VM, RecoveryPointSelector.exactly(points.get(0).id())))
                .await();
        assertThatThrownBy(() -> engine.cancelFailover(CancelFailoverRequest.keepingTargetWritesAside(VM)))
                .isInstanceOf(InvalidRequestException.class)
                .extracting("code")
                .isEqualTo("NOT_SUPPORTED");
        engine.cancelFailover(CancelFailoverRequest.droppingTargetWrites(VM)).await();
        assertThat(state()).isEqualTo(ProtectionState.PROTECTED);
        go(Duration.ofMinutes(5));

        engine.failOver(FailoverPlan.unplanned(VM, Side.RECOVERY).at(latest()).shutDownFirst())
                .await();
        engine.commit(VM).await();
        engine.reverseReplicate(ReverseRequest.overwriting(Side.PRIMARY, VM)).await();
        assertThat(state()).isEqualTo(ProtectionState.PROTECTED);
        engine.failOver(FailoverPlan.planned(VM, Side.PRIMARY).completeAtOnce()).await();
        assertThat(engine.item(VM).activeSide()).isEqualTo(Side.PRIMARY);
        engine.commit(VM).await();
        engine.reverseReplicate(ReverseRequest.overwriting(Side.RECOVERY, VM)).await();
        assertThat(state()).isEqualTo(ProtectionState.PROTECTED);
    }

    @Test
    void aDrillIsTheDriversVm() {
        go(Duration.ofMinutes(5));
        engine.failOver(FailoverPlan.test(VM, Side.RECOVERY, TestNetwork.none()))
                .await();
        assertThat(engine.item(VM).testFailover()).isEqualTo(TestFailoverState.WAITING_FOR_CLEANUP);
        assertThat(sites.west().allVms()).hasSize(2);
        engine.cleanUpTest(TestCleanupRequest.removingEverything(VM)).await();
        assertThat(engine.item(VM).testFailover()).isEqualTo(TestFailoverState.NONE);
        assertThat(sites.west().allVms()).hasSize(1);
    }

    @Test
    void aPauseIsToldToIt_andItGoesOnAfterwards() {
        write(sites.east(), 1);
        ReplicatedItem unused = engine.pause(VM, "maintenance");
        go(Duration.ofMinutes(5));
        assertThat(made().paused).isTrue();
        long before = engine.item(VM).replication().orElseThrow().received();
        go(Duration.ofMinutes(10));
        assertThat(engine.item(VM).replication().orElseThrow().received()).isEqualTo(before);
        unused = engine.resume(VM);
        go(Duration.ofMinutes(5));
        go(Duration.ofMinutes(5));
        assertThat(made().paused).isFalse();
        assertThat(engine.item(VM).replication().orElseThrow().received()).isGreaterThan(before);
    }

    private OwnClockDriver made() {
        return Objects.requireNonNull(factory.made);
    }

    @Test
    void aHistoryThatBrokeIsSeen_andMended() {
        sites.east().turnOffBehindTheBack(sites.east().vm("sql-01").id());
        sites.east().loseTracking(sites.east().vm("sql-01").id());
        sites.east().powerOn(sites.east().vm("sql-01").id());
        write(sites.east(), 3);
        go(Duration.ofMinutes(5));
        go(Duration.ofMinutes(5));
        assertThat(state()).isEqualTo(ProtectionState.RESYNC_REQUIRED);
        engine.resynchronize(VM).await();
        assertThat(state()).isEqualTo(ProtectionState.PROTECTED);
    }

    @Test
    void whatItCannotDoIsDenied() {
        assertThat(engine.item(VM).deniedOperations()).containsKey(Operation.PLANNED_FAILOVER_FULL);
        refused(() -> engine.failOver(FailoverPlan.planned(VM, Side.RECOVERY).verifyBeforeStart()));
        engine.failOver(FailoverPlan.unplanned(VM, Side.RECOVERY).at(latest()).shutDownFirst())
                .await();
        engine.commit(VM).await();
        assertThat(engine.item(VM).deniedOperations()).containsKey(Operation.UNPLANNED_FAILOVER);
    }

    private static void refused(ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOf(InvalidRequestException.class)
                .extracting("code")
                .isEqualTo("NOT_SUPPORTED");
    }

    @Test
    void disablingDeletesItsVm() {
        engine.disable(DisableRequest.deletingReplica(VM)).await();
        assertThat(state()).isEqualTo(ProtectionState.DISABLED);
        assertThat(sites.west().allVms()).isEmpty();
    }

    @Test
    void disablingKeepsItsVm() {
        engine.disable(DisableRequest.keepingReplica(VM)).await();
        assertThat(state()).isEqualTo(ProtectionState.DISABLED);
        assertThat(sites.west().allVms()).hasSize(1);
    }
}
