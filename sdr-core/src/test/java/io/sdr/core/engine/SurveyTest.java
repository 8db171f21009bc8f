package io.sdr.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.Divergence;
import io.sdr.api.FailoverPlan;
import io.sdr.api.ItemId;
import io.sdr.api.ProtectionRequest;
import io.sdr.api.ReplicationPolicy;
import io.sdr.api.Side;
import io.sdr.api.SiteRecovery;
import io.sdr.api.VmId;
import io.sdr.testkit.Faults;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is asked first of a site that comes back: its decisions and its VMs, and stale copies are stopped before anything else. */
class SurveyTest extends EngineOnTwoSites {
    private static final int ITEMS = 12;
    private static final int FAILED_OVER = 3;
    private static final Set<String> FIRST = Set.of(
            "contact",
            "vms.observe",
            "catalogue.readHighest",
            "catalogue.createIfAbsent",
            "vms.lockStart",
            "vms.turnOff");

    private SiteRecovery open() {
        return open(folder, 5);
    }

    private static ItemId item(int i) {
        return new ItemId("item" + i);
    }

    private VmId vm(int i) {
        return east.vm("vm" + i).id();
    }

    @BeforeEach
    void someFailOverWhileTheirSiteIsSilent() {
        engine = open();
        for (int i = 0; i < ITEMS; i++) {
            east.powerOn(east.createVm("vm" + i, 8192).id());
            engine.protect(ProtectionRequest.of("vm" + i)
                            .from("east")
                            .to("west")
                            .as(item(i))
                            .policy(ReplicationPolicy.defaults().every(Duration.ofHours(24))))
                    .await();
        }
        engine.runDue();
        east.loseContact();
        for (int i = 0; i < FAILED_OVER; i++) {
            engine.failOver(FailoverPlan.unplanned(item(i), Side.RECOVERY)).await();
        }
        engine.runDue();
    }

    private void isLookedAtFirst(List<Faults.Call> calls) {
        int stopped = 0;
        int looks = 0;
        for (Faults.Call call : calls) {
            if (stopped == FAILED_OVER) {
                break;
            }
            assertThat(FIRST)
                    .as("what comes before all stale copies are stopped")
                    .contains(call.name());
            looks += call.name().equals("vms.observe") ? 1 : 0;
            stopped += call.name().equals("vms.turnOff") ? 1 : 0;
        }
        assertThat(stopped).isEqualTo(FAILED_OVER);
        assertThat(looks).as("one look at all VMs together").isEqualTo(1);
        for (int i = 0; i < ITEMS; i++) {
            boolean stale = i < FAILED_OVER;
            assertThat(east.look(vm(i)).isRunning()).as("vm%d runs", i).isEqualTo(!stale);
            assertThat(engine.item(item(i)).divergence()).isEqualTo(stale ? Divergence.SPLIT_BRAIN : Divergence.NONE);
            assertThat(engine.item(item(i)).pendingNotes()).isEmpty();
        }
    }

    @Test
    void afterContactReturns() {
        int before = east.faults().log().size();
        east.restoreContact();
        engine.runDue();
        isLookedAtFirst(east.faults().log().subList(before, east.faults().log().size()));
    }

    @Test
    void whenAnEngineIsOpenedAnew() {
        engine.close();
        int before = east.faults().log().size();
        east.restoreContact();
        engine = open();
        isLookedAtFirst(east.faults().log().subList(before, east.faults().log().size()));
    }

    /** One VM that cannot be stopped does not keep the others running, and is tried again. */
    @Test
    void oneThatCannotBeStoppedIsTriedAgain() {
        east.faults().at("vms.turnOff", 1, new io.sdr.testkit.Fault.Refuses("NOT_TODAY"));
        east.restoreContact();
        engine.runDue();
        engine.runDue();
        for (int i = 0; i < FAILED_OVER; i++) {
            assertThat(east.look(vm(i)).isRunning()).as("vm%d runs", i).isFalse();
            assertThat(engine.item(item(i)).divergence()).isEqualTo(Divergence.SPLIT_BRAIN);
        }
    }

    /** One look at all VMs, and the last one's turn comes much later: what was seen before a failover says nothing after it. */
    @Test
    void aFailoverMeanwhileIsNoSplitBrain() {
        ItemId moved = item(ITEMS - 1);
        AtomicBoolean once = new AtomicBoolean();
        east.faults().watch(call -> {
            if (call.name().equals("vms.turnOff") && !once.getAndSet(true)) {
                engine.failOver(FailoverPlan.planned(moved, Side.RECOVERY)).await();
            }
        });
        east.restoreContact();
        engine.runDue();
        assertThat(once).isTrue();
        assertThat(engine.item(moved).activeSide()).isEqualTo(Side.RECOVERY);
        assertThat(engine.item(moved).divergence()).isEqualTo(Divergence.NONE);
        assertThat(engine.item(item(0)).divergence()).isEqualTo(Divergence.SPLIT_BRAIN);
    }
}
