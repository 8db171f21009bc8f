package io.sdr.hyperv.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sdr.api.spi.Access;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.hyperv.powershell.Arguments;
import io.sdr.hyperv.powershell.ScriptAnswer;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hyper-V Replica between two simulated hosts, as the scripts see it. */
class SimulatedReplicaTest {
    private ReplicaScene scene;

    @TempDir
    private Path folder;

    @BeforeEach
    void begin() {
        scene = new ReplicaScene(folder);
    }

    @AfterEach
    void end() {
        scene.world.check();
        scene.world.close();
    }

    /** Two replicas of one name on a host: a drill of one is none of the other. */
    @Test
    void testVmsAreKnownByTheirReplica() {
        SimulatedVm other = scene.east.newVm("web-01");
        other.addDisk("D:\\VMs\\other\\os.vhdx", 1 << 22);
        other.start();
        scene.replicating();
        scene.scripts.run(scene.east, "replication-enable", scene.enabling(other));
        scene.scripts.run(scene.east, "replication-start-initial", scene.starting(other));
        scene.time.runFor(java.time.Duration.ofMinutes(1));
        String first =
                scene.scripts.run(scene.west, "failover-test", scene.latest()).text("test");
        String second = scene.scripts
                .run(scene.west, "failover-test", scene.scripts.guarded(other).without("point"))
                .text("test");
        assertThat(second).isNotEqualTo(first);
        scene.stop(scene.west, true);
        assertThat(scene.west.find(first)).isEmpty();
        assertThat(scene.west.find(second)).isPresent();
    }

    /** Hyper-V plans a first copy seven days ahead at most, and none for a time that has gone by. */
    @Test
    void aFirstCopyBeginsAtItsTime_howeverFarThatIs() {
        scene.scripts.run(scene.east, "replication-enable", scene.enabling());
        java.time.Instant at = scene.time.now().plus(Duration.ofDays(8));
        Arguments late = scene.plain().with("existingCopy", false).with("startAt", at.toEpochMilli());
        assertThat(scene.scripts
                        .run(scene.east, "replication-start-initial", late)
                        .text("state"))
                .isEqualTo("ReadyForInitialReplication");
        scene.time.runFor(Duration.ofDays(8).plusHours(1));
        Arguments gone = scene.plain().with("existingCopy", false).with("startAt", at.toEpochMilli());
        assertThat(scene.scripts
                        .run(scene.east, "replication-start-initial", gone)
                        .text("state"))
                .isEqualTo("InitialReplicationInProgress");
    }

    @Test
    void theFirstCopyTakesItsTime_thenCyclesFollow() {
        scene.write(scene.vm, 0, 1);
        assertThat(scene.scripts
                        .run(scene.east, "replication-enable", scene.enabling())
                        .text("state"))
                .isEqualTo("ReadyForInitialReplication");
        assertThat(scene.scripts
                        .run(scene.east, "replication-start-initial", scene.starting())
                        .text("state"))
                .isEqualTo("InitialReplicationInProgress");
        assertThat(scene.replica().replicationState()).isEqualTo("WaitingForInitialReplication");
        scene.time.runFor(Duration.ofMinutes(1));
        assertThat(scene.vm.replicationState()).isEqualTo("Replicating");
        assertThat(ReplicaScene.look(scene.replica(), 0)).isEqualTo(1);
        scene.write(scene.vm, 0, 2);
        scene.write(scene.vm, 1, 3);
        assertThat(ReplicaScene.look(scene.replica(), 0)).isEqualTo(1);
        scene.time.runFor(Duration.ofMinutes(5));
        assertThat(ReplicaScene.look(scene.replica(), 0)).isEqualTo(2);
        assertThat(ReplicaScene.look(scene.replica(), 1)).isEqualTo(3);
        ScriptAnswer measured = scene.scripts.run(
                scene.east, "replication-measure", Arguments.none().with("vm", scene.vm.id()));
        assertThat(measured.number("succeeded")).isPositive();
        assertThat(measured.number("pendingBytes")).isZero();
    }

