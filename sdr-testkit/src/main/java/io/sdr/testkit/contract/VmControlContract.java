package io.sdr.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sdr.api.NetworkId;
import io.sdr.api.SdrException;
import io.sdr.api.VmId;
import io.sdr.api.spi.Access;
import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.NetworkAdapter;
import io.sdr.api.spi.NetworkConnection;
import io.sdr.api.spi.NetworkDescription;
import io.sdr.api.spi.SiteCapabilities.Flag;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.api.spi.VmObservation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;

/** Power, locks, placeholders and attached disks: each verb looks first, acts once, and returns what is seen. */
public abstract class VmControlContract extends SiteSuite {
    /** For subclasses. */
    protected VmControlContract() {}

    // ---- power

    /** A second start changes nothing: the VM was started once. */
    @Test
    public void startingTwiceStartsOnce() {
        VmId vm = runningVm();
        agreed(vms().turnOff(vm, call("off")));
        VmObservation first = agreed(vms().start(vm, call("start")));
        assertTrue(first.isRunning());
        assertTrue(first.lastStart().isPresent(), "the site tells when the VM was started");
        world().pass(Duration.ofMinutes(5));
        assertEquals(first.lastStart(), agreed(vms().start(vm, call("start"))).lastStart());
    }

    /** What the guest wrote before its power was taken is there when it starts again. */
    @Test
    public void turningOffTwiceTurnsOffOnceAndKeepsWhatWasFlushed() {
        VmId vm = runningVm();
        write(vm, 0, 100, Bytes.pattern(5000, 1));
        byte[] before = guestBytes(vm, 0);
        for (int i = 0; i < 2; i++) {
            assertFalse(agreed(vms().turnOff(vm, call("off"))).isRunning());
        }
        vms().start(vm, call("start"));
        Bytes.same(before, guestBytes(vm, 0), "disk after power-off and start");
    }

    /** A guest that follows is off after a while; asking again does no harm. */
    @Test
    public void aGuestThatFollowsShutsDown() {
        VmId vm = runningVm();
        vms().shutDown(vm, call("shut"));
        vms().shutDown(vm, call("shut"));
        world().pass(Duration.ofMinutes(10));
        assertFalse(seen(vm).isRunning());
        assertFalse(agreed(vms().shutDown(vm, call("shut"))).isRunning());
    }

    /** A guest that does not follow is not turned off in its place: that is another verb. */
    @Test
    public void aGuestThatIgnoresShutDownRunsOn() {
        VmId vm = runningVm();
        world().guestIgnoresShutDown(vm, true);
        assertTrue(vms().shutDown(vm, call("shut")).isRunning());
        world().pass(Duration.ofMinutes(10));
        assertTrue(seen(vm).isRunning(), "shutDown never takes the power away");
        assertFalse(agreed(vms().turnOff(vm, call("off"))).isRunning());
    }

    /** VMs that do not exist are left out of what is observed, the others are not. */
    @Test
    public void observingLeavesOutWhatIsNotThere() {
        VmId one = runningVm("contract-one");
        VmId two = runningVm("contract-two");
        Map<VmId, VmObservation> all = vms().observe(List.of(one, NOBODY, two), call("observe"));
        assertEquals(java.util.Set.of(one, two), all.keySet());
        assertEquals(Map.of(), vms().observe(List.of(), call("observe")));
        assertEquals(Optional.empty(), seen(one).tag(), "a VM of an administrator has no tag");
        assertEquals(world().diskSizes(), sizes(seen(one).disks()));
    }

    private static List<Long> sizes(List<DiskRef> disks) {
        return disks.stream().map(DiskRef::sizeBytes).toList();
    }

