package io.sdr.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sdr.api.DiskId;
import io.sdr.api.FailoverPlan;
import io.sdr.api.InvalidRequestException;
import io.sdr.api.ItemId;
import io.sdr.api.Job;
import io.sdr.api.JobStatus;
import io.sdr.api.Operation;
import io.sdr.api.OperationNotAllowedException;
import io.sdr.api.ProtectionRequest;
import io.sdr.api.ProtectionState;
import io.sdr.api.RecoveryPoint;
import io.sdr.api.ReplicateNowRequest;
import io.sdr.api.ResynchronizeRequest;
import io.sdr.api.ReverseRequest;
import io.sdr.api.Side;
import io.sdr.api.SiteRecovery;
import io.sdr.api.SyncMode;
import io.sdr.api.VmId;
import io.sdr.api.spi.VmConfiguration;
import io.sdr.testkit.Fault;
import io.sdr.testkit.SimulatedSite;
import io.sdr.testkit.TwoSites;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the other side holds is given up by the caller's word, and nothing that is torn is ever started. */
class ReplaceInPlaceTest {
    private static final int SIZE = (1 << 20) + 513;
    private static final ItemId VM = new ItemId("sql-01");

    @TempDir
    Path folder;

    private final TwoSites sites = TwoSites.inMemory();
    private final Random random = new Random(5);
    private final byte[] guest = new byte[SIZE];
    private SiteRecovery engine;

    @BeforeEach
    void protect() {
        open();
        sites.east().powerOn(sites.east().createVm("sql-01", SIZE).id());
        write(sites.east());
        engine.protect(ProtectionRequest.of("sql-01")
                        .from("east", "Gold")
                        .to("west", "Gold")
                        .as(VM))
                .await();
        cycle(sites.east());
        cycle(sites.east());
    }

    private void open() {
        engine = SiteRecovery.builder()
                .site(sites.east())
                .site(sites.west())
                .timekeeper(sites.virtualTime())
                .withoutScheduler()
                .dataDirectory(folder)
                .build();
    }

    @AfterEach
    void close() {
        engine.close();
        sites.close();
    }

    private static VmId vm(SimulatedSite site) {
        return site.vm("sql-01").id();
    }

    private void write(SimulatedSite active) {
        try (var disk = active.guestDisk(vm(active), new DiskId("disk0"))) {
            for (int i = 0; i < 7; i++) {
                byte[] data = new byte[1 + random.nextInt(9000)];
                random.nextBytes(data);
                int at = random.nextInt(SIZE - data.length);
                System.arraycopy(data, 0, guest, at, data.length);
                disk.write(at, ByteBuffer.wrap(data));
            }
            disk.flush();
        }
    }

    private void cycle(SimulatedSite active) {
        write(active);
        engine.replicateNow(ReplicateNowRequest.crashConsistent(VM)).await();
    }

    private void runsWhole(SimulatedSite active) {
        assertThat(active.look(vm(active)).isRunning()).isTrue();
        byte[] there = new byte[SIZE];
        try (var disk = active.guestDisk(vm(active), new DiskId("disk0"))) {
            disk.read(0, ByteBuffer.wrap(there));
        }
        assertThat(Arrays.mismatch(there, guest)).as("first wrong byte").isEqualTo(-1);
    }

    private static FailoverPlan.Planned full(Side to) {
        return FailoverPlan.planned(VM, to)
                .sync(SyncMode.FULL_DURING_FAILOVER)
                .completeAtOnce()
                .replaceInPlace();
    }

    private void failedOver() {
        engine.failOver(FailoverPlan.unplanned(VM, Side.RECOVERY).shutDownFirst())
                .await();
        engine.commit(VM).await();
        write(sites.west());
    }

    @Test
    void fullFailoverFromAReplica() {
        write(sites.east());
        engine.failOver(full(Side.RECOVERY)).await();
        runsWhole(sites.west());
        assertThat(engine.recoveryPoints(VM)).as("older points were given up").hasSize(1);
        engine.commit(VM).await();
        engine.reverseReplicate(ReverseRequest.overwriting(Side.PRIMARY, VM)).await();
        cycle(sites.west());
        engine.failOver(FailoverPlan.unplanned(VM, Side.PRIMARY).shutDownFirst())
                .await();
        runsWhole(sites.east());
    }

