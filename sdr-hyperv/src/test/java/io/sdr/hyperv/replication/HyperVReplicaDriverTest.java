package io.sdr.hyperv.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sdr.api.Consistency;
import io.sdr.api.DriverChoice;
import io.sdr.api.Finding;
import io.sdr.api.InvalidRequestException;
import io.sdr.api.ItemId;
import io.sdr.api.JobId;
import io.sdr.api.NativeReplication;
import io.sdr.api.PointId;
import io.sdr.api.RecoveryPoint;
import io.sdr.api.ReplicationPolicy;
import io.sdr.api.ResyncCause;
import io.sdr.api.SdrException;
import io.sdr.api.Side;
import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.CycleResult;
import io.sdr.api.spi.Endpoint;
import io.sdr.api.spi.LossEvidence;
import io.sdr.api.spi.ReplicaLink;
import io.sdr.api.spi.ReplicaStatus;
import io.sdr.api.spi.ReplicationDriver;
import io.sdr.api.spi.ReversalPlan;
import io.sdr.hyperv.simulation.SimulatedHost;
import io.sdr.hyperv.simulation.SimulatedVm;
import io.sdr.hyperv.simulation.SimulatedWorld;
import io.sdr.testkit.VirtualTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The driver over the module's scripts on two simulated hosts. */
class HyperVReplicaDriverTest {
    private static final ItemId ITEM = new ItemId("web-01");
    private static final JobId JOB = new JobId("failover-1");
    private static final JobId DRILL = new JobId("drill-1");
    private static final int SIZE = 4 << 20;
    private static final ReplicationPolicy POLICY = ReplicationPolicy.defaults().driver(DriverChoice.NATIVE);
    private static final ReplicationDriver.Retention RETENTION =
            new ReplicationDriver.Retention(24, Duration.ofHours(1));

    @TempDir
    Path folder;

    private final VirtualTime time = new VirtualTime();
    private SimulatedWorld world;
    private SimulatedHost east;
    private SimulatedHost west;
    private SimulatedVm vm;
    private ReplicationDriver driver;
    private SimulatedReplicaSite eastSite;
    private SimulatedReplicaSite westSite;
    private long epoch = 1;
    private int calls;

    @BeforeEach
    void begin() {
        world = SimulatedWorld.in(folder, time);
        east = world.newHost("east", "hv-e1.example.net");
        west = world.newHost("west", "hv-w1.example.net");
        vm = east.newVm("web-01");
        vm.addDisk("D:\\VMs\\web-01\\os.vhdx", SIZE);
        vm.start();
        eastSite = new SimulatedReplicaSite("east", east, folder);
        westSite = new SimulatedReplicaSite("west", west, folder);
        driver = new HyperVReplicaDriver(eastSite, westSite);
    }

    @AfterEach
    void end() {
        world.check();
        world.close();
    }

    private CallContext call() {
        return call("call-" + ++calls);
    }

    private CallContext call(String token) {
        return CallContext.once(ITEM, epoch, token, time.now().plus(Duration.ofHours(1)));
    }

    private ReplicaLink to(Side side) {
        return new ReplicaLink(ITEM, side, end(side.other()), end(side));
    }

    private Endpoint end(Side side) {
        return new Endpoint(site(side).id(), new VmId(vm.id()));
    }

    private SimulatedReplicaSite site(Side side) {
        return side == Side.PRIMARY ? eastSite : westSite;
    }

    private SimulatedVm at(Side side) {
        return (side == Side.PRIMARY ? east : west).find(vm.id()).orElseThrow();
    }

    private ReplicaStatus status(Side to) {
        return Objects.requireNonNull(driver.status(List.of(to(to)), call()).get(ITEM));
    }

    private void write(Side side, int value) {
        byte[] bytes = new byte[4096];
        Arrays.fill(bytes, (byte) value);
        at(side).guestDisk(0).write(8192, ByteBuffer.wrap(bytes));
    }

    private int look(Side side) {
        byte[] bytes = new byte[1];
        at(side).guestDisk(0).read(8192, ByteBuffer.wrap(bytes));
        return bytes[0];
    }