    /** What the site claims of heartbeats is what it tells. */
    @Test
    public void aHeartbeatIsToldWhereItIsClaimed() {
        VmId vm = runningVm();
        if (!claims(Flag.HEARTBEAT)) {
            assertEquals(Optional.empty(), seen(vm).heartbeat(), "what is not known is not told");
            return;
        }
        assertEquals(Optional.of(true), seen(vm).heartbeat());
        world().guestHangs(vm, true);
        world().pass(Duration.ofMinutes(10));
        assertEquals(Optional.of(false), seen(vm).heartbeat());
        assertTrue(seen(vm).isRunning(), "a VM whose guest hangs runs");
        world().guestHangs(vm, false);
        vms().turnOff(vm, call("off"));
        assertNotEquals(Optional.of(true), seen(vm).heartbeat(), "a VM that is off does not answer");
    }

    /** A verb for a VM that does not exist says so. */
    @TestFactory
    public Stream<DynamicTest> anUnknownVmIsNamed() {
        Map<String, Executable> verbs = new java.util.LinkedHashMap<>();
        verbs.put("start", () -> vms().start(NOBODY, call("t")));
        verbs.put("shutDown", () -> vms().shutDown(NOBODY, call("t")));
        verbs.put("turnOff", () -> vms().turnOff(NOBODY, call("t")));
        verbs.put("lockStart", () -> vms().lockStart(NOBODY, call("t")));
        verbs.put("unlockStart", () -> vms().unlockStart(NOBODY, call("t")));
        verbs.put("automaticStart", () -> vms().automaticStart(NOBODY, false, call("t")));
        verbs.put("connect", () -> vms().connect(NOBODY, List.of(), call("t")));
        verbs.put("attach", () -> vms().attach(NOBODY, List.of(), call("t")));
        verbs.put("checkpoint", () -> checkpoint(NOBODY, "t"));
        return verbs.entrySet().stream()
                .map(verb -> DynamicTest.dynamicTest(verb.getKey(), () -> refused("UNKNOWN_VM", verb.getValue())));
    }

    // ---- the lock against start

    /** A lock holds over a restart of the engine, and does not stop what runs. */
    @Test
    public void aLockSurvivesReopening() {
        VmId vm = runningVm();
        VmObservation locked = agreed(vms().lockStart(vm, call("lock")));
        assertTrue(locked.startLocked() && locked.isRunning(), "a running VM goes on running when it is locked");
        vms().turnOff(vm, call("off"));
        world().reopen();
        assertTrue(seen(vm).startLocked());
        refused("START_LOCKED", () -> vms().start(vm, call("start")));
        assertFalse(seen(vm).isRunning());
        for (int i = 0; i < 2; i++) {
            assertTrue(agreed(vms().lockStart(vm, call("lock"))).startLocked());
        }
        for (int i = 0; i < 2; i++) {
            assertFalse(agreed(vms().unlockStart(vm, call("unlock"))).startLocked());
        }
        world().reopen();
        assertFalse(seen(vm).startLocked());
        assertTrue(agreed(vms().start(vm, call("start"))).isRunning());
    }

    /** Claimed: nobody gets round the lock. Not claimed: who got round it is seen. */
    @Test
    public void theLockHoldsAgainstEverybodyWhereThatIsClaimed() {
        VmId vm = runningVm();
        vms().lockStart(vm, call("lock"));
        vms().turnOff(vm, call("off"));
        Optional<java.time.Instant> before = seen(vm).lastStart();
        world().pass(Duration.ofMinutes(1));
        if (claims(Flag.START_LOCK_ENFORCED)) {
            assertThrows(RuntimeException.class, () -> world().startAsAdministrator(vm));
            assertFalse(seen(vm).isRunning());
        } else {
            world().startAsAdministrator(vm);
            assertTrue(seen(vm).isRunning(), "a start behind the engine's back is seen");
            assertNotEquals(before, seen(vm).lastStart(), "and when it was");
        }
    }

    // ---- the boot gate

