package io.sdr.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.sdr.api.DiskId;
import io.sdr.api.OutcomeUnknownException;
import io.sdr.api.RetryableException;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.EpochRecord;
import io.sdr.api.spi.StorageFolder;
import io.sdr.api.spi.VmObservation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What holds for every change that a site is asked for: epoch, deadline, lost answers, no contact, power cuts. */
public abstract class SiteCallContract extends SiteSuite {
    private static final CallContext ACT = call("act");

    /** For subclasses. */
    protected SiteCallContract() {}

    /** What anybody can see of a stage, in words; names of things that a site invents are left out. */
    private List<String> seen(SiteVerb.Stage stage) {
        List<String> all = new ArrayList<>();
        vms().observe(List.of(stage.vm, stage.copy), call("observe")).forEach((vm, found) -> all.add(words(found)));
        all.sort(null);
        vms().tagged(call("tagged")).forEach(found -> all.add("tagged " + words(found)));
        all.add("leftovers " + disks().leftovers(stage.vm, call("leftovers")).size());
        all.add("items " + catalogue().items(call("items")));
        all.add("highest "
                + catalogue().readHighest(ITEM, call("read")).map(EpochRecord::epoch) + " document "
                + catalogue().document(ITEM, "contract", call("read")));
        all.add("files "
                + disks().replicaFolder(ITEM).list().stream()
                        .map(StorageFolder.Entry::name)
                        .toList());
        return all;
    }

    private static String words(VmObservation vm) {
        return vm.tag() + " " + vm.power() + " locked " + vm.startLocked() + " automatic " + vm.automaticStart()
                + " disks "
                + vm.disks().stream().map(disk -> disk.disk().value()).toList() + " started " + vm.lastStart();
    }

    private Stream<DynamicTest> forEachVerb(Consumer<SiteVerb> test) {
        return SiteVerb.all().stream()
                .map(verb -> DynamicTest.dynamicTest(verb.name(), () -> {
                    anotherWorld();
                    test.accept(verb);
                }));
    }

    private SiteVerb.Stage stage(SiteVerb verb) {
        SiteVerb.Stage stage = new SiteVerb.Stage(world());
        verb.prepare().accept(stage);
        return stage;
    }

    /** The same call again finds what the first one did. */
    @TestFactory
    public Stream<DynamicTest> twiceIsOnce() {
        return forEachVerb(verb -> {
            SiteVerb.Stage stage = stage(verb);
            List<String> before = seen(stage);
            verb.act().accept(stage, ACT);
            List<String> once = seen(stage);
            assertNotEquals(before, once, "the verb does something");
            verb.act().accept(stage, ACT);
            assertEquals(once, seen(stage));
            world().reopen();
            assertEquals(once, seen(stage), "after a restart");
            verb.act().accept(stage, ACT);
            assertEquals(once, seen(stage));
        });
    }

    /** The effect is there though nobody heard of it, and the next attempt finds it. */
    @TestFactory
    public Stream<DynamicTest> aLostAnswerIsFoundByTheNextAttempt() {
        return forEachVerb(verb -> {
            SiteVerb.Stage stage = stage(verb);
            verb.act().accept(stage, ACT);
            List<String> once = seen(stage);
            anotherWorld();
            SiteVerb.Stage again = stage(verb);
            world().loseNextAnswer();
            assertThrows(OutcomeUnknownException.class, () -> verb.act().accept(again, ACT));
            assertEquals(once, seen(again), "it acted");
            verb.act().accept(again, ACT);
            assertEquals(once, seen(again));
        });
    }

    /** An engine that is out of date changes nothing. */
    @TestFactory
    public Stream<DynamicTest> aFallingEpochIsRefused() {
        return forEachVerb(verb -> {
            if (verb.checksEpoch()) {
                SiteVerb.Stage stage = stage(verb);
                EpochRecord unused = catalogue().createIfAbsent(decision(5, "job-5"), call(ITEM, 5, "decide"));
                List<String> before = seen(stage);
                refused("STALE_EPOCH", () -> verb.act().accept(stage, call(ITEM, 4, "act")));
                assertEquals(before, seen(stage), "nothing was changed");
                verb.act().accept(stage, call(ITEM, 5, "act"));
                assertNotEquals(before, seen(stage));
            }
        });
    }