    @Test
    void pointsAreKeptEveryHour_andTheOldestGo() {
        scene.replicating();
        for (int hour = 1; hour <= 4; hour++) {
            scene.write(scene.vm, 0, hour);
            scene.time.runFor(Duration.ofMinutes(61));
        }
        List<String> points = scene.points();
        assertThat(points).hasSize(2);
        scene.write(scene.vm, 0, 9);
        scene.time.runFor(Duration.ofMinutes(6));
        scene.failOver(points.get(1));
        int older = ReplicaScene.look(scene.replica(), 0);
        assertThat(scene.stop(scene.west, false).text("state")).isEqualTo("Replicating");
        scene.failOver("");
        assertThat(ReplicaScene.look(scene.replica(), 0)).isEqualTo(9);
        assertThat(older).isEqualTo(4);
    }

    @Test
    void plannedThereAndBackLosesNothing() {
        scene.replicating();
        scene.write(scene.vm, 0, 7);
        scene.vm.turnOff();
        assertThat(scene.run(scene.east, "failover-prepare").text("state")).isEqualTo("PreparedForFailover");
        assertThatThrownBy(scene.vm::start).isInstanceOf(HostError.class);
        assertThat(scene.failOver("").text("state")).isEqualTo("FailedOverWaitingCompletion");
        scene.replica().start();
        assertThat(ReplicaScene.look(scene.replica(), 0)).isEqualTo(7);
        scene.write(scene.replica(), 0, 8);
        ScriptAnswer reversed = scene.reverse();
        assertThat(reversed.text("mode")).isEqualTo("Primary");
        assertThat(reversed.text("state")).isEqualTo("Replicating");
        assertThat(scene.vm.replicationMode()).isEqualTo("Replica");
        scene.write(scene.replica(), 1, 9);
        scene.time.runFor(Duration.ofMinutes(6));
        assertThat(ReplicaScene.look(scene.vm, 0)).isEqualTo(8);
        assertThat(ReplicaScene.look(scene.vm, 1)).isEqualTo(9);
    }

    @Test
    void aFailoverIsTakenBack() {
        scene.replicating();
        scene.vm.turnOff();
        scene.run(scene.east, "failover-prepare");
        scene.failOver("");
        scene.replica().start();
        scene.write(scene.replica(), 0, 99);
        scene.replica().turnOff();
        assertThat(scene.stop(scene.west, false).text("power")).isEqualTo("Off");
        assertThat(scene.stop(scene.east, false).text("state")).isEqualTo("Replicating");
        scene.vm.start();
        scene.write(scene.vm, 0, 5);
        scene.time.runFor(Duration.ofMinutes(6));
        assertThat(ReplicaScene.look(scene.replica(), 0)).isEqualTo(5);
    }

    /** The cmdlet turns it off by itself: somebody may have started it after the driver had looked. */
    @Test
    void aFailoverIsNotTakenBackFromUnderARunningVm() {
        scene.replicating();
        scene.vm.turnOff();
        scene.failOver("");
        scene.replica().start();
        scene.write(scene.replica(), 0, 99);
        assertThat(scene.scripts.refusal(scene.west, "failover-stop", scene.noTest()))
                .isEqualTo("VM_RUNNING");
        assertThat(scene.replica().state()).isEqualTo(SimulatedVm.Power.Running);
        assertThat(scene.replica().replicationState()).isEqualTo("FailedOverWaitingCompletion");
        assertThat(ReplicaScene.look(scene.replica(), 0)).isEqualTo(99);
    }

    @Test
    void unplannedCommittedAndTurnedRoundByComparing() {
        scene.replicating();
        scene.east.powerFails();
        scene.failOver("");
        scene.replica().start();
        scene.write(scene.replica(), 0, 42);
        assertThat(scene.run(scene.west, "failover-complete").text("state")).isEqualTo("FailedOver");
        assertThat(scene.points()).isEmpty();
        assertThat(ReplicaScene.look(scene.replica(), 0)).isEqualTo(42);
        scene.vm.setAutomaticStart("Nothing");
        scene.east.powerReturns();
        assertThat(scene.scripts.refusal(
                        scene.west,
                        "replication-reverse",
                        scene.scripts
                                .guarded(scene.vm)
                                .with("server", ReplicaScene.EAST)
                                .without("thumbprint")))
                .isEqualTo("STATE_MOVED");
        assertThat(scene.run(scene.east, "replication-as-replica").text("mode")).isEqualTo("Replica");
        assertThat(scene.reverse().text("state")).isEqualTo("ReadyForInitialReplication");
        scene.scripts.run(
                scene.west,
                "replication-start-initial",
                scene.scripts.guarded(scene.vm).with("existingCopy", true).without("startAt"));
        scene.time.runFor(Duration.ofMinutes(1));
        assertThat(scene.vm.replicationState()).isEqualTo("Replicating");
        assertThat(ReplicaScene.look(scene.vm, 0)).isEqualTo(42);
    }