    /** Waits for the next replication, as the engine does. */
    private void cycle(Side to) {
        long next = status(to).received() + 1;
        for (int i = 0; i < 50; i++) {
            CycleResult result = driver.replicate(to(to), next, Consistency.CRASH_CONSISTENT, call());
            if (result instanceof CycleResult.Received) {
                return;
            }
            assertThat(result).isInstanceOf(CycleResult.Pending.class);
            time.runFor(Duration.ofSeconds(30));
        }
        throw new AssertionError("no replication came");
    }

    private void replicating() {
        driver.establish(to(Side.RECOVERY), POLICY, call());
        cycle(Side.RECOVERY);
    }

    private RecoveryPoint latest(Side to) {
        List<RecoveryPoint> points = status(to).points();
        return points.get(points.size() - 1);
    }

    private void start(Side side) {
        site(side).vms().unlockStart(new VmId(vm.id()), call());
        site(side).vms().start(new VmId(vm.id()), call());
    }

    /** As the engine does a planned failover, up to the running copy. */
    private void plannedTo(Side to) {
        at(to.other()).turnOff();
        long rest = status(to).received() + 1;
        assertThat(driver.sendRest(to(to), rest, Consistency.CRASH_CONSISTENT, call()))
                .isInstanceOf(CycleResult.Received.class);
        assertThat(driver.evidence(to(to), rest, call())).isInstanceOf(LossEvidence.Asserted.class);
        assertThat(status(to).received()).isGreaterThanOrEqualTo(rest);
        epoch++;
        driver.closeReception(to(to), epoch, call());
        driver.bringTo(to(to), JOB, latest(to).id(), call("bring"));
        assertThat(status(to).held()).containsKey(JOB);
        start(to);
    }

    private void committed(Side to) {
        driver.commit(to(to), JOB, call());
        driver.commit(to(to), JOB, call());
        assertThat(status(to).role()).isEqualTo(ReplicaStatus.Role.ACTIVE);
        assertThat(status(to).points()).isEmpty();
    }

    @Test
    void aReplicaIsMadeAndFollows() {
        write(Side.PRIMARY, 1);
        replicating();
        assertThat(status(Side.RECOVERY).role()).isEqualTo(ReplicaStatus.Role.REPLICA);
        assertThat(look(Side.RECOVERY)).isEqualTo(1);
        write(Side.PRIMARY, 2);
        cycle(Side.RECOVERY);
        assertThat(look(Side.RECOVERY)).isEqualTo(2);
        driver.establish(to(Side.RECOVERY), POLICY.pointsKept(3), call());
        assertThat(westSite.vms().observe(List.of(new VmId(vm.id())), call()).values())
                .allMatch(seen -> seen.startLocked() && seen.tag().isPresent());
    }

    @Test
    void plannedThereAndBack() {
        replicating();
        write(Side.PRIMARY, 7);
        plannedTo(Side.RECOVERY);
        assertThat(look(Side.RECOVERY)).isEqualTo(7);
        committed(Side.RECOVERY);
        assertThat(driver.planReversal(to(Side.PRIMARY), call()).method()).isEqualTo(ReversalPlan.Method.UNION);
        driver.beginReversal(to(Side.PRIMARY), RETENTION, call());
        driver.beginReversal(to(Side.PRIMARY), RETENTION, call());
        write(Side.RECOVERY, 8);
        cycle(Side.PRIMARY);
        assertThat(look(Side.PRIMARY)).isEqualTo(8);
        plannedTo(Side.PRIMARY);
        committed(Side.PRIMARY);
        driver.beginReversal(to(Side.RECOVERY), RETENTION, call());
        write(Side.PRIMARY, 9);
        cycle(Side.RECOVERY);
        assertThat(look(Side.RECOVERY)).isEqualTo(9);
    }

