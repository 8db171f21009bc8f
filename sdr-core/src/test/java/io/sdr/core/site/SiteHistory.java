package io.sdr.core.site;

import static io.sdr.core.site.Calls.call;
import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.Consistency;
import io.sdr.api.DiskId;
import io.sdr.api.VmId;
import io.sdr.api.spi.ChangedRanges;
import io.sdr.api.spi.Checkpoint;
import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.RangeSet;
import io.sdr.api.spi.StorageFolder;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.testkit.CrashFolder;
import io.sdr.testkit.InMemorySite;
import io.sdr.testkit.MemoryFolder;
import io.sdr.testkit.SimulatedDeath;
import io.sdr.testkit.SiteOptions;
import io.sdr.testkit.VirtualTime;
import io.sdr.testkit.guest.Guest;
import io.sdr.testkit.guest.GuestRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * A random history of a guest that writes while checkpoints come and go, with restarts, and deaths at any write of the storage:
 * whatever is frozen holds what the guest knew at that moment, and the changes told hold all that changed.
 */
final class SiteHistory {
    private static final int STEPS = 120;

    /** A checkpoint or mark, and the guest's moment at it. */
    private record Known(Checkpoint checkpoint, long moment, boolean frozen) {}

    private final Map<String, Known> known = new TreeMap<>();
    private final List<String> history = new ArrayList<>();
    private final Random random;
    private final UnaryOperator<StorageFolder> storage;
    private final VmId vm;
    private final Guest guest;
    private CrashFolder crashing;
    private InMemorySite site;
    private int tokens;
    private int unknowns;
    private int answers;
    private int deaths;

    SiteHistory(long seed, UnaryOperator<StorageFolder> storage) {
        this.random = new Random(seed);
        this.storage = storage;
        this.crashing = CrashFolder.over(new MemoryFolder("east"));
        this.site = open();
        this.vm = site.createVm("sql-01", 300_000, 3 * 65536, 65536 + 513).id();
        site.powerOn(vm);
        this.guest = Guest.in(site, vm, seed);
    }

    private InMemorySite open() {
        SiteOptions options = SiteOptions.named("east").time(new VirtualTime()).process(crashing.process());
        return InMemorySite.open(options, storage.apply(crashing));
    }

    /** Runs the history; an {@link AssertionError} names what was not true. */
    void run() {
        try {
            for (int i = 0; i < STEPS; i++) {
                if (random.nextInt(4) == 0) {
                    crashing.dieBefore(crashing.operations() + 1 + random.nextInt(40));
                }
                try {
                    step();
                } catch (SimulatedDeath death) {
                    history.add(death.getMessage());
                    deaths++;
                    afterDeath();
                }
                crashing.dieBefore(-1);
                checkAll();
            }
        } catch (RuntimeException | Error e) {
            throw new AssertionError(String.join(", ", history), e);
        }
        assertThat(answers).as("questions answered, beside %s not", unknowns).isGreaterThan(20);
        assertThat(deaths).as("deaths").isGreaterThan(3);
    }

    private void step() {
        if (known.size() > 6) {
            release();
        }
        switch (random.nextInt(10)) {
            case 0, 1 -> act("write", () -> guest.write(1 + random.nextInt(4)));
            case 2 -> act("write half", guest::writeHalf);
            case 3 -> act("write unflushed", () -> guest.writeUnflushed(1 + random.nextInt(3)));
            case 4, 5 -> checkpoint(Consistency.CRASH_CONSISTENT);
            case 6 -> checkpoint(Consistency.APPLICATION_CONSISTENT);
            case 7 -> release();
            case 8 ->
                act("restart of the site", () -> {
                    site.close();
                    site = open();
                    guest.moveTo(site, vm);
                    guest.replay();
                });
            default ->
                act("power off and on", () -> {
                    site.vms().shutDown(vm, call("off"));
                    site.vms().start(vm, call("on"));
                    guest.moveTo(site, vm);
                });
        }
    }

    private void act(String what, Runnable action) {
        history.add(what);
        action.run();
    }