    /** A VM whose automatic start is off is off when its host has come up again, and a restart of the engine changes nothing of it. */
    @Test
    public void aHostStartsNothingWhoseAutomaticStartIsOff() {
        VmId vm = runningVm();
        for (int i = 0; i < 2; i++) {
            VmObservation off = agreed(vms().automaticStart(vm, false, call("off")));
            assertFalse(off.automaticStart());
            assertTrue(off.isRunning(), "a running VM goes on running");
        }
        world().reopen();
        assertFalse(seen(vm).automaticStart());
        world().restartHosts();
        assertFalse(seen(vm).isRunning(), "only the engine starts it");
        assertFalse(agreed(vms().start(vm, call("start"))).heldAtBoot(), "what runs is not held");
        assertFalse(seen(vm).automaticStart(), "a start changes nothing of it");
        for (int i = 0; i < 2; i++) {
            assertTrue(agreed(vms().automaticStart(vm, true, call("on"))).automaticStart());
        }
        world().reopen();
        assertTrue(seen(vm).automaticStart());
    }

    /** A placeholder becomes a copy: the host must not start it at any time. */
    @Test
    public void aPlaceholderIsNotStartedByItsHost() {
        VmId copy = placeholder();
        assertFalse(seen(copy).automaticStart());
        agreed(vms().attach(copy, List.of(newReplicaDisk("d0.contract")), call("attach")));
        vms().unlockStart(copy, call("unlock"));
        vms().start(copy, call("start"));
        world().restartHosts();
        assertFalse(seen(copy).isRunning());
    }

    /** Since when a VM is off is told where that is claimed; of a VM that runs it is never told. */
    @Test
    public void sinceWhenItIsOffIsToldWhereItIsClaimed() {
        VmId vm = runningVm();
        assertEquals(Optional.empty(), seen(vm).offSince(), "it runs");
        world().pass(Duration.ofMinutes(3));
        java.time.Instant before = siteClock();
        vms().turnOff(vm, call("off"));
        java.time.Instant after = siteClock();
        world().pass(Duration.ofMinutes(5));
        world().reopen();
        vms().turnOff(vm, call("off again"));
        Optional<java.time.Instant> since = seen(vm).offSince();
        if (!claims(Flag.OFF_SINCE)) {
            assertEquals(Optional.empty(), since, "what is not known is not told");
            return;
        }
        assertTrue(since.isPresent());
        assertFalse(since.get().isBefore(before.minusSeconds(1)), () -> since + " is before it was off, " + before);
        assertFalse(since.get().isAfter(after.plusSeconds(1)), () -> since + " is after it was off, " + after);
        vms().start(vm, call("start"));
        assertEquals(Optional.empty(), seen(vm).offSince(), "it runs again");
    }

    private java.time.Instant siteClock() {
        return ((io.sdr.api.spi.Contact.Reachable) site().contact(call("clock"))).siteClock();
    }

    // ---- the network

    /** Adapters are connected and disconnected while the VM runs; what the site does not have is refused. */
    @Test
    public void adaptersAreConnectedWhileTheVmRuns() {
        NetworkAdapter one = NetworkAdapter.named("one");
        NetworkAdapter two = NetworkAdapter.named("two");
        VmId vm = vms().createPlaceholder(
                        "contract-copy",
                        Optional.empty(),
                        CONFIGURATION.withAdapters(List.of(one, two)),
                        call("placeholder"))
                .vm();
        agreed(vms().attach(vm, List.of(newReplicaDisk("d0.contract")), call("attach")));
        vms().unlockStart(vm, call("unlock"));
        vms().start(vm, call("start"));
        NetworkConnection nowhere = new NetworkConnection(
                new NetworkId("contract-no-such"), Optional.empty(), java.util.OptionalInt.empty());
        refused(
                "UNKNOWN_NETWORK",
                () -> vms().connect(vm, List.of(one.withConnection(Optional.of(nowhere))), call("nowhere")));
        assertEquals(List.of(Optional.empty(), Optional.empty()), connections(vm));
        List<NetworkDescription> networks = site().inventory().networks(call("networks"));
        Assumptions.assumeFalse(networks.isEmpty(), "the site has no network to connect a VM to");
        Optional<NetworkConnection> there = Optional.of(
                new NetworkConnection(networks.get(0).id(), Optional.empty(), java.util.OptionalInt.empty()));
        for (int i = 0; i < 2; i++) {
            assertTrue(agreed(vms().connect(
                                    vm, List.of(two.withConnection(there), NetworkAdapter.named("none")), call("two")))
                    .isRunning());
            assertEquals(List.of(Optional.empty(), there), connections(vm), "the other one stays as it is");
        }
        agreed(vms().connect(vm, List.of(one, two), call("none")));
        assertEquals(List.of(Optional.empty(), Optional.empty()), connections(vm));
        assertTrue(seen(vm).isRunning());
    }