    @Test
    void unplannedToAnOlderPoint_changed_committed_andReversedByComparing() {
        replicating();
        write(Side.PRIMARY, 1);
        time.runFor(Duration.ofMinutes(61));
        write(Side.PRIMARY, 2);
        time.runFor(Duration.ofMinutes(61));
        List<RecoveryPoint> points = status(Side.RECOVERY).points();
        PointId older = points.get(points.size() - 2).id();
        write(Side.PRIMARY, 3);
        cycle(Side.RECOVERY);
        east.powerFails();
        epoch++;
        driver.closeReception(to(Side.RECOVERY), epoch, call());
        driver.bringTo(to(Side.RECOVERY), JOB, older, call("bring"));
        int first = look(Side.RECOVERY);
        start(Side.RECOVERY);
        write(Side.RECOVERY, 99);
        at(Side.RECOVERY).turnOff();
        driver.bringTo(to(Side.RECOVERY), JOB, latest(Side.RECOVERY).id(), call("change"));
        assertThat(look(Side.RECOVERY)).isEqualTo(3);
        assertThat(first).isLessThan(3);
        start(Side.RECOVERY);
        write(Side.RECOVERY, 42);
        committed(Side.RECOVERY);
        vm.setAutomaticStart("Nothing");
        east.powerReturns();
        assertThat(driver.planReversal(to(Side.PRIMARY), call()).method()).isEqualTo(ReversalPlan.Method.COMPARE);
        driver.beginReversal(to(Side.PRIMARY), RETENTION, call());
        cycle(Side.PRIMARY);
        assertThat(look(Side.PRIMARY)).isEqualTo(42);
    }

    @Test
    void aSourceThatRunsIsNeitherPreparedNorOverwritten() {
        replicating();
        refused("VM_RUNNING", () -> driver.sendRest(to(Side.RECOVERY), 9, Consistency.CRASH_CONSISTENT, call()));
        east.powerFails();
        epoch++;
        driver.bringTo(to(Side.RECOVERY), JOB, latest(Side.RECOVERY).id(), call("bring"));
        start(Side.RECOVERY);
        refused("VM_RUNNING", () -> driver.giveBack(to(Side.RECOVERY), JOB, false, call()));
        committed(Side.RECOVERY);
        east.powerReturns();
        if (!"Running".equals(at(Side.PRIMARY).state().name())) {
            at(Side.PRIMARY).start();
        }
        refused("VM_RUNNING", () -> driver.beginReversal(to(Side.PRIMARY), RETENTION, call()));
    }

    private static void refused(String code, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOf(SdrException.class)
                .extracting("code")
                .isEqualTo(code);
    }

    @Test
    void aPlannedFailoverIsTakenBack() {
        replicating();
        plannedTo(Side.RECOVERY);
        at(Side.RECOVERY).turnOff();
        epoch++;
        driver.giveBack(to(Side.RECOVERY), JOB, false, call());
        driver.takeBackRest(to(Side.RECOVERY), call());
        driver.takeBackRest(to(Side.RECOVERY), call());
        at(Side.PRIMARY).start();
        write(Side.PRIMARY, 5);
        cycle(Side.RECOVERY);
        assertThat(look(Side.RECOVERY)).isEqualTo(5);
    }

    @Test
    void aTestStandsBesideReplication_andAFailoverEndsIt() {
        replicating();
        write(Side.PRIMARY, 1);
        cycle(Side.RECOVERY);
        VmId test =
                driver.openTest(to(Side.RECOVERY), DRILL, latest(Side.RECOVERY).id(), call());
        assertThat(driver.openTest(
                        to(Side.RECOVERY), DRILL, latest(Side.RECOVERY).id(), call()))
                .isEqualTo(test);
        assertThat(westSite.testObjects().made(DRILL, call()).vms()).hasSize(1);
        assertThat(status(Side.RECOVERY).held()).containsKey(DRILL);
        westSite.vms().start(test, call());
        write(Side.PRIMARY, 2);
        cycle(Side.RECOVERY);
        driver.giveBack(to(Side.RECOVERY), DRILL, false, call());
        assertThat(west.vms()).hasSize(1);
        assertThat(driver.openTest(
                        to(Side.RECOVERY), DRILL, latest(Side.RECOVERY).id(), call()))
                .isNotEqualTo(test);
        driver.bringTo(to(Side.RECOVERY), JOB, latest(Side.RECOVERY).id(), call("bring"));
        assertThat(west.vms()).hasSize(1);
        assertThat(look(Side.RECOVERY)).isEqualTo(2);
    }

