package io.sdr.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sdr.api.Consistency;
import io.sdr.api.OutcomeUnknownException;
import io.sdr.api.SdrException;
import io.sdr.api.VmId;
import io.sdr.api.spi.Access;
import io.sdr.api.spi.ChangedRanges;
import io.sdr.api.spi.Checkpoint;
import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.SiteCapabilities.Flag;
import io.sdr.api.spi.VirtualDisk;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Checkpoints hold one moment while the guest goes on; changes between two moments are never told as less than they were. */
public abstract class CheckpointContract extends SiteSuite {
    private static final int SEEDS = 6;

    /** For subclasses. */
    protected CheckpointContract() {}

    private int size(int disk) {
        return Math.toIntExact(world().diskSizes().get(disk));
    }

    private VmId vmWithData() {
        VmId vm = runningVm();
        for (int k = 0; k < 2; k++) {
            write(vm, k, 10_000, Bytes.pattern(80_000, k + 1));
            write(vm, k, size(k) - 700, Bytes.pattern(700, k + 3));
        }
        return vm;
    }

    private List<String> leftovers(VmId vm) {
        return disks().leftovers(vm, call("leftovers"));
    }

    private void release(Checkpoint checkpoint, boolean keepMark) {
        disks().release(checkpoint.id(), keepMark, call("release"));
    }

    private ChangedRanges changes(Checkpoint since, Checkpoint until, int disk) {
        return disks().changes(since.id(), until.id(), until.disks().get(disk).disk(), call("changes"));
    }

    // ---- one moment

    /** All disks hold what the guest knew at the moment, to the last byte, while it writes on and after a restart. */
    @Test
    public void aCheckpointHoldsItsMomentWhileTheGuestWrites() {
        VmId vm = vmWithData();
        byte[][] then = {guestBytes(vm, 0), guestBytes(vm, 1)};
        Checkpoint checkpoint = checkpoint(vm, "moment");
        assertEquals(
                world().diskSizes(),
                checkpoint.disks().stream().map(DiskRef::sizeBytes).toList());
        assertEquals(vm, checkpoint.vm());
        for (int k = 0; k < 2; k++) {
            write(vm, k, 0, Bytes.pattern(size(k), 9));
        }
        for (int round = 0; round < 2; round++) {
            for (int k = 0; k < 2; k++) {
                Bytes.same(then[k], frozenBytes(checkpoint, k), "frozen disk " + k);
                try (VirtualDisk open = frozen(checkpoint, k)) {
                    Bytes.checkExtents(open, then[k], 0, size(k));
                    Bytes.checkExtents(open, then[k], 5, size(k) - 12L);
                }
            }
            world().reopen();
        }
        assertNotEquals(then[0][0], guestBytes(vm, 0)[0], "the guest has what it wrote");
    }

    /** A frozen disk is read while the guest writes and zeroes below it. */
    @Test
    public void anOpenFrozenDiskDoesNotSeeLaterWrites() {
        VmId vm = vmWithData();
        byte[] then = guestBytes(vm, 0);
        Checkpoint checkpoint = checkpoint(vm, "moment");
        try (VirtualDisk open = frozen(checkpoint, 0);
                VirtualDisk guest = world().guestDisk(vm, 0)) {
            Random random = new Random(5);
            for (int i = 0; i < 40; i++) {
                int at = random.nextInt(size(0) - 5000);
                if (i % 4 == 0) {
                    guest.zero(at, 5000);
                } else {
                    guest.write(at, ByteBuffer.wrap(Bytes.pattern(5000, i)));
                }
                ByteBuffer part = ByteBuffer.allocate(5000);
                open.read(at, part);
                Bytes.same(java.util.Arrays.copyOfRange(then, at, at + 5000), part.array(), "frozen at " + at);
            }
            Bytes.same(then, Bytes.of(open), "frozen disk");
            assertThrows(SdrException.class, () -> open.write(0, ByteBuffer.wrap(new byte[1])), "it is for reading");
        }
    }

