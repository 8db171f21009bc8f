package io.sdr.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sdr.api.BandwidthSchedule;
import io.sdr.api.BootGate;
import io.sdr.api.DisableRequest;
import io.sdr.api.DriverChoice;
import io.sdr.api.FailoverPlan;
import io.sdr.api.InvalidRequestException;
import io.sdr.api.ItemId;
import io.sdr.api.ProtectionRequest;
import io.sdr.api.RecoveryEvent;
import io.sdr.api.ReplicationPolicy;
import io.sdr.api.Side;
import io.sdr.api.StaleCopy;
import io.sdr.api.VmId;
import io.sdr.core.operation.ItemState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Settings of an item that is protected: when and how they change, and what is set back when the protection ends. */
class SettingsTest extends EngineOnTwoSites {
    private static final ItemId ITEM = new ItemId("item");

    private VmId vm;

    @BeforeEach
    void oneItemIsProtected() {
        engine = open(folder, 5);
        vm = east.createVm("vm", 20_000).id();
        east.automaticStartBehindTheBack(vm, true);
        east.powerOn(vm);
        engine.protect(ProtectionRequest.of("vm").from("east").to("west").as(ITEM))
                .await();
        engine.runDue();
    }

    private ReplicationPolicy policy() {
        return engine.item(ITEM).policy();
    }

    @Test
    void theyChangeAlsoAfterAFailover() {
        engine.failOver(FailoverPlan.unplanned(ITEM, Side.RECOVERY).shutDownFirst())
                .await();
        engine.updateSettings(ITEM, policy -> policy.onStaleCopy(StaleCopy.LEAVE_RUNNING));
        assertThat(policy().onStaleCopy()).isEqualTo(StaleCopy.LEAVE_RUNNING);
        engine.commit(ITEM).await();
        engine.updateSettings(ITEM, policy -> policy.bootGate(BootGate.HOSTS));
        assertThat(policy().bootGate()).isEqualTo(BootGate.HOSTS);
    }

    /** Two people at once: the second one begins with what the first one made. */
    @Test
    void noChangeIsLost() {
        AtomicBoolean first = new AtomicBoolean(true);
        engine.updateSettings(ITEM, policy -> {
            if (first.getAndSet(false)) {
                engine.updateSettings(ITEM, other -> other.every(Duration.ofMinutes(1)));
            }
            return policy.pointsKept(3);
        });
        assertThat(policy().every()).isEqualTo(Duration.ofMinutes(1));
        assertThat(policy().pointsKept()).isEqualTo(3);
    }

    @Test
    void theDriverStays() {
        assertThatThrownBy(() -> engine.updateSettings(ITEM, policy -> policy.driver(DriverChoice.NATIVE)))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class, e -> assertThat(e.code()).isEqualTo("DRIVER_FIXED"));
        assertThat(policy().driver()).isEqualTo(ReplicationPolicy.defaults().driver());
    }

    @Test
    void listenersHearWhatChanged() {
        List<RecoveryEvent> heard = new ArrayList<>();
        engine.subscribe("test", heard::add);
        engine.updateSettings(ITEM, policy -> policy.bandwidth(BandwidthSchedule.parse("1048576")));
        time.runFor(Duration.ofSeconds(1));
        assertThat(heard)
                .filteredOn(event -> event.kind().equals("SETTINGS_CHANGED"))
                .singleElement()
                .satisfies(event -> assertThat(event.text())
                        .contains("bandwidth from unlimited to ")
                        .doesNotContain("pointsKept"));
    }

    /** An item that an older sdr stored. */
    @Test
    void olderNamesAreUnderstood() {
        ItemState old = ItemState.read("""
                {"policy.every":"PT5M","policy.pointEvery":"PT1H","policy.pointsKept":"24",
                "policy.applicationConsistentEvery":"PT1H","policy.finalDeltaThresholdBytes":"1","policy.shutdownDeadline":"PT5M",
                "policy.onStaleCopy":"ASK","policy.bootGate":"NONE"}""");
        assertThat(old.policy().onStaleCopy()).isEqualTo(StaleCopy.LEAVE_RUNNING);
        assertThat(old.policy().bootGate()).isEqualTo(BootGate.HOSTS);
    }

    /** Nobody may be there afterwards to set it: it is done by the job itself, and before the site forgets the item. */
    @Test
    void productionStartsWithItsHostAgainWhenTheProtectionEnds() {
        assertThat(east.look(vm).automaticStart()).as("the boot gate is closed").isFalse();
        List<String> calls = new ArrayList<>();
        east.faults().watch(call -> calls.add(call.name()));
        engine.disable(DisableRequest.deletingReplica(ITEM)).await();
        assertThat(calls).containsSubsequence("vms.automaticStart", "catalogue.forget");
        assertThat(east.look(vm).automaticStart()).isTrue();
    }
}