    private List<Optional<NetworkConnection>> connections(VmId vm) {
        return site().inventory().find(vm.value(), call("find")).get(0).configuration().adapters().stream()
                .map(NetworkAdapter::connection)
                .toList();
    }

    // ---- placeholders and tags

    /** A placeholder is made once for an item, off, locked, empty, and found again by its tag. */
    @Test
    public void aPlaceholderIsMadeOnce() {
        VmObservation made =
                agreed(vms().createPlaceholder("contract-copy", Optional.empty(), CONFIGURATION, call("one")));
        assertFalse(made.isRunning());
        assertTrue(made.startLocked(), "nobody starts it but the engine");
        assertEquals(List.of(), made.disks());
        assertEquals(Optional.of(ITEM.value()), made.tag());
        assertEquals(made, vms().createPlaceholder("contract-copy", Optional.empty(), CONFIGURATION, call("one")));
        world().reopen();
        assertEquals(
                made,
                vms().createPlaceholder("another-name", Optional.empty(), CONFIGURATION, call("two")),
                "another token, same item: the VM is there");
        assertEquals(List.of(made), vms().tagged(call("tagged")));
        assertEquals(
                List.of(),
                site().inventory().find("another-name", call("find")),
                "no second VM was made beside the first");
    }

    /** Items do not see each other's VMs. */
    @Test
    public void eachItemHasItsOwnTag() {
        VmId mine = placeholder();
        VmId theirs = vms().createPlaceholder("contract-copy", Optional.empty(), CONFIGURATION, call(OTHER, 1, "t"))
                .vm();
        assertNotEquals(mine, theirs);
        assertEquals(List.of(mine), ids(vms().tagged(call("t"))));
        assertEquals(List.of(theirs), ids(vms().tagged(call(OTHER, 1, "t"))));
        refused("NOT_TAGGED", () -> vms().deleteTagged(theirs, call("t")));
        assertEquals(List.of(theirs), ids(vms().tagged(call(OTHER, 1, "t"))));
    }

    private static List<VmId> ids(List<VmObservation> vms) {
        return vms.stream().map(VmObservation::vm).toList();
    }

    /** A VM that the engine did not make is never deleted, whatever state it is in. */
    @Test
    public void anUntaggedVmIsNeverDeleted() {
        VmId vm = runningVm();
        write(vm, 0, 0, Bytes.pattern(10, 1));
        for (int i = 0; i < 2; i++) {
            VmObservation before = seen(vm);
            refused("NOT_TAGGED", () -> vms().deleteTagged(vm, call("delete")));
            assertEquals(before, seen(vm));
            vms().turnOff(vm, call("off"));
        }
        try (VirtualDisk disk = world().open(disks().offline(seen(vm).disks().get(0), Access.READ))) {
            assertEquals(Bytes.pattern(10, 1)[0], Bytes.of(disk)[0], "its disk is there");
        }
    }