    /** Several checkpoints are several moments. */
    @Test
    public void eachCheckpointHasItsOwnMoment() {
        VmId vm = vmWithData();
        byte[] one = guestBytes(vm, 0);
        Checkpoint first = checkpoint(vm, "one");
        write(vm, 0, 20_000, Bytes.pattern(30_000, 7));
        byte[] two = guestBytes(vm, 0);
        Checkpoint second = checkpoint(vm, "two");
        write(vm, 0, 0, Bytes.pattern(200_000, 8));
        assertNotEquals(first.id(), second.id());
        Bytes.same(one, frozenBytes(first, 0), "first");
        Bytes.same(two, frozenBytes(second, 0), "second");
        release(first, false);
        Bytes.same(two, frozenBytes(second, 0), "second, the first being gone");
    }

    /** The same token names the same checkpoint: again, after a restart, and when the answer was lost. */
    @Test
    public void theSameTokenGivesTheSameCheckpoint() {
        VmId vm = vmWithData();
        byte[] then = guestBytes(vm, 0);
        world().loseNextAnswer();
        assertThrows(OutcomeUnknownException.class, () -> checkpoint(vm, "contract/1/7"));
        write(vm, 0, 0, Bytes.pattern(50_000, 7));
        Checkpoint made = checkpoint(vm, "contract/1/7");
        Bytes.same(then, frozenBytes(made, 0), "the checkpoint whose answer was lost");
        assertEquals(made, checkpoint(vm, "contract/1/7"));
        world().reopen();
        assertEquals(made, checkpoint(vm, "contract/1/7"));
        Bytes.same(then, frozenBytes(made, 0), "frozen disk");
        assertEquals(List.of(made.id()), leftovers(vm), "it was made once");
    }

    /** A VM that is off has a moment, too. */
    @Test
    public void aVmThatIsOffCanBeFrozen() {
        VmId vm = vmWithData();
        byte[] then = guestBytes(vm, 0);
        vms().turnOff(vm, call("off"));
        Checkpoint checkpoint = checkpoint(vm, "off");
        Bytes.same(then, frozenBytes(checkpoint, 0), "frozen disk");
        vms().start(vm, call("start"));
        write(vm, 0, 0, Bytes.pattern(100_000, 6));
        Bytes.same(then, frozenBytes(checkpoint, 0), "frozen disk, the VM being on again");
    }

    /** What is claimed of applications is done; less is said, never more. */
    @Test
    public void consistencyIsWhatTheCheckpointSays() {
        VmId vm = vmWithData();
        Checkpoint asked = disks().checkpoint(vm, Consistency.APPLICATION_CONSISTENT, call("app"));
        assertEquals(
                claims(Flag.APPLICATION_CONSISTENT) ? Consistency.APPLICATION_CONSISTENT : Consistency.CRASH_CONSISTENT,
                asked.consistency());
        world().guestHangs(vm, true);
        assertEquals(
                Consistency.CRASH_CONSISTENT,
                disks().checkpoint(vm, Consistency.APPLICATION_CONSISTENT, call("hanging"))
                        .consistency(),
                "a guest that hangs has not finished anything");
        assertEquals(Consistency.CRASH_CONSISTENT, checkpoint(vm, "crash").consistency());
    }

    /** A checkpoint that was heard of survives a power cut, whole. */
    @Test
    public void aCheckpointIsDurableOnReturn() {
        for (long seed = 1; seed <= SEEDS; seed++) {
            anotherWorld();
            PowerCut power = powerCut();
            VmId vm = vmWithData();
            byte[] then = guestBytes(vm, 1);
            Checkpoint checkpoint = checkpoint(vm, "moment");
            write(vm, 1, 50_000, Bytes.pattern(50_000, 6));
            power.restore(seed);
            assertEquals(checkpoint, checkpoint(vm, "moment"), "seed " + seed);
            Bytes.same(then, frozenBytes(checkpoint, 1), "frozen disk, seed " + seed);
        }
    }

    // ---- giving up

