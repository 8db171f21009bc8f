package io.sdr.core.replication;

import io.sdr.api.Consistency;
import io.sdr.api.JobId;
import io.sdr.api.SdrException;
import io.sdr.api.spi.Access;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.Checkpoint;
import io.sdr.api.spi.RangeSet;
import io.sdr.api.spi.ReplicaStatus.Role;
import io.sdr.api.spi.ReplicationDriver.Retention;
import io.sdr.api.spi.StorageFolder;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.core.format.DiskFormats;
import io.sdr.core.format.RawFormat;
import io.sdr.core.replication.Manifest.Disk;
import io.sdr.core.replication.Manifest.Holder;
import io.sdr.core.replication.Manifest.Layers;
import io.sdr.core.replication.Manifest.Point;
import io.sdr.core.replication.Manifest.Unfinished;
import io.sdr.core.sync.DeltaSync;
import io.sdr.core.sync.SyncCancelledException;
import io.sdr.testkit.CrashFolder;
import io.sdr.testkit.MemoryFolder;
import io.sdr.testkit.SimulatedDeath;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * One random history of a replica, printed from its seed: receive, pause, go on, apply, hold, write, change, give back, commit, fold,
 * reverse, take back, each of which may die at any write or force, with what was not forced lost, torn and reordered. An in-memory model tells what
 * every point and every held or active disk must hold, byte by byte. Whoever asked for an act that died asks again.
 */
class History {
    private static final int MAX_BYTES = 200_000;
    private static final int SECTOR_BYTES = 512;
    private static final List<JobId> JOBS = List.of(new JobId("job-a"), new JobId("job-b"));

    /** What is tried, and how often it died. */
    static final class Counts {
        int acts;
        int deaths;
        int fulls;
        int verifiedDisks;
        int pauses;
        int wentOn;

        void add(Counts other) {
            acts += other.acts;
            deaths += other.deaths;
            fulls += other.fulls;
            verifiedDisks += other.verifiedDisks;
            pauses += other.pauses;
            wentOn += other.wentOn;
        }
    }

    final Counts counts = new Counts();
    private final long seed;
    private final Random random;
    private final ReplicaHarness h;
    private final UnaryOperator<StorageFolder> wrap;
    private final boolean dying;
    private final Retention retention;
    private final List<String> log = new ArrayList<>();
    private CrashFolder crash;

    // the model
    private final Map<Long, byte[][]> states = new HashMap<>();
    private final Map<String, byte[][]> checkpoints = new HashMap<>();
    private final Map<JobId, byte[][]> held = new TreeMap<>(Comparator.comparing(JobId::value));
    private Optional<byte[][]> active = Optional.empty();
    private byte[][] common = new byte[0][];
    private long received;
    private int lineages;
    private int tokens;

    History(long seed, boolean dying) {
        this(seed, dying, UnaryOperator.identity());
    }

    /** Makes a history over a storage that may be broken on purpose. */
    History(long seed, boolean dying, UnaryOperator<StorageFolder> wrap) {
        this.seed = seed;
        this.random = new Random(seed);
        this.dying = dying;
        this.wrap = wrap;
        int[] sizes = new int[1 + random.nextInt(3)];
        for (int k = 0; k < sizes.length; k++) {
            sizes[k] = 1 + random.nextInt(MAX_BYTES);
        }
        this.retention = switch (random.nextInt(4)) {
            case 0 -> new Retention(0, Duration.ZERO);
            case 1 -> new Retention(2, Duration.ofMinutes(3));
            default -> ReplicaHarness.KEEP_ALL;
        };
        crash = CrashFolder.over(new MemoryFolder());
        h = new ReplicaHarness(wrap.apply(crash), sizes) {
            @Override
            Replica newReplica(StorageFolder next) {
                return History.this.newReplica(next, formats);
            }
        };
        byte[][] empty = new byte[sizes.length][];
        for (int k = 0; k < sizes.length; k++) {
            empty[k] = new byte[sizes[k]];
        }
        states.put(0L, empty);
    }

    /** The replica under test; a mutant overrides it. */
    Replica newReplica(StorageFolder folder, DiskFormats formats) {
        return new Replica(folder, formats);
    }

    /** How a cycle is received; a mutant overrides it. */
    Reception newReception(Replica replica, Manifest m, long sequence, String checkpoint) {
        return new Reception(replica.files(), m, sequence, checkpoint);
    }

    /** What is sent of a cycle that goes on; a mutant overrides it. */
    RangeSet rest(Unfinished unfinished, int disk, RangeSet changed) {
        return unfinished.rest(disk, changed);
    }

    // ---- the run