    @Test
    void aPauseHoldsItsClock() {
        replicating();
        driver.pause(to(Side.RECOVERY), call());
        write(Side.PRIMARY, 4);
        time.runFor(Duration.ofMinutes(20));
        assertThat(look(Side.RECOVERY)).isNotEqualTo(4);
        cycle(Side.RECOVERY);
        assertThat(look(Side.RECOVERY)).isEqualTo(4);
    }

    @Test
    void aReplicaIsDeletedWithItsVm_andAForeignRelationIsNotTakenOver() {
        replicating();
        driver.dissolveTarget(to(Side.RECOVERY), true, call());
        driver.dissolveTarget(to(Side.RECOVERY), true, call());
        assertThat(west.vms()).isEmpty();
        refused("RELATION_TAKEN", () -> driver.establish(to(Side.RECOVERY), POLICY, call()));
        driver.dissolveSource(to(Side.RECOVERY), call());
        assertThat(at(Side.PRIMARY).replicationMode()).isEqualTo("None");
    }

    private List<String> replicaFiles() {
        try (var files = Files.walk(west.real("D:\\Replica"))) {
            return files.filter(Files::isRegularFile)
                    .map(file -> String.valueOf(file.getFileName()))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void ofTheFilesThoseGoThatReplicationMade_alsoAfterItWentThereAndBack() {
        replicating();
        Path folderOfDisks = west.real(at(Side.RECOVERY).drives().get(0).path()).getParent();
        SimulatedVm foreign = west.newVm("foreign");
        foreign.addDisk("D:\\Replica\\foreign.vhdx", SIZE);
        write(folderOfDisks.resolve("notes.txt"));
        plannedTo(Side.RECOVERY);
        committed(Side.RECOVERY);
        driver.beginReversal(to(Side.PRIMARY), RETENTION, call());
        cycle(Side.PRIMARY);
        plannedTo(Side.PRIMARY);
        committed(Side.PRIMARY);
        driver.beginReversal(to(Side.RECOVERY), RETENTION, call());
        time.runFor(Duration.ofMinutes(130)); // its points are layers over the file that was made
        cycle(Side.RECOVERY);
        for (int i = 0; i < 2; i++) {
            driver.dissolveTarget(to(Side.RECOVERY), true, call());
            assertThat(replicaFiles()).containsExactly("foreign.vhdx", "notes.txt");
        }
        assertThat(west.vms()).containsExactly(foreign);
    }

    @Test
    void aFileThatAnotherVmUsesStays_andTheCallCanBeMadeAgain() {
        replicating();
        westSite.replicaEnd().remove(new VmId(vm.id()), call());
        String file = at(Side.RECOVERY).drives().get(0).path();
        SimulatedVm borrower = west.newVm("borrower");
        borrower.attach("SCSI", 0, 0, file);
        refused("DISK_ATTACHED", () -> driver.dissolveTarget(to(Side.RECOVERY), true, call()));
        assertThat(west.real(file)).exists();
        borrower.detachAll();
        driver.dissolveTarget(to(Side.RECOVERY), true, call());
        assertThat(replicaFiles()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anotherDiskThatSomebodyPutInAFilesPlaceStays(boolean attached) {
        replicating();
        westSite.replicaEnd().remove(new VmId(vm.id()), call());
        String file = at(Side.RECOVERY).drives().get(0).path();
        at(Side.RECOVERY).detachAll();
        delete(west.real(file));
        SimulatedVm foreign = west.newVm("foreign");
        foreign.addDisk(file, SIZE);
        if (!attached) {
            foreign.detachAll();
        }
        for (int i = 0; i < 2; i++) {
            driver.dissolveTarget(to(Side.RECOVERY), true, call());
            assertThat(west.real(file)).exists();
            assertThat(west.vms()).containsExactly(foreign);
        }
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aCopyThatAUserBroughtKeepsItsFiles() {
        replicating();
        driver.dissolve(to(Side.RECOVERY), false, call());
        driver.establish(
                to(Side.RECOVERY),
                POLICY.nativeReplication(NativeReplication.defaults().fromExistingCopy()),
                call());
        cycle(Side.RECOVERY);
        driver.dissolve(to(Side.RECOVERY), true, call());
        assertThat(replicaFiles()).hasSize(1);
    }

    @Test
    void aCopyThatIsActiveKeepsItsVmAndFiles() {
        replicating();
        plannedTo(Side.RECOVERY);
        committed(Side.RECOVERY);
        driver.dissolveTarget(to(Side.RECOVERY), true, call());
        driver.dissolveTarget(to(Side.RECOVERY), true, call());
        assertThat(at(Side.RECOVERY).runs()).isTrue();
        assertThat(replicaFiles()).hasSize(1);
    }

    private static void write(Path file) {
        try {
            Files.writeString(file, "an administrator's");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void dissolvingLeavesTheActiveVmAlone() {
        replicating();
        driver.keepAsDisks(to(Side.RECOVERY), call());
        driver.dissolve(to(Side.RECOVERY), false, call());
        assertThat(at(Side.PRIMARY).replicationMode()).isEqualTo("None");
        assertThat(at(Side.RECOVERY).replicationMode()).isEqualTo("None");
        assertThat(status(Side.RECOVERY)).isEqualTo(ReplicaStatus.NONE);
    }

    @Test
    void anExistingCopyIsCompared() {
        write(Side.PRIMARY, 6);
        replicating();
        driver.dissolve(to(Side.RECOVERY), false, call());
        ReplicationPolicy fromCopy =
                POLICY.nativeReplication(NativeReplication.defaults().fromExistingCopy());
        refused("TARGET_EXISTS", () -> driver.establish(to(Side.RECOVERY), POLICY, call()));
        driver.establish(to(Side.RECOVERY), fromCopy, call());
        write(Side.PRIMARY, 7);
        cycle(Side.RECOVERY);
        assertThat(look(Side.RECOVERY)).isEqualTo(7);
    }

    @Test
    void whatHyperVCannotDoIsFoundBeforehand() {
        assertThat(driver.readiness(
                        end(Side.PRIMARY),
                        westSite.id(),
                        POLICY.every(Duration.ofMinutes(1))
                                .pointsKept(100)
                                .pointEvery(Duration.ofHours(2))
                                .applicationConsistentEvery(Duration.ofMinutes(90)),
                        call()))
                .extracting(Finding::code)
                .containsExactly(
                        "POLICY_NOT_SUPPORTED", "POLICY_NOT_SUPPORTED", "POLICY_NOT_SUPPORTED", "POLICY_NOT_SUPPORTED");
        assertThat(driver.readiness(end(Side.PRIMARY), westSite.id(), POLICY, call()))
                .isEmpty();
        assertThat(driver.occupied(end(Side.PRIMARY), call())).isEmpty();
        replicating();
        assertThat(driver.occupied(end(Side.PRIMARY), call())).isPresent();
        assertThatThrownBy(() -> driver.downloadAll(to(Side.RECOVERY), 1, call()))
                .isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void aRelationThatSomebodyEndedIsAGap_andIsMadeAnew() {
        replicating();
        eastSite.replicaEnd().remove(new VmId(vm.id()), call());
        assertThat(driver.replicate(to(Side.RECOVERY), 1, Consistency.CRASH_CONSISTENT, call()))
                .isEqualTo(new CycleResult.Gap(
                        ResyncCause.SOURCE_HISTORY_LOST, "somebody ended the relation at site east"));
        driver.beginResync(to(Side.RECOVERY), RETENTION, false, call());
        assertThat(driver.planResync(to(Side.RECOVERY), call()).begun()).isTrue();
        write(Side.PRIMARY, 12);
        cycle(Side.RECOVERY);
        assertThat(look(Side.RECOVERY)).isEqualTo(12);
        assertThat(driver.replicate(to(Side.RECOVERY), 1, Consistency.CRASH_CONSISTENT, call()))
                .isInstanceOf(CycleResult.Received.class);
        assertThat(driver.planResync(to(Side.RECOVERY), call()).begun()).isFalse();
    }
}