    /** An abort uses up a number, too. */
    @Test
    public void anAbortedEpochRaisesTheFloor() {
        EpochRecord abort = new EpochRecord(
                5,
                EpochRecord.Kind.ABORT,
                io.sdr.api.Side.PRIMARY,
                io.sdr.api.Side.RECOVERY,
                new io.sdr.api.JobId("job-5"),
                Optional.empty(),
                java.time.Instant.parse("2025-01-01T12:00:00Z"));
        EpochRecord unused = catalogue().createIfAbsent(abort, call(ITEM, 5, "decide"));
        refused("STALE_EPOCH", () -> vms().turnOff(runningVm(), call(ITEM, 4, "off")));
    }

    /** Items do not raise each other's epoch. */
    @Test
    public void epochsAreByItem() {
        EpochRecord unused = catalogue().createIfAbsent(decision(5, "job-5"), call(OTHER, 5, "decide"));
        vms().turnOff(runningVm(), call(ITEM, 1, "off"));
    }

    /** A call whose time is over changes nothing. */
    @TestFactory
    public Stream<DynamicTest> aLateCallIsRefused() {
        return forEachVerb(verb -> {
            SiteVerb.Stage stage = stage(verb);
            List<String> before = seen(stage);
            refused("TOO_LATE", () -> verb.act().accept(stage, late("act")));
            assertEquals(before, seen(stage), "nothing was changed");
        });
    }

    /** Nobody answers: whether something was changed is not known, and nobody says otherwise. */
    @TestFactory
    public Stream<DynamicTest> withoutContactTheOutcomeIsUnknown() {
        return forEachVerb(verb -> {
            SiteVerb.Stage stage = stage(verb);
            world().contact(false);
            assertThrows(OutcomeUnknownException.class, () -> verb.act().accept(stage, ACT));
            world().contact(true);
            verb.act().accept(stage, ACT);
            List<String> done = seen(stage);
            verb.act().accept(stage, ACT);
            assertEquals(done, seen(stage));
        });
    }

    /** Nobody answers: what only looks can be asked again. */
    @Test
    public void withoutContactReadsMayBeRepeated() {
        SiteVerb.Stage stage = new SiteVerb.Stage(world());
        DiskId disk = stage.disks.get(0).disk();
        world().contact(false);
        assertThrows(RetryableException.class, () -> vms().observe(List.of(stage.vm), call("t")));
        assertThrows(RetryableException.class, () -> vms().tagged(call("t")));
        assertThrows(RetryableException.class, () -> disks().leftovers(stage.vm, call("t")));
        assertThrows(
                RetryableException.class, () -> disks().changes(stage.checkpoint, stage.checkpoint, disk, call("t")));
        assertThrows(
                RetryableException.class,
                () -> world().open(disks().frozen(stage.checkpoint, disk, call("t")))
                        .close());
    }

    /** What a verb returned from survives a power cut; cut anywhere in the middle, the same call ends the same. */
    @TestFactory
    public Stream<DynamicTest> aPowerCutAnywhereEndsTheSame() {
        return forEachVerb(verb -> {
            PowerCut power = powerCut();
            SiteVerb.Stage stage = stage(verb);
            long before = power.operations();
            verb.act().accept(stage, ACT);
            long operations = power.operations() - before;
            List<String> done = seen(stage);
            power.restore(operations);
            assertEquals(done, seen(stage), "durable on return");
            for (long n = 1; n <= operations; n++) {
                anotherWorld();
                SiteVerb.Stage again = stage(verb);
                powerCut().cutBefore(n);
                assertThrows(Throwable.class, () -> verb.act().accept(again, ACT), "the power was cut");
                powerCut().restore(n);
                verb.act().accept(again, ACT);
                assertEquals(done, seen(again), "power cut before operation " + n + " of " + operations);
            }
        });
    }
}
