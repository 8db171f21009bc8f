package io.sdr.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.FailoverPlan;
import io.sdr.api.ItemId;
import io.sdr.api.Job;
import io.sdr.api.JobStatus;
import io.sdr.api.NetworkSettings;
import io.sdr.api.Place;
import io.sdr.api.ProtectionRequest;
import io.sdr.api.ProtectionState;
import io.sdr.api.ReplicationPolicy;
import io.sdr.api.Side;
import io.sdr.api.VmId;
import io.sdr.core.operation.ItemState;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clocks of sites that are not the engine's, and one of the engine's that is set. */
class ClocksTest extends EngineOnTwoSites {
    private static final Duration PATIENCE = Duration.ofHours(1);
    private static final Duration EVERY = Duration.ofMinutes(5);
    private static final ItemId ITEM = new ItemId("shop");

    private int opened;

    @BeforeEach
    void open() {
        engine = open(folder, ++opened);
    }

    private void protect() {
        east.powerOn(east.createVm("shop", 8192).id());
        engine.protect(ProtectionRequest.of("shop")
                        .from("east")
                        .to("west")
                        .as(ITEM)
                        .policy(ReplicationPolicy.defaults().every(EVERY)))
                .await();
        engine.runDue();
    }

    private VmId source() {
        return east.vm("shop").id();
    }

    /** That the source ran after its last changes were sent is told by its last start, whatever its site's clock says. */
    @ParameterizedTest
    @ValueSource(ints = {-600, 0, 20})
    void aSourceThatRanAgainIsSeen(int seconds) {
        east.clockSkew(Duration.ofSeconds(seconds));
        protect();
        time.runFor(Duration.ofMinutes(1));
        AtomicBoolean once = new AtomicBoolean();
        west.faults().watch(call -> {
            if (call.name().equals("vms.attach") && !once.getAndSet(true)) {
                east.startBehindTheBack(source());
                east.turnOffBehindTheBack(source());
            }
        });
        Job job = engine.failOver(FailoverPlan.planned(ITEM, Side.RECOVERY));
        assertThat(job.awaitEnd(PATIENCE).status()).isEqualTo(JobStatus.FAILED);
        assertThat(engine.item(ITEM).activeSide()).isEqualTo(Side.PRIMARY);
        assertThat(engine.item(ITEM).state()).isEqualTo(ProtectionState.PROTECTED);
        assertThat(east.look(source()).isRunning()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {-600, 20})
    void aSourceThatDidNotFailsOver(int seconds) {
        east.clockSkew(Duration.ofSeconds(seconds));
        protect();
        engine.failOver(FailoverPlan.planned(ITEM, Side.RECOVERY)).await();
        assertThat(engine.item(ITEM).activeSide()).isEqualTo(Side.RECOVERY);
    }

    @Test
    void aClockThatIsAheadDoesNotKeepAnEngineFromReplicating() {
        east.clockSkew(Duration.ofMinutes(4));
        protect();
        engine.close();
        open();
        long before = engine.item(ITEM).replication().orElseThrow().received();
        time.runFor(EVERY.plusSeconds(1));
        engine.runDue();
        assertThat(engine.item(ITEM).replication().orElseThrow().received()).isEqualTo(before + 1);
        east.turnOffBehindTheBack(source());
        Job job = engine.failOver(FailoverPlan.unplanned(ITEM, Side.RECOVERY));
        assertThat(job.awaitEnd(PATIENCE).status()).isEqualTo(JobStatus.SUCCEEDED_WITH_WARNINGS);
    }

    @Test
    void anEngineClockThatIsSetBackDoesNotHoldUpWhatIsDue() {
        Instant now = time.now();
        ItemState item = ItemState.enabling(
                ITEM,
                "shop",
                Place.of("east"),
                Place.of("west"),
                new VmId("vm-1"),
                ReplicationPolicy.defaults().every(EVERY),
                NetworkSettings.none(),
                "sdr");
        CycleSchedule schedule = new CycleSchedule();
        schedule.plan(item, true, now);
        CycleSchedule.Entry first = schedule.take(now, site -> true).orElseThrow();
        schedule.failed(first, now);
        Instant back = now.minus(Duration.ofHours(8));
        assertThat(schedule.take(back, site -> true)).isEmpty();
        assertThat(schedule.take(back.plus(RetryLadder.after(1)), site -> true)).isPresent();
    }
}