    /** While somebody reads it, a checkpoint stays, with all its bytes. */
    @Test
    public void aCheckpointInUseIsNotReleased() {
        VmId vm = vmWithData();
        byte[] then = guestBytes(vm, 0);
        Checkpoint checkpoint = checkpoint(vm, "moment");
        try (VirtualDisk open = frozen(checkpoint, 0)) {
            for (boolean keepMark : new boolean[] {true, false}) {
                refused("CHECKPOINT_IN_USE", () -> release(checkpoint, keepMark));
            }
            write(vm, 0, 0, Bytes.pattern(size(0), 6));
            Bytes.same(then, Bytes.of(open), "frozen disk after a refused release");
            assertEquals(List.of(checkpoint.id()), leftovers(vm));
        }
        release(checkpoint, false);
        refused("CHECKPOINT_GONE", () -> frozenBytes(checkpoint, 0));
    }

    /** Leftovers are exactly what was made for the item and not given up. */
    @Test
    public void leftoversAreExact() {
        VmId vm = runningVm();
        VmId bystander = runningVm("contract-bystander");
        assertEquals(List.of(), leftovers(vm));
        Checkpoint frozen = checkpoint(vm, "b");
        Checkpoint mark = checkpoint(vm, "a");
        Checkpoint gone = checkpoint(vm, "c");
        Checkpoint theirs = disks().checkpoint(vm, Consistency.CRASH_CONSISTENT, call(OTHER, 1, "d"));
        Checkpoint elsewhere = checkpoint(bystander, "e");
        release(mark, true);
        release(gone, false);
        for (int i = 0; i < 2; i++) {
            assertEquals(List.of(frozen.id(), mark.id()).stream().sorted().toList(), leftovers(vm));
            assertEquals(List.of(theirs.id()), disks().leftovers(vm, call(OTHER, 1, "leftovers")));
            assertEquals(List.of(elsewhere.id()), leftovers(bystander));
            world().reopen();
        }
        disks().releaseMark(mark.id(), call("release"));
        release(frozen, false);
        assertEquals(List.of(), leftovers(vm));
    }

    /** What is not there any more is released. */
    @Test
    public void releasingWhatIsMissingIsDone() {
        VmId vm = vmWithData();
        Checkpoint one = checkpoint(vm, "one");
        Checkpoint two = checkpoint(vm, "two");
        for (int i = 0; i < 2; i++) {
            release(one, true);
            release(two, false);
        }
        release(one, true);
        assertEquals(List.of(one.id()), leftovers(vm), "a mark that is released with its mark kept stays");
        for (int i = 0; i < 2; i++) {
            disks().releaseMark(one.id(), call("release"));
            disks().releaseMark("contract-no-such-mark", call("release"));
            disks().release("contract-no-such-checkpoint", true, call("release"));
        }
        assertEquals(List.of(), leftovers(vm));
    }

    // ---- changes

    /** Whatever a guest does: what differs between two moments lies in the ranges, or the site says that it does not know. */
    @Test
    public void changesAreNeverLessThanTheTruth() {
        for (long seed = 1; seed <= SEEDS; seed++) {
            anotherWorld();
            changesAreNeverLessThanTheTruth(new Random(seed), "seed " + seed);
        }
    }

    private void changesAreNeverLessThanTheTruth(Random random, String seed) {
        VmId vm = vmWithData();
        byte[][] before = {guestBytes(vm, 0), guestBytes(vm, 1)};
        Checkpoint mark = checkpoint(vm, "start");
        release(mark, true);
        for (int cycle = 1; cycle <= 4; cycle++) {
            for (int i = random.nextInt(4); i >= 0; i--) {
                guestDoesSomething(vm, random);
            }
            if (random.nextInt(3) == 0) {
                world().reopen();
            }
            byte[][] after = {guestBytes(vm, 0), guestBytes(vm, 1)};
            Checkpoint next = checkpoint(vm, "cycle-" + cycle);
            guestDoesSomething(vm, random);
            for (int k = 0; k < 2; k++) {
                ChangedRanges changed = changes(mark, next, k);
                if (changed instanceof ChangedRanges.Known known) {
                    assertTrue(claims(Flag.CHANGED_RANGES), "only who claims it may know");
                    Bytes.checkCovers(known.ranges(), before[k], after[k], "disk " + k + ", " + seed);
                } else if (claims(Flag.CHANGED_RANGES)) {
                    assertEquals("known", changed.toString(), "nothing happened that loses track, " + seed);
                }
                Bytes.same(after[k], frozenBytes(next, k), "frozen disk " + k + ", " + seed);
            }
            release(next, true);
            disks().releaseMark(mark.id(), call("release"));
            mark = next;
            before = after;
        }
    }

