package io.sdr.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.Adoption;
import io.sdr.api.AdoptionRequest;
import io.sdr.api.FailoverPlan;
import io.sdr.api.Finding;
import io.sdr.api.ItemId;
import io.sdr.api.Job;
import io.sdr.api.ProtectionRequest;
import io.sdr.api.ProtectionState;
import io.sdr.api.RecoveryEvent;
import io.sdr.api.ReplicatedItem;
import io.sdr.api.Side;
import io.sdr.api.SiteId;
import io.sdr.api.SyncMode;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.ReplicationDriverFactory;
import io.sdr.api.spi.VmObservation;
import io.sdr.core.job.Subject;
import io.sdr.core.operation.Housekeeping;
import io.sdr.core.operation.ItemState;
import io.sdr.core.operation.Surroundings;
import io.sdr.core.replication.SdrReplicationDriverFactory;
import io.sdr.core.store.SqliteStore;
import io.sdr.testkit.Fault;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is not known when an item is adopted is not taken for known: whether its engine is gone, and what its other site decided. */
class AdoptedUnsureTest extends EngineOnTwoSites {
    private static final ItemId ITEM = new ItemId("sql-01");

    private int engines;

    private void newEngine() {
        engine = open(folder.resolve("engine-" + ++engines), engines);
    }

    private static AdoptionRequest fromWest() {
        return AdoptionRequest.from(new SiteId("west"));
    }

    private static AdoptionRequest withWord() {
        return fromWest().otherEngineConfirmedGone("tester", "it is closed");
    }

    @BeforeEach
    void protectedAtEast() {
        newEngine();
        east.powerOn(east.createVm("sql-01", 200_000).id());
        engine.protect(ProtectionRequest.of("sql-01").from("east").to("west").as(ITEM))
                .await();
        engine.runDue();
    }

    private void failedOver() {
        engine.failOver(FailoverPlan.unplanned(ITEM, Side.RECOVERY).shutDownFirst())
                .await();
        engine.runDue();
    }

    private Adoption asked(AdoptionRequest request) {
        engine.close();
        newEngine();
        time.runFor(Duration.ofDays(30));
        return engine.adopt(request);
    }

    private void needsWord() {
        Adoption refused = asked(fromWest());
        assertThat(refused.adopted()).isEmpty();
        assertThat(refused.findings()).extracting(Finding::code).contains("ENGINE_MAY_BE_ALIVE");
        assertThat(engine.adopt(withWord()).adopted()).hasSize(1);
    }

    @Test
    void silenceOfWhatReplicatesTells() {
        Adoption adoption = asked(fromWest());
        assertThat(adoption.adopted()).hasSize(1);
        assertThat(adoption.findings()).extracting(Finding::code).doesNotContain("ENGINE_PRESUMED_GONE");
    }

    /** An engine that reaches the other site alone is as silent here as one that is gone. */
    @Test
    void silenceBesideASilentSiteTellsNotMuch_whichIsSaid() {
        List<RecoveryEvent> heard = new ArrayList<>();
        east.loseContact();
        Adoption adoption = asked(fromWest());
        assertThat(adoption.adopted()).hasSize(1);
        assertThat(adoption.findings())
                .filteredOn(finding -> finding.code().equals("ENGINE_PRESUMED_GONE"))
                .singleElement()
                .satisfies(finding -> assertThat(finding.advice()).contains("no other engine runs"));
        engine.subscribe("test", heard::add);
        time.runFor(Duration.ofSeconds(1));
        assertThat(heard)
                .filteredOn(event -> event.kind().equals("ADOPTED"))
                .singleElement()
                .satisfies(event -> assertThat(event.text()).contains("presumed"));
    }

    @Test
    void withSomebodysWordNothingIsPresumed() {
        east.loseContact();
        assertThat(asked(withWord()).findings()).extracting(Finding::code).doesNotContain("ENGINE_PRESUMED_GONE");
    }

    @Test
    void silenceOfAFailoverThatIsNotCommittedTellsNothing() {
        failedOver();
        needsWord();
    }

    @Test
    void silenceOfWhatDoesNotReplicateTellsNothing() {
        failedOver();
        engine.commit(ITEM).await();
        engine.runDue();
        needsWord();
    }

    @Test
    void silenceOfWhatIsPausedTellsNothing() {
        ReplicatedItem unused = engine.pause(ITEM, "storage is moved");
        engine.runDue();
        needsWord();
    }

    private VmObservation atWest() {
        return west.look(west.vm("sql-01").id());
    }

    @Test
    void theLockOfAVmThatMayHaveBeenMovedStaysUntilTheOtherSiteIsHeardOrGone() {
        failedOver();
        engine.commit(ITEM).await();
        engine.runDue();
        east.faults().at("catalogue.createIfAbsent", 1, new Fault.LosesContact());
        Job back = engine.failOver(FailoverPlan.planned(ITEM, Side.PRIMARY).sync(SyncMode.FULL_DURING_FAILOVER));
        time.await(() -> east.faults().isSilent(), time.now().plus(Duration.ofHours(1)));
        assertThat(back.status().isOpen()).isTrue();
        assertThat(atWest().startLocked()).isTrue();
        engine.close();
        newEngine();
        Adoption found = engine.adopt(withWord());
        assertThat(found.adopted()).extracting(ReplicatedItem::state).containsExactly(ProtectionState.FAILED_OVER);
        assertThat(found.findings()).extracting(Finding::code).contains("ACTIVE_VM_LOCKED");
        time.runFor(Duration.ofDays(1));
        engine.runDue();
        assertThat(atWest().startLocked()).as("nobody knows yet").isTrue();
        east.restoreContact();
        engine.runDue();
        engine.runDue();
        assertThat(atWest().startLocked()).as("nothing was decided there").isFalse();
    }

    /** Whatever else holds housekeeping up: this alone keeps the lock. */
    @Test
    void housekeepingAsksWhetherTheOtherSiteWasHeard() {
        failedOver();
        engine.commit(ITEM).await();
        engine.runDue();
        engine.close();
        west.turnOffBehindTheBack(atWest().vm());
        Subject subject;
        try (SqliteStore store = SqliteStore.open(folder.resolve("engine-1"))) {
            subject = store.read(view -> view.subject(ITEM.value())).orElseThrow();
        }
        newEngine();
        west.vms().lockStart(atWest().vm(), CallContext.once(ITEM, subject.epoch(), "test", Instant.MAX));
        tidy(subject, true);
        assertThat(atWest().startLocked()).isTrue();
        tidy(subject, false);
        assertThat(atWest().startLocked()).isFalse();
    }

    private void tidy(Subject subject, boolean unheard) {
        String document =
                ItemState.read(subject.document()).withOtherSideUnheard(unheard).document();
        ReplicationDriverFactory driver = new SdrReplicationDriverFactory();
        Surroundings world = new Surroundings(Map.of(east.id(), east, west.id(), west), Map.of(driver.name(), driver));
        var unused = new Housekeeping(world, time)
                .tidy(new Subject(subject.id(), subject.version(), subject.epoch(), document), () -> false);
    }
}
