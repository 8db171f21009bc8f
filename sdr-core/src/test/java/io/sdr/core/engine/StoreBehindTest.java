package io.sdr.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sdr.api.Adoption;
import io.sdr.api.AdoptionRequest;
import io.sdr.api.CancelFailoverRequest;
import io.sdr.api.FailoverPlan;
import io.sdr.api.Finding;
import io.sdr.api.ItemId;
import io.sdr.api.Job;
import io.sdr.api.JobStatus;
import io.sdr.api.Operation;
import io.sdr.api.OperationNotAllowedException;
import io.sdr.api.ProtectionRequest;
import io.sdr.api.ReplicationPolicy;
import io.sdr.api.Side;
import io.sdr.api.SiteId;
import io.sdr.api.SiteRecovery;
import io.sdr.api.VmId;
import io.sdr.testkit.InMemorySite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A store that was restored from an old copy, and an adoption from the wrong site: neither starts a second copy nor stops the first. */
class StoreBehindTest extends EngineOnTwoSites {
    private static final ItemId ITEM = new ItemId("item");
    private static final Duration HOUR = Duration.ofHours(1);
    /** What changes the world of a VM or of a replica. */
    private static final Set<String> CHANGES = Set.of(
            "vms.start",
            "vms.shutDown",
            "vms.turnOff",
            "vms.lockStart",
            "vms.unlockStart",
            "vms.attach",
            "vms.automaticStart",
            "catalogue.createIfAbsent",
            "catalogue.putDocument",
            "disks.checkpoint");

    private final List<String> kinds = new ArrayList<>();
    private int engines;
    private VmId inEast;
    private VmId inWest;

    private SiteRecovery open(String store) {
        kinds.clear();
        SiteRecovery opened = open(folder.resolve(store), ++engines);
        opened.subscribe("test-" + engines, event -> kinds.add(event.kind()));
        return opened;
    }

    @BeforeEach
    void oneItemIsProtected() {
        engine = open("store");
        inEast = east.createVm("vm", 20_000).id();
        east.powerOn(inEast);
        engine.protect(ProtectionRequest.of("vm")
                        .from("east")
                        .to("west")
                        .as(ITEM)
                        .policy(ReplicationPolicy.defaults().every(Duration.ofHours(24))))
                .await();
        engine.runDue();
        inWest = engine.item(ITEM).vms().get(Side.RECOVERY);
    }

    private List<String> heard() {
        time.runFor(Duration.ofSeconds(1));
        return kinds;
    }

    private boolean runs(Side side) {
        return side == Side.PRIMARY
                ? east.look(inEast).isRunning()
                : west.look(inWest).isRunning();
    }

    /** The store as it is now, to be put back later. */
    private void backUp() throws IOException {
        engine.close();
        try (Stream<Path> files = Files.list(folder.resolve("store"))) {
            Files.createDirectories(folder.resolve("copy"));
            for (Path file : files.toList()) {
                if (Files.isRegularFile(file)) {
                    Files.copy(file, folder.resolve("copy").resolve(file.getFileName()));
                }
            }
        }
        engine = open("store");
    }

    private void restore() {
        engine.close();
        engine = open("copy");
    }

    private void failOverWhileEastIsDark() {
        east.loseContact();
        engine.failOver(FailoverPlan.unplanned(ITEM, Side.RECOVERY)).await();
        engine.runDue();
    }