    /** Deleting what is not there any more, or never was, is done. */
    @Test
    public void deletingWhatIsMissingIsDone() {
        VmId copy = placeholder();
        for (int i = 0; i < 2; i++) {
            vms().deleteTagged(copy, call("delete"));
            assertEquals(List.of(), vms().tagged(call("t")));
            assertEquals(Map.of(), vms().observe(List.of(copy), call("t")));
        }
        vms().deleteTagged(NOBODY, call("delete"));
        VmObservation next = vms().createPlaceholder("contract-copy", Optional.empty(), CONFIGURATION, call("again"));
        assertNotEquals(copy, next.vm(), "the id of a VM that was deleted names no other one");
    }

    /** A VM that runs is not deleted, and its disk files outlive it. */
    @Test
    public void aRunningVmIsNotDeletedAndDisksOutliveTheirVm() {
        VmId copy = placeholder();
        DiskRef disk = newReplicaDisk("d0.contract");
        agreed(vms().attach(copy, List.of(disk), call("attach")));
        vms().unlockStart(copy, call("unlock"));
        vms().start(copy, call("start"));
        write(copy, 0, 70_000, Bytes.pattern(100, 3));
        byte[] content = guestBytes(copy, 0);
        refused("VM_RUNNING", () -> vms().deleteTagged(copy, call("delete")));
        assertTrue(seen(copy).isRunning());
        vms().turnOff(copy, call("off"));
        vms().deleteTagged(copy, call("delete"));
        try (VirtualDisk open = world().open(disks().offline(disk, Access.READ))) {
            Bytes.same(content, Bytes.of(open), "disk of a deleted VM");
        }
    }

    // ---- disks

    private DiskRef newReplicaDisk(String name) {
        String file = name + "." + world().format().name();
        long size = world().diskSizes().get(0);
        world().format().create(disks().replicaFolder(ITEM), file, size).close();
        return disks().inReplicaFolder(
                        ITEM,
                        new io.sdr.api.DiskId("contract-" + name),
                        file,
                        world().format().name(),
                        size);
    }

    /** A VM has exactly the disks it was given, in order, also after a restart. */
    @Test
    public void exactlyTheseDisksAreAttached() {
        VmId copy = placeholder();
        List<DiskRef> two = List.of(newReplicaDisk("a.contract"), newReplicaDisk("b.contract"));
        for (int i = 0; i < 2; i++) {
            assertEquals(two, agreed(vms().attach(copy, two, call("attach"))).disks());
        }
        List<DiskRef> turned = new ArrayList<>(two);
        Collections.reverse(turned);
        assertEquals(turned, agreed(vms().attach(copy, turned, call("turn"))).disks(), "order counts");
        world().reopen();
        assertEquals(turned, seen(copy).disks());
        for (int i = 0; i < 2; i++) {
            assertEquals(
                    List.of(),
                    agreed(vms().attach(copy, List.of(), call("detach"))).disks());
        }
    }

    /** The disks of a VM that runs do not change. */
    @Test
    public void aRunningVmKeepsItsDisks() {
        VmId vm = runningVm();
        List<DiskRef> disks = seen(vm).disks();
        refused("VM_RUNNING", () -> vms().attach(vm, List.of(), call("detach")));
        assertEquals(disks, seen(vm).disks());
        assertEquals(disks, agreed(vms().attach(vm, disks, call("same"))).disks(), "what is attached already is done");
    }

    /** Two VMs never have one disk: they would destroy it. */
    @Test
    public void aDiskOfOneVmIsNotGivenToAnother() {
        VmId vm = runningVm();
        VmId copy = placeholder();
        List<DiskRef> disks = seen(vm).disks();
        assertThrows(SdrException.class, () -> vms().attach(copy, disks, call("attach")));
        assertEquals(List.of(), seen(copy).disks());
        vms().turnOff(vm, call("off"));
        assertThrows(SdrException.class, () -> vms().attach(copy, disks, call("attach")));
        assertEquals(disks, seen(vm).disks());
    }
}