    void run(int acts) {
        try {
            if (dying) {
                arm(0);
            }
            act("establish", () -> h.establish(retention));
            for (int i = 0; i < acts; i++) {
                counts.acts++;
                step();
                if (random.nextInt(4) == 0) {
                    verify();
                }
            }
            verify();
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError("history " + seed + (dying ? " with deaths" : "") + ": " + log, e);
        }
    }

    /** Later with each try, so that every act comes to its end. */
    private void arm(int tries) {
        crash.dieBefore(crash.operations() + 1 + random.nextInt(120 << Math.min(tries, 10)));
    }

    private void step() {
        int dice = random.nextInt(100);
        if (active.isPresent()) {
            stepActive(dice);
        } else if (dice < 40) {
            receive();
        } else if (dice < 58) {
            act("process", () -> h.replica.process(h.open(), name -> false));
        } else if (dice < 74) {
            hold(JOBS.get(random.nextInt(2)));
        } else if (dice < 84) {
            write();
        } else if (dice < 92) {
            release();
        } else if (dice < 96) {
            commit();
        } else {
            takeBack();
        }
    }

    private void stepActive(int dice) {
        if (dice < 40) {
            write();
        } else if (dice < 60) {
            fold(random.nextBoolean());
        } else if (dice < 75) {
            release();
        } else {
            reverse();
        }
    }

    /** Runs an act until it ends; the process dies where it was told to, and the folder is found in some state. */
    private void act(String what, Runnable body) {
        act(what, body, () -> {});
    }

    private void act(String what, Runnable body, Runnable afterDeath) {
        log.add(what);
        if (random.nextInt(12) == 0) {
            crash.fullAtWrite(1 + random.nextInt(30));
        }
        for (int tries = 0; ; tries++) {
            try {
                body.run();
                crash.giveRoom();
                return;
            } catch (SimulatedDeath e) {
                counts.deaths++;
                log.add("died " + e.getMessage());
                crash = CrashFolder.over(crash.afterCrash(random.nextLong()));
                h.use(wrap.apply(crash));
                arm(tries);
                afterDeath.run();
            } catch (SdrException e) {
                if (!e.code().equals("STORAGE_FULL")) {
                    throw e;
                }
                counts.fulls++;
                log.add("full");
                crash.giveRoom();
                afterDeath.run();
            }
        }
    }

    // ---- acts

    private byte[][] mutated(byte[][] from) {
        byte[][] next = ReplicaHarness.copy(from);
        for (byte[] disk : next) {
            for (int i = random.nextInt(4); i > 0; i--) {
                int at = random.nextInt(disk.length);
                byte[] data = new byte[Math.min(disk.length - at, 1 + random.nextInt(30_000))];
                if (random.nextInt(3) > 0) {
                    random.nextBytes(data);
                }
                System.arraycopy(data, 0, disk, at, data.length);
            }
        }
        return next;
    }

    private void receive() {
        long sequence = received + 1;
        boolean pauses = random.nextInt(3) == 0;
        int looks = pauses ? random.nextInt(4) : Integer.MAX_VALUE;
        byte[][][] next = {mutated(sourceAtLast(sequence))};
        String[] checkpoint = {newCheckpoint(sequence)};
        act((pauses ? "pause " : "receive ") + sequence, () -> send(sequence, next[0], checkpoint[0], looks), () -> {
            if (sequence > look().received() && random.nextInt(3) == 0) {
                next[0] = mutated(sourceAtLast(sequence)); // the source is asked for another moment
                checkpoint[0] = newCheckpoint(sequence);
                log.add("another checkpoint");
            }
        });
        if (look().received() == sequence) {
            states.put(sequence, next[0]);
            received = sequence;
        } else {
            check(pauses, "cycle " + sequence + " was not received");
            counts.pauses += isLeft(look(), checkpoint[0]) ? 1 : 0;
        }
    }

    private String newCheckpoint(long sequence) {
        return "cp-" + lineages + "-" + sequence + "-" + ++tokens;
    }

    private static boolean isLeft(Manifest m, String checkpoint) {
        return m.unfinished().map(Unfinished::mark).equals(Optional.of(checkpoint));
    }

    /** What the source held when it was looked at last. */
    private byte[][] sourceAtLast(long sequence) {
        return look().unfinished().map(each -> checkpoints.get(each.mark())).orElseGet(() -> states.get(sequence - 1));
    }

    /** As a status call does: changes nothing, so nothing dies. */
    private Manifest look() {
        return h.replica.look(ReplicaHarness.ITEM);
    }