    @Test
    void fullFailoverToOldDisks() {
        failedOver();
        Job job = engine.failOver(full(Side.PRIMARY));
        job.await();
        runsWhole(sites.east());
        assertThat(engine.recoveryPoints(VM))
                .extracting(RecoveryPoint::sequence)
                .containsExactly(1L);
    }

    @Test
    void reverse() {
        failedOver();
        engine.reverseReplicate(ReverseRequest.overwriting(Side.PRIMARY, VM).replaceInPlace())
                .await();
        assertThat(engine.item(VM).state()).isEqualTo(ProtectionState.PROTECTED);
        assertThat(engine.recoveryPoints(VM))
                .as("how the old disk stood was given up")
                .extracting(RecoveryPoint::sequence)
                .containsExactly(1L);
        cycle(sites.west());
        engine.failOver(FailoverPlan.planned(VM, Side.PRIMARY).completeAtOnce()).await();
        runsWhole(sites.east());
    }

    private void historyLost() {
        sites.east().turnOffBehindTheBack(vm(sites.east()));
        sites.east().loseTracking(vm(sites.east()));
        sites.east().powerOn(vm(sites.east()));
        write(sites.east());
        engine.replicateNow(ReplicateNowRequest.crashConsistent(VM)).awaitEnd(Duration.ofHours(9));
        assertThat(engine.item(VM).state()).isEqualTo(ProtectionState.RESYNC_REQUIRED);
    }

    @Test
    void resynchronisation() {
        historyLost();
        engine.start(ResynchronizeRequest.comparing(VM).replaceInPlace()).await();
        assertThat(engine.item(VM).state()).isEqualTo(ProtectionState.PROTECTED);
        assertThat(engine.recoveryPoints(VM)).hasSize(1);
        cycle(sites.east());
        engine.failOver(FailoverPlan.unplanned(VM, Side.RECOVERY).shutDownFirst())
                .await();
        runsWhole(sites.west());
    }

    /** The storage refuses in the middle of the writing, until the engine has been restarted. */
    @Test
    void whileItIsWrittenNothingIsStartedAndNothingCancelled() {
        write(sites.east());
        failInTheMiddle(sites.west());
        Job job = engine.failOver(full(Side.RECOVERY));
        assertThatThrownBy(() -> job.awaitEnd(Duration.ofMinutes(2)))
                .isInstanceOf(io.sdr.api.AwaitTimeoutException.class);

        assertThat(engine.recoveryPoints(VM)).isEmpty();
        assertThat(engine.item(VM).allowedOperations()).doesNotContain(Operation.UNPLANNED_FAILOVER);
        assertThatThrownBy(() -> engine.failOver(FailoverPlan.unplanned(VM, Side.RECOVERY)))
                .isInstanceOf(OperationNotAllowedException.class);
        assertThatThrownBy(job::cancel)
                .isInstanceOf(OperationNotAllowedException.class)
                .hasMessageContaining("nothing left to go back to");
        assertThat(marker()).as("the mark beside the disk").isTrue();

        engine.close();
        sites.reopen(); // forgets the faults
        open();
        engine.job(job.id()).await();
        assertThat(marker()).isFalse();
        runsWhole(sites.west());
    }

    /** The storage refuses every write as soon as the base was written to three times. */
    private static void failInTheMiddle(SimulatedSite site) {
        AtomicInteger writes = new AtomicInteger();
        site.faults().watch(call -> {
            if (call.name().equals("storage.write")
                    && call.about().endsWith("d0.base.raw")
                    && writes.incrementAndGet() == 3) {
                site.faults().from("storage.write", 1, new Fault.Fails());
            }
        });
    }

    private boolean marker() {
        return sites.west().disks().replicaFolder(VM).list().stream()
                .anyMatch(file -> file.name().equals("APPLYING"));
    }

    @Test
    void aDownloadThatFailsLeavesTheVmWhereItWas() {
        failInTheMiddle(sites.west());
        Job job = engine.failOver(full(Side.RECOVERY));
        assertThat(job.awaitEnd(Duration.ofDays(40)).status()).isEqualTo(JobStatus.FAILED);
        sites.west().faults().clear();
        runsWhole(sites.east());
        assertThat(engine.item(VM).state()).isEqualTo(ProtectionState.RESYNC_REQUIRED);
        assertThat(engine.recoveryPoints(VM)).as("torn disks are no point").isEmpty();
        assertThatThrownBy(() -> engine.failOver(FailoverPlan.unplanned(VM, Side.RECOVERY)))
                .isInstanceOf(OperationNotAllowedException.class);
        engine.resynchronize(VM).await();
        cycle(sites.east());
        engine.failOver(FailoverPlan.unplanned(VM, Side.RECOVERY).shutDownFirst())
                .await();
        runsWhole(sites.west());
    }

