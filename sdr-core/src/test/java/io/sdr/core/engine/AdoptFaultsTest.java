package io.sdr.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.AdoptionRequest;
import io.sdr.api.FailoverPlan;
import io.sdr.api.ItemId;
import io.sdr.api.ProtectionRequest;
import io.sdr.api.ReplicatedItem;
import io.sdr.api.SdrException;
import io.sdr.api.Side;
import io.sdr.api.SiteId;
import io.sdr.api.SiteRecovery;
import io.sdr.testkit.Fault;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each call to the site while items are adopted fails once: an item is adopted as it is or not at all, and later it is. */
class AdoptFaultsTest extends EngineOnTwoSites {
    private static final List<Fault> FAULTS =
            List.of(new Fault.Fails(), new Fault.Refuses("NOT_TODAY"), new Fault.LosesContact());

    private static final int ONE_STORAGE_CALL_IN = Boolean.getBoolean("sdr.stress") ? 1 : 4;

    private int engines;

    private SiteRecovery newEngine() {
        return open(folder.resolve("engine-" + ++engines), engines);
    }

    @BeforeEach
    void oneItemStaysAndOneFailedOver() {
        engine = newEngine();
        for (String name : List.of("stays", "moves")) {
            east.powerOn(east.createVm(name, 20_000).id());
            engine.protect(ProtectionRequest.of(name).from("east").to("west").as(new ItemId(name)))
                    .await();
        }
        engine.failOver(FailoverPlan.unplanned(new ItemId("moves"), Side.RECOVERY)
                        .shutDownFirst())
                .await();
        engine.runDue();
        engine.close();
        east.loseContact();
    }

    private void adopt() {
        engine.adopt(AdoptionRequest.from(new SiteId("west")).otherEngineConfirmedGone("tester", "it is closed"));
    }

    private static String shape(ReplicatedItem item) {
        return item.id() + " " + item.state() + " at " + item.activeSide() + " epoch " + item.epoch() + " "
                + item.replication() + " notes " + item.pendingNotes().size();
    }

    private List<String> shapes() {
        return engine.items().stream().map(AdoptFaultsTest::shape).toList();
    }

    @Test
    void anItemIsAdoptedWholeOrNotAtAll() {
        engine = newEngine();
        List<String> calls = new ArrayList<>();
        west.faults().watch(call -> calls.add(call.name()));
        adopt();
        west.faults().watch(call -> {});
        List<String> whole = shapes();
        assertThat(whole).hasSize(2);
        List<String> wrong = new ArrayList<>();
        int cases = 0;
        for (int i = 0; i < calls.size(); i++) {
            String name = calls.get(i);
            if (name.startsWith("storage.") && i % ONE_STORAGE_CALL_IN != 0) {
                continue;
            }
            cases++;
            long nth = calls.subList(0, i + 1).stream().filter(name::equals).count();
            Fault fault = FAULTS.get(i % FAULTS.size());
            engine.close();
            engine = newEngine();
            west.faults().at(name, nth, fault);
            try {
                adopt();
            } catch (SdrException e) {
                assertThat(engine.items()).isEmpty();
            }
            west.faults().clear();
            west.restoreContact();
            List<String> first = shapes();
            adopt();
            if (!whole.containsAll(first) || !shapes().equals(whole)) {
                wrong.add(fault + " at " + name + "#" + nth + ": " + first + ", then again: " + shapes());
            }
        }
        assertThat(cases).isGreaterThan(15);
        assertThat(wrong).isEmpty();
    }
}