    private void send(long sequence, byte[][] next, String checkpoint, int looks) {
        Manifest m = h.open();
        if (sequence <= m.received() || isLeft(m, checkpoint)) {
            return;
        }
        m = h.replica.whole(m);
        h.replica.checkBase(m);
        check(m.received() == sequence - 1, "received " + m.received() + " before " + sequence);
        List<Optional<RangeSet>> candidates = new ArrayList<>();
        for (int k = 0; k < h.sizes.length; k++) {
            candidates.add(candidates(m, k, next));
        }
        checkpoints.put(checkpoint, next);
        int[] looked = {0};
        CallContext call = CallContext.once(ReplicaHarness.ITEM, 1, checkpoint, Instant.MAX)
                .withCancel(() -> looked[0]++ >= looks);
        Transfer transfer = new Transfer(
                h.replica.files(),
                m,
                newReception(h.replica, m, sequence, checkpoint),
                disk -> h.disk(next[disk]),
                candidates,
                DeltaSync::run,
                call);
        Checkpoint frozen = new Checkpoint(
                checkpoint,
                ReplicaHarness.ORIGIN.vm(),
                ReplicaHarness.START.plus(Duration.ofMinutes(sequence)),
                sequence % 4 == 0 ? Consistency.APPLICATION_CONSISTENT : Consistency.CRASH_CONSISTENT,
                List.of());
        try {
            Manifest unused = transfer.run(frozen, false, true);
            counts.wentOn += m.unfinished().isPresent() ? 1 : 0;
        } catch (SyncCancelledException e) {
            log.add("paused");
        }
    }

    private Optional<RangeSet> candidates(Manifest m, int disk, byte[][] next) {
        if (m.unfinished().isEmpty()) {
            return Optional.empty();
        }
        Unfinished unfinished = m.unfinished().get();
        return Optional.of(rest(unfinished, disk, changed(checkpoints.get(unfinished.mark())[disk], next[disk])));
    }

    /** What the source's tracking says. */
    private static RangeSet changed(byte[] before, byte[] after) {
        RangeSet.Builder changed = new RangeSet.Builder();
        for (int at = 0; at < before.length; at += SECTOR_BYTES) {
            int end = Math.min(before.length, at + SECTOR_BYTES);
            if (!Arrays.equals(before, at, end, after, at, end)) {
                changed.add(at, end - at);
            }
        }
        return changed.build();
    }

    private void hold(JobId job) {
        List<Point> points = look().points();
        if (points.isEmpty()) {
            return;
        }
        Point point = points.get(random.nextInt(points.size()));
        String token = "t" + ++tokens;
        act("hold " + point.sequence() + " for " + job, () -> h.replica.hold(h.open(), job, point.id(), token));
        held.put(job, ReplicaHarness.copy(states.get(point.sequence())));
    }

    private void release() {
        List<JobId> jobs = new ArrayList<>(held.keySet());
        if (jobs.isEmpty()) {
            return;
        }
        JobId job = jobs.get(random.nextInt(jobs.size()));
        boolean keep = random.nextBoolean();
        act("release " + job, () -> h.replica.release(h.open(), job, keep));
        held.remove(job);
    }

    private void commit() {
        List<JobId> jobs = new ArrayList<>(held.keySet());
        if (jobs.isEmpty()) {
            return;
        }
        JobId job = jobs.get(random.nextInt(jobs.size()));
        act("commit " + job, () -> h.replica.commit(h.open(), job));
        active = Optional.of(held.remove(job));
        common = states.get(received);
        states.clear();
    }

    private void fold(boolean fresh) {
        if (!held.isEmpty()) {
            return;
        }
        act("fold", () -> {
            h.replica.fold(h.open(), fresh);
            h.replica.process(h.open(), name -> false);
        });
    }

    private void reverse() {
        if (!held.isEmpty()) {
            return;
        }
        lineages++;
        String lineage = "l" + lineages;
        act("reverse", () -> {
            Manifest m = h.open();
            if (m.role() == Role.ACTIVE) {
                Manifest unused = h.replica.becomeReplica(
                        h.replica.fold(m, false), lineage, ReplicaHarness.ORIGIN, retention, 1, ReplicaHarness.START);
            }
        });
        states.clear();
        states.put(0L, active.orElseThrow());
        active = Optional.empty();
        received = 0;
    }

    private void takeBack() {
        if (!held.isEmpty() || lineages == 0) {
            return;
        }
        act("take back", () -> {
            Manifest m = h.open();
            if (m.role() == Role.REPLICA) {
                Manifest unused = h.replica.becomeActive(h.replica.unwind(m, 0));
            }
        });
        active = Optional.of(states.get(0L));
        common = new byte[0][];
        states.clear();
    }

