package io.sdr.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sdr.api.CommitRequest;
import io.sdr.api.FailoverPlan;
import io.sdr.api.InvalidRequestException;
import io.sdr.api.ItemId;
import io.sdr.api.Job;
import io.sdr.api.JobStatus;
import io.sdr.api.ProtectionRequest;
import io.sdr.api.RecoveryEvent;
import io.sdr.api.Side;
import io.sdr.api.SiteRecovery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One engine that several people use: each thing that they ask for bears their name. */
class ActorTest extends EngineOnTwoSites {
    private static final ItemId ITEM = new ItemId("item");

    private final List<RecoveryEvent> heard = new ArrayList<>();
    private SiteRecovery ann;

    @BeforeEach
    void oneItemIsProtected() {
        engine = builder(folder, 7).actor("service").withoutScheduler().build();
        ann = engine.as("ann");
        east.powerOn(east.createVm("vm", 20_000).id());
        engine.protect(ProtectionRequest.of("vm").from("east").to("west").as(ITEM))
                .await();
        engine.subscribe("test", heard::add);
    }

    private String said(String kind) {
        time.runFor(Duration.ofSeconds(1));
        return heard.stream()
                .filter(event -> event.kind().equals(kind))
                .reduce((first, second) -> second)
                .orElseThrow(() -> new AssertionError(kind + " was not told: " + heard))
                .text();
    }

    @Test
    void changesWithoutAJobBearIt() {
        ann.pause(ITEM, "backup window");
        assertThat(said("REPLICATION_PAUSED")).contains("by ann");
        engine.as("bob").resume(ITEM);
        assertThat(said("REPLICATION_RESUMED")).contains("by bob");
        ann.updateSettings(ITEM, policy -> policy.pointsKept(3));
        assertThat(said("SETTINGS_CHANGED")).contains("by ann");
    }

    @Test
    void jobsBearItUnlessTheirRequestNamesSomebody() {
        assertThat(ann.failOver(FailoverPlan.unplanned(ITEM, Side.RECOVERY).shutDownFirst())
                        .await()
                        .report()
                        .actor())
                .isEqualTo("ann");
        assertThat(ann.start(CommitRequest.droppingAllPoints(ITEM).by("carl"))
                        .await()
                        .report()
                        .actor())
                .isEqualTo("carl");
    }

    @Test
    void cancellingAndRetryingBearTheNameOfWhoAsks() {
        Job failover = engine.failOver(FailoverPlan.planned(ITEM, Side.RECOVERY).waitForComplete());
        assertThat(failover.awaitPrompt(Duration.ofHours(1))).isPresent();
        ann.job(failover.id()).cancel();
        failover.awaitEnd(Duration.ofHours(1));
        assertThat(failover.status()).isEqualTo(JobStatus.CANCELLED);
        assertThat(failover.report().actor()).isEqualTo("service");
        assertThat(said("JOB_CANCEL_REQUESTED")).contains("by ann");
    }

    @Test
    void completingBearsIt() {
        Job failover = engine.failOver(FailoverPlan.planned(ITEM, Side.RECOVERY).waitForComplete());
        assertThat(failover.awaitPrompt(Duration.ofHours(1))).isPresent();
        ann.completeFailover(ITEM).await();
        assertThat(failover.report().confirmations()).anyMatch(each -> each.contains("ann"));
    }

    /** Whoever has it from somewhere may close it: others go on. */
    @Test
    void closingAViewClosesNothing() {
        ann.close();
        assertThat(engine.item(ITEM).id()).isEqualTo(ITEM);
        assertThat(ann.item(ITEM).id()).isEqualTo(ITEM);
    }

    /** What ends up in logs and reports cannot pretend to be another line of them. */
    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "ann\nJOB_DONE by root", "tab\there"})
    void aNameIsOneLine(String name) {
        assertThatThrownBy(() -> engine.as(name))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class, e -> assertThat(e.code()).isEqualTo("INVALID_ACTOR"));
    }
}