    private void isLeftAlone(Runnable work) {
        List<String> changes = new ArrayList<>();
        for (InMemorySite site : List.of(east, west)) {
            site.faults().watch(call -> {
                if (CHANGES.contains(call.name())) {
                    changes.add(site.id() + " " + call.name());
                }
            });
        }
        work.run();
        engine.runDue();
        time.pass(Duration.ofDays(2));
        engine.runDue();
        assertThat(changes).isEmpty();
        assertThat(heard()).contains("STORE_BEHIND");
        assertThat(engine.item(ITEM).allowedOperations()).isEmpty();
        assertThat(engine.item(ITEM).deniedOperations().values())
                .hasSize(Operation.values().length)
                .allSatisfy(denial -> {
                    assertThat(denial.code()).isEqualTo("STORE_BEHIND");
                    assertThat(denial.remedy()).contains("empty data directory");
                });
        assertThatThrownBy(() -> engine.failOver(FailoverPlan.unplanned(ITEM, Side.RECOVERY)))
                .isInstanceOf(OperationNotAllowedException.class);
        engine.close();
        engine = open("copy");
        assertThat(engine.item(ITEM).allowedOperations())
                .as("the mark is durable")
                .isEmpty();
        assertThat(changes).isEmpty();
    }

    // ---- a restored store

    @Test
    void aHeldVmIsNotStartedBesideTheCopy() throws IOException {
        backUp();
        failOverWhileEastIsDark();
        east.restartHosts();
        engine.close();
        isLeftAlone(() -> {
            east.restoreContact();
            engine = open("copy");
        });
        assertThat(runs(Side.PRIMARY)).isFalse();
        assertThat(runs(Side.RECOVERY)).isTrue();
    }

    @Test
    void norIfItsSiteComesBackLater() throws IOException {
        backUp();
        failOverWhileEastIsDark();
        east.restartHosts();
        restore();
        isLeftAlone(() -> {
            east.restoreContact();
            engine.runDue();
        });
        assertThat(runs(Side.PRIMARY)).isFalse();
        assertThat(runs(Side.RECOVERY)).isTrue();
    }

    /** Its fence note would stop the VM that is active again. */
    @Test
    void aNoteOfLongAgoStopsNothing() throws IOException {
        failOverWhileEastIsDark();
        backUp();
        east.restoreContact();
        engine.runDue();
        engine.cancelFailover(CancelFailoverRequest.droppingTargetWrites(ITEM).acceptTwoRunning("the test"))
                .await();
        engine.runDue();
        assertThat(runs(Side.PRIMARY)).isTrue();
        isLeftAlone(this::restore);
        assertThat(runs(Side.PRIMARY)).isTrue();
        assertThat(runs(Side.RECOVERY)).isFalse();
    }

    /** The job of long ago would decide, or go back, where others have decided since. */
    @Test
    void aJobOfLongAgoDoesNotGoOn() throws IOException {
        Job planned = engine.failOver(FailoverPlan.planned(ITEM, Side.RECOVERY).waitForComplete());
        assertThat(planned.awaitPrompt(HOUR)).isPresent();
        backUp();
        engine.job(planned.id()).cancel();
        engine.job(planned.id()).awaitEnd(HOUR);
        engine.failOver(FailoverPlan.unplanned(ITEM, Side.RECOVERY).shutDownFirst())
                .await();
        engine.runDue();
        isLeftAlone(() -> {
            restore();
            time.await(
                    () -> !engine.job(planned.id()).status().isOpen(),
                    time.now().plus(HOUR));
        });
        assertThat(engine.job(planned.id()).status()).isNotEqualTo(JobStatus.SUCCEEDED);
        assertThat(engine.job(planned.id()).steps())
                .anyMatch(step -> step.detail().contains("STORE_BEHIND"));
        assertThat(runs(Side.PRIMARY)).isFalse();
        assertThat(runs(Side.RECOVERY)).isTrue();
    }

    /** A number that a cancelled job used up is known to the store: nothing is wrong. */
    @Test
    void aNumberUsedInVainMarksNothing() {
        Job planned = engine.failOver(FailoverPlan.planned(ITEM, Side.RECOVERY).waitForComplete());
        planned.awaitPrompt(HOUR);
        planned.cancel();
        planned.awaitEnd(HOUR);
        engine.close();
        engine = open("store");
        engine.runDue();
        assertThat(heard()).doesNotContain("STORE_BEHIND");
        assertThat(engine.item(ITEM).allowedOperations()).contains(Operation.PLANNED_FAILOVER_DELTA);
    }