    /** The VM of a job, or the active one, writes; power may go at any moment. */
    private void write() {
        Manifest m = look();
        List<JobId> jobs = new ArrayList<>(held.keySet());
        List<Layers> layers;
        byte[][] content;
        if (active.isPresent()) {
            layers = m.active().orElseThrow().layers();
            content = active.get();
        } else if (!jobs.isEmpty()) {
            JobId job = jobs.get(random.nextInt(jobs.size()));
            layers = m.holders().get(job).layers();
            content = held.get(job);
        } else {
            return;
        }
        if (layers.isEmpty()) {
            return; // folded into the base: that would be the VM's own disk
        }
        int k = random.nextInt(h.sizes.length);
        String file = layers.get(k).run();
        int at = random.nextInt(h.sizes[k]);
        byte[] data = new byte[Math.min(h.sizes[k] - at, 1 + random.nextInt(20_000))];
        random.nextBytes(data);
        byte[] before = content[k].clone();
        System.arraycopy(data, 0, content[k], at, data.length);
        boolean[] died = {false};
        act(
                "write " + file,
                () -> {
                    if (!died[0]) {
                        h.write(file, at, data);
                    }
                },
                () -> died[0] = true);
        if (died[0]) {
            // a write that was not flushed may be there in part; nothing else may have changed
            byte[] found = h.read(file);
            for (int i = 0; i < found.length; i++) {
                boolean written = i >= at && i < at + data.length;
                check(
                        found[i] == before[i] || (written && found[i] == data[i - at]),
                        file + " holds neither old nor new at " + i);
            }
            content[k] = found;
        }
    }

    // ---- the checks

    private static void check(boolean good, String what) {
        if (!good) {
            throw new AssertionError(what);
        }
    }

    /** Compares everything, on a copy. */
    private void verify() {
        h.use(crash.afterOrderlyEnd());
        try {
            Manifest m = h.open();
            verifyPoints(m);
            for (Map.Entry<JobId, byte[][]> each : held.entrySet()) {
                Holder holder = m.holders().get(each.getKey());
                check(holder != null, "the hold of " + each.getKey() + " is gone");
                expect(runs(holder.layers()), each.getValue(), "held by " + each.getKey());
            }
            check(m.holders().size() == held.size(), "holders " + m.holders().keySet());
            if (active.isPresent()) {
                verifyActive(m);
            }
        } finally {
            h.use(wrap.apply(crash));
        }
    }

    private void verifyPoints(Manifest manifest) {
        check(manifest.role() == (active.isPresent() ? Role.ACTIVE : Role.REPLICA), "role " + manifest.role());
        if (active.isPresent()) {
            check(manifest.points().isEmpty(), "points after commit");
            return;
        }
        Manifest m = h.replica.whole(manifest);
        check(m.received() == received, "received " + m.received() + " instead of " + received);
        check(received == 0 || m.pointAt(received).isPresent(), "the newest point is gone");
        if (retention.equals(ReplicaHarness.KEEP_ALL)) {
            check(m.points().size() == received + (lineages > 0 ? 1 : 0), "points " + m.points());
        }
        if (lineages > 0) {
            check(m.pointAt(0).isPresent(), "the pinned point is gone");
        }
        h.replica.checkBase(m);
        JobId verifier = new JobId("verifier");
        for (Point point : m.points()) {
            m = h.replica.hold(h.open(), verifier, point.id(), "v" + point.id());
            expect(runs(m.holders().get(verifier).layers()), states.get(point.sequence()), "point " + point.id());
            Manifest unused = h.replica.release(h.open(), verifier, false);
        }
        if (held.isEmpty()) {
            m = h.replica.process(h.open(), name -> false);
            check(m.applied() == received, "applied " + m.applied() + " of " + received);
            expect(m.disks().stream().map(Disk::base).toList(), states.get(received), "the base");
        }
    }

    private void verifyActive(Manifest m) {
        List<Layers> layers = m.active().orElseThrow().layers();
        expect(
                layers.isEmpty() ? m.disks().stream().map(Disk::base).toList() : runs(layers),
                active.orElseThrow(),
                "the active disk");
        Fold fold = new Fold(h.replica.files());
        for (int k = 0; k < common.length; k++) {
            RangeSet known = m.divergence().get(k);
            if (!layers.isEmpty()) {
                known = known.union(fold.ranges(h.format, layers.get(k)));
            }
            for (int i = 0; i < h.sizes[k]; i++) {
                check(
                        active.get()[k][i] == common[k][i] || known.contains(i),
                        "byte " + i + " of disk " + k + " differs from the common point, and nothing tells");
            }
        }
    }

    private static List<String> runs(List<Layers> layers) {
        return layers.stream().map(Layers::run).toList();
    }

    private void expect(List<String> files, byte[][] content, String what) {
        for (int k = 0; k < h.sizes.length; k++) {
            counts.verifiedDisks++;
            try (VirtualDisk disk = new RawFormat().open(h.folder, files.get(k), Access.READ)) {
                byte[] found = new byte[h.sizes[k]];
                disk.read(0, ByteBuffer.wrap(found));
                int at = Arrays.mismatch(found, content[k]);
                check(at < 0, what + ": disk " + k + " differs at byte " + at);
            }
        }
    }
}
