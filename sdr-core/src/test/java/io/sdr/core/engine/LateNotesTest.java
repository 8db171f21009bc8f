package io.sdr.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.Answer;
import io.sdr.api.CancelFailoverRequest;
import io.sdr.api.DisableRequest;
import io.sdr.api.Divergence;
import io.sdr.api.FailoverPlan;
import io.sdr.api.ItemId;
import io.sdr.api.Job;
import io.sdr.api.JobStatus;
import io.sdr.api.ProtectionRequest;
import io.sdr.api.ReplicatedItem;
import io.sdr.api.ReplicationInfo;
import io.sdr.api.Side;
import io.sdr.api.VmId;
import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.StorageFolder;
import io.sdr.testkit.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Notes that reach a site after the item has moved on. */
class LateNotesTest extends EngineOnTwoSites {
    private static final Duration PATIENCE = Duration.ofHours(1);
    private static final ItemId ITEM = new ItemId("shop");

    @BeforeEach
    void open() {
        engine = open(folder, 5);
    }

    private ItemId protect(String name) {
        ItemId item = new ItemId(name);
        east.powerOn(east.createVm(name, 8192).id());
        engine.protect(ProtectionRequest.of(name).from("east").to("west").as(item))
                .await();
        engine.runDue();
        return item;
    }

    private VmId copy(String name) {
        return west.vm(name).id();
    }

    private ReplicatedItem item() {
        return engine.item(ITEM);
    }

    /** Back to a side that answers, while the copy's site is silent and its copy may run. */
    private void cancelFailoverWhileTheCopyIsSilent() {
        west.loseContact();
        Job job = engine.cancelFailover(CancelFailoverRequest.droppingTargetWrites(ITEM));
        assertThat(job.awaitPrompt(PATIENCE)).isPresent();
        job.answer(Answer.acceptTwoRunning("anna", "the shop must open"));
        job.awaitEnd(PATIENCE);
        assertThat(item().pendingNotes()).hasSize(2);
    }

    /** What a first failover left behind is asked for when a second one has made the same side active again. */
    @Test
    void theActiveCopyKeepsRunningOnItsDisks() {
        protect("shop");
        east.turnOffBehindTheBack(east.vm("shop").id());
        engine.failOver(FailoverPlan.unplanned(ITEM, Side.RECOVERY)).await();
        List<DiskRef> first = west.look(copy("shop")).disks();
        cancelFailoverWhileTheCopyIsSilent();
        west.restoreContact();
        engine.runDue();
        assertThat(item().divergence()).isEqualTo(Divergence.SPLIT_BRAIN);
        east.loseContact();
        engine.failOver(FailoverPlan.unplanned(ITEM, Side.RECOVERY)).await();
        List<DiskRef> second = west.look(copy("shop")).disks();
        assertThat(second).isNotEmpty().isNotEqualTo(first);

        engine.runDue();

        assertThat(west.look(copy("shop")).isRunning()).isTrue();
        assertThat(west.look(copy("shop")).startLocked()).isFalse();
        assertThat(west.look(copy("shop")).disks()).isEqualTo(second);
        assertThat(item().pendingNotes())
                .as("the first one's disks are given back")
                .allMatch(note -> note.site().equals(east.id()));
    }

    /** One note that cannot be delivered keeps its own item waiting, and nobody else. */
    @Test
    void aNoteThatFailsDoesNotKeepOtherItemsWaiting() {
        protect("shop");
        ItemId removed = protect("archive");
        east.turnOffBehindTheBack(east.vm("shop").id());
        engine.failOver(FailoverPlan.unplanned(ITEM, Side.RECOVERY)).await();
        west.turnOffBehindTheBack(copy("shop"));
        west.loseContact();
        engine.disable(DisableRequest.deletingReplica(removed)).awaitEnd(PATIENCE);
        engine.forgetUnreachable(removed, Side.RECOVERY);
        engine.jobs(removed, Optional.empty(), 1).get(0).awaitEnd(PATIENCE);
        Job job = engine.cancelFailover(CancelFailoverRequest.droppingTargetWrites(ITEM));
        assertThat(job.awaitPrompt(PATIENCE)).isPresent();
        job.answer(Answer.confirmDown("anna", "pulled the plug"));
        job.awaitEnd(PATIENCE);
        assertThat(item().pendingNotes()).hasSize(2);

        west.faults().at("vms.deleteTagged", 1, new Fault.Refuses("NOT_TODAY"));
        west.restoreContact();
        engine.runDue();

        assertThat(engine.item(removed).pendingNotes()).hasSize(1);
        assertThat(item().pendingNotes()).isEmpty();
        engine.runDue();
        assertThat(engine.item(removed).pendingNotes()).isEmpty();
    }

    /** An unplanned failover that takes the place of a planned one neither looks for it nor keeps what it held. */
    @Test
    void whatASupersededFailoverHeldIsGivenBack() {
        protect("shop");
        AtomicBoolean once = new AtomicBoolean();
        west.faults().watch(call -> {
            if (call.name().equals("vms.attach") && !once.getAndSet(true)) {
                east.loseContact();
            }
        });
        Job planned = engine.failOver(FailoverPlan.planned(ITEM, Side.RECOVERY).verifyBeforeStart());
        time.runFor(Duration.ofMinutes(5));
        assertThat(planned.status()).isEqualTo(JobStatus.RUNNING);
        assertThat(layersOf(planned)).isNotEmpty();
        east.restoreContact();
        List<String> looked = new ArrayList<>();
        east.faults().watch(call -> looked.add(call.name()));

        Job unplanned = engine.failOver(FailoverPlan.unplanned(ITEM, Side.RECOVERY));
        unplanned.await();
        assertThat(looked)
                .as("the superseded job's whole comparison is not made again")
                .doesNotContain("disk.read");
        engine.runDue();

        assertThat(layersOf(planned)).isEmpty();
        assertThat(layersOf(unplanned)).isNotEmpty();
        assertThat(item().pendingNotes()).isEmpty();
        engine.cancelFailover(CancelFailoverRequest.droppingTargetWrites(ITEM)).await();
        for (int i = 0; i < 3; i++) {
            time.runFor(Duration.ofMinutes(6));
            engine.runDue();
        }
        ReplicationInfo replication = item().replication().orElseThrow();
        assertThat(replication.applied())
                .as("applied, as the cycle before the last one left it")
                .isEqualTo(replication.received() - 1);
        assertThat(layersOf(unplanned)).isEmpty();
    }

    private List<String> layersOf(Job job) {
        return files(west.root())
                .filter(name -> name.contains(job.id().value()))
                .toList();
    }

    private static Stream<String> files(StorageFolder folder) {
        return Stream.concat(
                folder.list().stream().map(StorageFolder.Entry::name),
                folder.children().stream().flatMap(child -> files(folder.child(child))));
    }
}