    private void checkpoint(Consistency consistency) {
        String token = "cycle/" + tokens++;
        history.add(consistency + " " + token);
        long before = guest.record().moment();
        Checkpoint made = site.disks().checkpoint(vm, consistency, call(token));
        assertThat(made.consistency()).isEqualTo(consistency);
        if (consistency == Consistency.APPLICATION_CONSISTENT) {
            assertThat(guest.record().isBetweenTransactions(guest.record().moment()))
                    .isTrue();
        } else {
            assertThat(guest.record().moment()).isEqualTo(before);
        }
        known.put(made.id(), new Known(made, guest.record().moment(), true));
    }

    private void release() {
        if (known.isEmpty()) {
            return;
        }
        String id = List.copyOf(known.keySet()).get(random.nextInt(known.size()));
        Known held = known.get(id);
        boolean keep = held.frozen() && random.nextInt(3) > 0;
        history.add("release " + id + (keep ? ", keep the mark" : ""));
        if (held.frozen()) {
            known.remove(id); // until the outcome is known
            site.disks().release(id, keep, call("release"));
            if (keep) {
                known.put(id, new Known(held.checkpoint(), held.moment(), false));
            }
        } else {
            known.remove(id);
            site.disks().releaseMark(id, call("release"));
        }
    }

    private void afterDeath() {
        List<String> before = List.copyOf(known.keySet());
        long moment = guest.record().moment();
        crashing = CrashFolder.over(crashing.afterCrash(random.nextLong()));
        site = open();
        List<String> left = site.disks().leftovers(vm, call("look"));
        assertThat(left).as("nothing vanishes that was not released").containsAll(before);
        for (String id : left) {
            if (!before.contains(id)) {
                adopt(id, moment);
            }
        }
        site.vms().start(vm, call("on"));
        guest.moveTo(site, vm);
        guest.replay();
    }

    /** A checkpoint whose making or releasing died: it may be there. Called again it says what it is. */
    private void adopt(String id, long moment) {
        site.disks().release(id, false, call("release"));
        site.disks().releaseMark(id, call("release"));
        assertThat(site.disks().leftovers(vm, call("look"))).doesNotContain(id);
        history.add("found " + id + " after the death at moment " + moment + ", released");
    }

    private void checkAll() {
        GuestRecord record = guest.record();
        for (Known held : known.values()) {
            for (DiskRef disk : held.checkpoint().disks()) {
                if (held.frozen() && random.nextInt(known.size()) == 0) {
                    try (VirtualDisk frozen = Calls.frozen(site, held.checkpoint(), disk.disk())) {
                        assertThat(record.difference(disk.disk(), held.moment(), frozen))
                                .as(held.checkpoint().id())
                                .isEmpty();
                    }
                }
            }
        }
        List<Known> all = List.copyOf(known.values());
        for (int i = 0; i < 2 && !all.isEmpty(); i++) {
            Known since = all.get(random.nextInt(all.size()));
            Known until = all.get(random.nextInt(all.size()));
            if (since.moment() <= until.moment()) {
                since.checkpoint().disks().forEach(disk -> checkChanges(since, until, disk.disk()));
            }
        }
    }

    private void checkChanges(Known since, Known until, DiskId disk) {
        ChangedRanges told =
                site.disks().changes(since.checkpoint().id(), until.checkpoint().id(), disk, call("changes"));
        if (told instanceof ChangedRanges.Known ranges) {
            answers++;
            byte[] before = guest.record().expected(disk, since.moment());
            byte[] after = guest.record().expected(disk, until.moment());
            assertThat(untold(before, after, ranges.ranges()))
                    .as("%s to %s of %s: %s", since, until, disk, ranges.ranges())
                    .isNegative();
        } else {
            unknowns++;
        }
    }

    private static long untold(byte[] before, byte[] after, RangeSet told) {
        byte[] known = before.clone();
        told.forEach((offset, length) -> System.arraycopy(after, (int) offset, known, (int) offset, (int) length));
        return Arrays.mismatch(known, after);
    }
}