    private void guestDoesSomething(VmId vm, Random random) {
        int k = random.nextInt(2);
        int length = 1 + random.nextInt(60_000);
        int at = random.nextInt(5) == 0 ? size(k) - length : random.nextInt(size(k) - length);
        if (random.nextInt(4) == 0) {
            try (VirtualDisk disk = world().guestDisk(vm, k)) {
                disk.zero(at, length);
                disk.flush();
            }
        } else {
            write(vm, k, at, Bytes.pattern(length, random.nextLong()));
        }
    }

    /** Over a power cut, too: what the guest had written is in the ranges, or nothing is known. */
    @Test
    public void changesSurviveAPowerCutOrAreUnknown() {
        for (long seed = 1; seed <= SEEDS; seed++) {
            anotherWorld();
            PowerCut power = powerCut();
            VmId vm = vmWithData();
            byte[] before = guestBytes(vm, 0);
            Checkpoint mark = checkpoint(vm, "mark");
            release(mark, true);
            write(vm, 0, 300_000 % size(0), Bytes.pattern(1000, seed));
            power.restore(seed);
            byte[] after = guestBytes(vm, 0);
            Checkpoint next = checkpoint(vm, "next");
            if (changes(mark, next, 0) instanceof ChangedRanges.Known known) {
                Bytes.checkCovers(known.ranges(), before, after, "seed " + seed);
            }
        }
    }

    /** Unknown is said, never shown as empty: a mark that is gone, was never there, or has another VM. */
    @Test
    public void whatIsNotKnownIsUnknown() {
        VmId vm = vmWithData();
        Checkpoint gone = checkpoint(vm, "gone");
        Checkpoint dropped = checkpoint(vm, "dropped");
        release(gone, false);
        release(dropped, true);
        disks().releaseMark(dropped.id(), call("release"));
        Checkpoint elsewhere = checkpoint(runningVm("contract-bystander"), "elsewhere");
        write(vm, 0, 0, Bytes.pattern(1000, 2));
        Checkpoint now = checkpoint(vm, "now");
        unknown(gone.id(), now);
        unknown(dropped.id(), now);
        unknown("contract-no-such-mark", now);
        unknown(elsewhere.id(), now);
    }

    private void unknown(String since, Checkpoint until) {
        ChangedRanges changes =
                disks().changes(since, until.id(), until.disks().get(0).disk(), call("changes"));
        assertInstanceOf(ChangedRanges.Unknown.class, changes, () -> "changes since " + since);
    }

    /** Who writes a disk without its VM is not seen by the VM's tracking: the site knows that it does not know. */
    @Test
    public void writesWithoutTheVmAreNotMissed() {
        VmId vm = vmWithData();
        byte[] before = guestBytes(vm, 0);
        Checkpoint mark = checkpoint(vm, "mark");
        release(mark, true);
        vms().turnOff(vm, call("off"));
        DiskRef disk = seen(vm).disks().get(0);
        try (VirtualDisk open = world().open(disks().offline(disk, Access.WRITE))) {
            open.write(200_000 % size(0), ByteBuffer.wrap(Bytes.pattern(100, 4)));
            open.flush();
        }
        vms().start(vm, call("start"));
        byte[] after = guestBytes(vm, 0);
        assertNotEquals(-1, java.util.Arrays.mismatch(before, after), "the write reached the disk");
        Checkpoint next = checkpoint(vm, "next");
        if (changes(mark, next, 0) instanceof ChangedRanges.Known known) {
            Bytes.checkCovers(known.ranges(), before, after, "written without the VM");
        }
    }
}