    /** Another engine decided under the number that a cancelled job of this store had used up. */
    @Test
    void aNumberUsedInVainHereAndByAnotherEngineToDecide() throws IOException {
        backUp();
        restore();
        Job planned = engine.failOver(FailoverPlan.planned(ITEM, Side.RECOVERY).waitForComplete());
        planned.awaitPrompt(HOUR);
        planned.cancel();
        planned.awaitEnd(HOUR);
        engine.close();
        engine = open("store");
        failOverWhileEastIsDark();
        isLeftAlone(this::restore);
        assertThat(runs(Side.RECOVERY)).isTrue();
    }

    // ---- adoption

    private Adoption adopt(AdoptionRequest request) {
        return engine.adopt(request.otherEngineConfirmedGone("tester", "it is closed"));
    }

    private static AdoptionRequest fromEast() {
        return AdoptionRequest.from(new SiteId("east"));
    }

    private static List<String> codes(Adoption adoption) {
        return adoption.findings().stream().map(Finding::code).toList();
    }

    @Test
    void aSiteThatHasNotHeardOfTheFailoverIsTheWrongOne() {
        failOverWhileEastIsDark();
        engine.close();
        east.restoreContact();
        engine = open("empty");
        Adoption refused = adopt(fromEast());
        assertThat(refused.adopted()).isEmpty();
        assertThat(codes(refused)).containsExactly("OTHER_SITE_KNOWS_LATER");
        assertThat(refused.findings().get(0).advice()).contains("west");
        assertThat(adopt(AdoptionRequest.from(new SiteId("west"))).adopted()).hasSize(1);
    }

    /** An engine that lives on with the other site is a sign of life, too. */
    @Test
    void theOtherSiteTellsOfAnEngineThatLives() {
        east.loseContact();
        time.pass(Duration.ofDays(3));
        engine.pause(ITEM, "is written to the catalogue that answers");
        engine.runDue();
        engine.close();
        east.restoreContact();
        engine = open("empty");
        assertThat(codes(engine.adopt(fromEast()))).containsExactly("ENGINE_MAY_BE_ALIVE");
    }

    private void adoptWhileWestIsSilent() {
        engine.close();
        west.loseContact();
        east.restoreContact();
        east.restartHosts();
        engine = open("empty");
        Adoption adoption = adopt(fromEast());
        assertThat(adoption.adopted()).hasSize(1);
        assertThat(codes(adoption)).contains("OTHER_SITE_SILENT");
        engine.runDue();
        time.pass(Duration.ofDays(1));
        engine.runDue();
        assertThat(runs(Side.PRIMARY))
                .as("nobody knows whether the other one runs")
                .isFalse();
    }

    @Test
    void aHeldVmWaitsForTheSilentSite() {
        adoptWhileWestIsSilent();
        west.restoreContact();
        engine.runDue();
        engine.runDue();
        assertThat(runs(Side.PRIMARY)).isTrue();
        assertThat(heard()).contains("STARTED_AFTER_BOOT");
    }

    @Test
    void orForSomebodysWord() {
        adoptWhileWestIsSilent();
        Adoption again = adopt(fromEast().otherSiteConfirmedGone("tester", "it burned"));
        assertThat(codes(again)).containsExactly("ITEM_IN_STORE");
        engine.runDue();
        assertThat(runs(Side.PRIMARY)).isTrue();
    }

    @Test
    void whatTheSilentSiteKnowsIsFoundWhenItAnswers() {
        failOverWhileEastIsDark();
        adoptWhileWestIsSilent();
        west.restoreContact();
        engine.runDue();
        engine.runDue();
        assertThat(heard()).contains("STORE_BEHIND");
        assertThat(runs(Side.PRIMARY)).isFalse();
        assertThat(runs(Side.RECOVERY)).isTrue();
        assertThat(engine.item(ITEM).allowedOperations()).isEmpty();
    }
}