    @Test
    void aReverseThatFailedCanBeGivenUpAndMadeAgain() {
        failedOver();
        failInTheMiddle(sites.east());
        Job job = engine.reverseReplicate(
                ReverseRequest.overwriting(Side.PRIMARY, VM).replaceInPlace());
        assertThat(job.awaitEnd(Duration.ofDays(40)).status()).isEqualTo(JobStatus.FAILED);
        sites.east().faults().clear();
        job.cancel();
        assertThat(job.awaitEnd(Duration.ofHours(1)).status()).isEqualTo(JobStatus.CANCELLED);
        assertThat(engine.item(VM).state()).isEqualTo(ProtectionState.FAILED_OVER);
        engine.reverseReplicate(ReverseRequest.overwriting(Side.PRIMARY, VM)).await();
        cycle(sites.west());
        engine.failOver(FailoverPlan.unplanned(VM, Side.PRIMARY).shutDownFirst())
                .await();
        runsWhole(sites.east());
    }

    @Test
    void differencesAreNotSentInPlace() {
        FailoverPlan delta = FailoverPlan.planned(VM, Side.RECOVERY).replaceInPlace();
        assertThatThrownBy(() -> engine.failOver(delta))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("IN_PLACE_NEEDS_FULL");
        assertThat(engine.dryRun(delta).findings())
                .anyMatch(finding -> finding.code().equals("IN_PLACE_NEEDS_FULL"));
    }

    /** The VM of the other side is gone, and is made where the request says. */
    @Test
    void aVmThatIsGoneIsMadeInTheCloudThatIsNamed() {
        failedOver();
        sites.east().deleteBehindTheBack(vm(sites.east()));
        FailoverPlan.Planned back = FailoverPlan.planned(VM, Side.PRIMARY)
                .sync(SyncMode.FULL_DURING_FAILOVER)
                .completeAtOnce();
        assertThatThrownBy(() -> engine.failOver(back.makingVmIn("Lead")))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("UNKNOWN_CLOUD");
        engine.failOver(back.makingVmIn("Silver")).await();
        runsWhole(sites.east());
        assertThat(sites.east().vm("sql-01").cloud()).isEqualTo(Optional.of("Silver"));
        assertThat(engine.item(VM).places().get(Side.PRIMARY).cloud()).contains("Silver");
    }

    /** The same by a reverse: with the processors and adapters that the VM had there, though the copy's are others by now. */
    @Test
    void aReverseMakesTheVmInTheCloudThatIsNamed() {
        VmConfiguration before = sites.east().vm("sql-01").configuration();
        failedOver();
        sites.east().deleteBehindTheBack(vm(sites.east()));
        ReverseRequest back = ReverseRequest.overwriting(Side.PRIMARY, VM);
        assertThatThrownBy(() -> engine.reverseReplicate(back.makingVmIn("Lead")))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("UNKNOWN_CLOUD");
        Job refused = engine.reverseReplicate(back);
        assertThatThrownBy(refused::await).hasMessageContaining("OLD_VM_GONE").hasMessageContaining("makingVm()");
        assertThat(engine.item(VM).state()).isEqualTo(ProtectionState.FAILED_OVER);

        engine.reverseReplicate(back.makingVmIn("Silver")).await();
        assertThat(sites.east().vm("sql-01").cloud()).isEqualTo(Optional.of("Silver"));
        assertThat(sites.east().vm("sql-01").configuration().processors()).isEqualTo(before.processors());
        assertThat(sites.east().vm("sql-01").configuration().adapters()).hasSameSizeAs(before.adapters());
        assertThat(engine.item(VM).places().get(Side.PRIMARY).cloud()).contains("Silver");
        cycle(sites.west());
        engine.failOver(FailoverPlan.planned(VM, Side.PRIMARY).completeAtOnce()).await();
        runsWhole(sites.east());
    }
}