    @Test
    void aTestVmRunsBesideReplication() {
        scene.replicating();
        scene.write(scene.vm, 0, 1);
        scene.time.runFor(Duration.ofMinutes(6));
        ScriptAnswer made = scene.scripts.run(
                scene.west, "failover-test", scene.scripts.guarded(scene.vm).without("point"));
        SimulatedVm test = scene.west.find(made.text("test")).orElseThrow();
        test.start();
        scene.write(test, 0, 66);
        scene.write(scene.vm, 0, 2);
        scene.time.runFor(Duration.ofMinutes(6));
        assertThat(ReplicaScene.look(scene.replica(), 0)).isEqualTo(2);
        assertThat(ReplicaScene.look(test, 0)).isEqualTo(66);
        assertThat(scene.scripts.refusal(
                        scene.west,
                        "failover-start",
                        scene.scripts.guarded(scene.vm).without("point")))
                .isEqualTo("STATE_MOVED");
        scene.stop(scene.west, true);
        assertThat(scene.west.vms()).hasSize(1);
        scene.failOver("");
        assertThat(ReplicaScene.look(scene.replica(), 0)).isEqualTo(2);
    }

    @Test
    void cyclesThatFailAreCounted_andEndInAnError() {
        scene.replicating();
        scene.world.cutReplicaLine(true);
        scene.write(scene.vm, 0, 3);
        scene.time.runFor(Duration.ofMinutes(6));
        assertThat(scene.vm.replica.health()).isEqualTo("Warning");
        scene.time.runFor(Duration.ofMinutes(30));
        assertThat(scene.vm.replicationState()).isEqualTo("Error");
        scene.world.cutReplicaLine(false);
        assertThat(scene.resume(scene.east, false, false).text("state")).isEqualTo("Replicating");
        scene.time.runFor(Duration.ofMinutes(6));
        assertThat(ReplicaScene.look(scene.replica(), 0)).isEqualTo(3);
    }

    /** What the engine of this library must never do beside Hyper-V Replica. */
    @Test
    void whoWritesToADiskThatIsReplicatedBreaksTheRelation_andIsFoundOut() {
        scene.replicating();
        scene.vm.turnOff();
        try (VirtualDisk disk = scene.east.disks().open(scene.vm.drives().get(0).path(), Access.WRITE)) {
            disk.write(0, ByteBuffer.wrap(new byte[] {9}));
            disk.flush();
        }
        assertThatThrownBy(scene.world::check).isInstanceOf(AssertionError.class);
        assertThat(scene.world.takeViolations()).isNotEmpty();
        assertThat(scene.vm.replicationState()).isEqualTo("WaitingForStartResynchronize");
        scene.write(started(scene.vm), 1, 4);
        assertThat(scene.resume(scene.east, true, false).text("state")).isEqualTo("Resynchronizing");
        assertThat(scene.points()).isEmpty();
        scene.time.runFor(Duration.ofMinutes(1));
        assertThat(scene.vm.replicationState()).isEqualTo("Replicating");
        byte[] seen = new byte[1];
        scene.replica().guestDisk(0).read(0, ByteBuffer.wrap(seen));
        assertThat(seen[0]).isEqualTo((byte) 9);
    }

    private static SimulatedVm started(SimulatedVm vm) {
        vm.start();
        return vm;
    }

    @Test
    void whoWritesToAReplicaIsFoundOut() {
        scene.replicating();
        try (VirtualDisk disk =
                scene.west.disks().open(scene.replica().drives().get(0).path(), Access.WRITE)) {
            disk.write(0, ByteBuffer.wrap(new byte[] {9}));
            disk.flush();
        }
        assertThatThrownBy(scene.world::check).isInstanceOf(AssertionError.class);
        assertThat(scene.world.takeViolations()).isNotEmpty();
    }

    @Test
    void theEnginesCheckpointIsRefusedBesideIt() {
        scene.replicating();
        Arguments arguments =
                scene.scripts.guarded(scene.vm).with("token", "t1").with("application", false);
        assertThat(scene.scripts.refusal(scene.east, "checkpoint-create", arguments))
                .isEqualTo("DRIVER_MISMATCH");
    }
}
