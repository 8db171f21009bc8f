package io.sdr.core.replication;

import io.sdr.api.Consistency;
import io.sdr.api.CorruptException;
import io.sdr.api.ItemId;
import io.sdr.api.JobId;
import io.sdr.api.PointId;
import io.sdr.api.ResyncCause;
import io.sdr.api.spi.CancelFlag;
import io.sdr.api.spi.Endpoint;
import io.sdr.api.spi.ReplicaStatus.Role;
import io.sdr.api.spi.ReplicationDriver.Retention;
import io.sdr.api.spi.StorageFolder;
import io.sdr.core.format.DiskFormats;
import io.sdr.core.replication.Manifest.Active;
import io.sdr.core.replication.Manifest.Cycle;
import io.sdr.core.replication.Manifest.Disk;
import io.sdr.core.replication.Manifest.Holder;
import io.sdr.core.replication.Manifest.Point;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One item's replica in one folder. Remembers nothing: every call begins with the newest manifest, so it may be called by whoever
 * comes after a crash. A call either publishes a manifest or changes nothing that counts.
 */
class Replica {
    private static final Logger LOG = LoggerFactory.getLogger(Replica.class);

    private final ReplicaFiles files;

    Replica(StorageFolder folder, DiskFormats formats) {
        this(folder, formats, CancelFlag.NEVER);
    }

    /** Takes a flag that stops long work; then the next call ends what was begun. */
    Replica(StorageFolder folder, DiskFormats formats, CancelFlag cancel) {
        this.files = new ReplicaFiles(folder, formats, cancel);
    }

    ReplicaFiles files() {
        return files;
    }

    /** How cycles are applied. */
    Apply apply() {
        return new Apply(files);
    }

    /** Looks, without changing anything. */
    Optional<Manifest> look() {
        return files.store().read();
    }

    /** Looks, without changing anything, where there must be a replica. */
    Manifest look(ItemId item) {
        return look().orElseThrow(() -> Trouble.missing(item, files.folder()));
    }

    /** Gets the manifest in order to build on it. */
    Manifest open(ItemId item) {
        return files.store().readForChange().orElseThrow(() -> Trouble.missing(item, files.folder()));
    }

    /** Ends what was begun on the base, so that the base is whole. */
    Manifest whole(Manifest m) {
        if (Growth.isUnderWay(m)) {
            return new Growth(files).finish(m);
        }
        if (m.unwindTo() >= 0) {
            return new Unwind(files).finish(m);
        }
        return m.applying() > 0 ? apply().finish(m) : m;
    }

    /** A new name for one life as a replica. */
    static String lineage(long epoch, long generation, String token) {
        byte[] sha = SegmentFormat.newDigest().digest(token.getBytes(StandardCharsets.UTF_8));
        return "e" + epoch + "g" + generation + "-" + HexFormat.of().formatHex(sha, 0, 4);
    }

    /** Makes an empty replica. There already, of the same origin, is done; its retention is updated. */
    Manifest establish(ItemId item, Endpoint origin, Retention retention, long epoch, String token) {
        Optional<Manifest> now = files.store().readForChange();
        if (now.isEmpty()) {
            return files.store()
                    .publish(Manifest.empty(1, item, lineage(epoch, 1, token), Role.REPLICA, origin, epoch, retention));
        }
        Manifest m = now.get();
        if (m.role() != Role.REPLICA || !m.origin().equals(origin) || !m.item().equals(item)) {
            throw Trouble.invalid(
                    "RELATION_TAKEN",
                    "make a replica of " + origin.vm() + " in " + files.folder().describe(),
                    "there are files of " + m.origin().vm() + " at "
                            + m.origin().site() + " in role " + m.role(),
                    "disable that protection first");
        }
        if (m.retention().equals(retention)) {
            return m;
        }
        m = whole(m); // a cycle that is half applied has undo data, or none, as the old retention wanted it
        Manifest.Edit edit = m.edit();
        edit.retention = retention;
        return files.store().publish(edit.build());
    }

    /** Raises the floor; never lowers it. */
    Manifest raiseFloor(Manifest m, long floor) {
        if (floor <= m.epochFloor()) {
            return m;
        }
        Manifest.Edit edit = m.edit();
        edit.epochFloor = floor;
        return files.store().publish(edit.build());
    }

    /**
     * Makes the empty bases of a replica that does not know its disks yet.
     *
     * @param sectors by disk: the guest's sector, if the source's format knows one
     */
    Manifest defineDisks(Manifest m, List<Disk> disks, List<OptionalInt> sectors) {
        for (int k = 0; k < disks.size(); k++) {
            Disk disk = disks.get(k);
            files.format(disk).delete(files.folder(), disk.base()); // unnamed: from a run that died
            files.format(disk)
                    .create(files.folder(), disk.base(), ReplicaFiles.shape(disk.sizeBytes(), sectors.get(k)))
                    .close();
        }
        files.folder().force();
        Manifest.Edit edit = m.edit();
        edit.disks = new ArrayList<>(disks);
        edit.disks = files.identified(edit.build());
        return files.store().publish(edit.build());
    }

    /** Checks that nobody else wrote to the base; if so the manifest says it from then on. */
    void checkBase(Manifest m) {
        Optional<String> difference = m.role() == Role.REPLICA ? files.differenceOfBase(m, true) : Optional.empty();
        if (m.broken().isPresent()) {
            String file = difference.map(each -> ": " + each).orElse("");
            throw Trouble.suspect(
                    files.folder(), "its history is broken: " + m.broken().get() + file);
        }
        if (difference.isPresent()) {
            Manifest.Edit edit = m.edit();
            edit.broken = Optional.of(files.causeOf(m));
            files.store().publish(edit.build());
            throw Trouble.suspect(files.folder(), difference.get());
        }
    }

    /** Applies what was received, up to a cycle, if nobody holds. */
    Manifest applyUpTo(Manifest manifest, long sequence) {
        Manifest m = whole(manifest);
        Apply apply = apply();
        if (m.role() != Role.REPLICA || m.applied() >= m.received() || !apply.isAllowed(m)) {
            return m;
        }
        checkBase(m);
        while (m.applied() < Math.min(m.received(), sequence)) {
            m = apply.next(m);
        }
        return m;
    }

    /** Applies everything, joins undo data, deletes leftovers. */
    Manifest process(Manifest manifest, Predicate<String> layerInUse) {
        Manifest m = applyUpTo(manifest, Long.MAX_VALUE);
        if (m.role() == Role.REPLICA && m.holders().isEmpty()) {
            m = new Coalesce(files).run(m);
        }
        new Cleanup(files).run(m, layerInUse);
        return m;
    }

    /**
     * Looks through what waits to be applied, and what has arrived of the next cycle, and drops it from the first damage on: the source
     * is asked again.
     */
    Manifest dropDamagedCycles(Manifest m) {
        for (Cycle cycle : m.cycles()) {
            if (cycle.sequence() > m.applied() && isDamaged(m, k -> files.openRedo(m, cycle, k))) {
                Manifest.Edit edit = m.edit();
                edit.dropCyclesAfter(cycle.sequence() - 1);
                return files.store().publish(edit.build());
            }
        }
        if (m.unfinished().isPresent()
                && isDamaged(m, k -> files.openRedo(m, m.unfinished().get(), k))) {
            Manifest.Edit edit = m.edit();
            edit.giveUpUnfinished("what had arrived is damaged");
            return files.store().publish(edit.build());
        }
        return m;
    }

    private static boolean isDamaged(Manifest m, IntFunction<RedoReader> opening) {
        for (int k = 0; k < m.disks().size(); k++) {
            try (RedoReader redo = opening.apply(k)) {
                redo.remakeDigest();
            } catch (CorruptException e) {
                LOG.warn("item {}: what was received is damaged; the source is asked again", m.item(), e);
                return true;
            }
        }
        return false;
    }

    /** Holds a point for a job: the same token builds once. */
    Manifest hold(Manifest manifest, JobId job, PointId id, String token) {
        return hold(manifest, job, id, token, true);
    }

    /** The same of a base for which nothing vouches: it is taken as it is, and nothing is applied to it. */
    Manifest holdUnverified(Manifest manifest, JobId job, PointId id, String token) {
        return hold(manifest, job, id, token, false);
    }

    private Manifest hold(Manifest manifest, JobId job, PointId id, String token, boolean verified) {
        Manifest m = whole(manifest);
        Holder holder = m.holders().get(job);
        if (holder != null && holder.token().equals(token) && holder.point().equals(id)) {
            return m;
        }
        if (m.role() != Role.REPLICA) {
            throw Trouble.failed(
                    "NOT_A_REPLICA",
                    "go to a recovery point of " + m.item(),
                    "the disks in " + files.folder().describe() + " are the active ones",
                    "reverse the replication first");
        }
        Holds holds = new Holds(files);
        Point point = holds.pointOf(m, id);
        if (verified) {
            checkBase(m);
        }
        if (m.holders().isEmpty() && verified) {
            m = applyUpTo(m, point.sequence());
            point = holds.pointOf(m, id);
        }
        return holds.hold(m, job, point, token);
    }

    /** Ends a hold; not held is done. */
    Manifest release(Manifest m, JobId job, boolean keepWrites) {
        return new Holds(files).release(m, job, keepWrites);
    }

    /** Makes what a job holds the active disks; done already is done. */
    Manifest commit(Manifest m, JobId job) {
        if (m.role() == Role.ACTIVE && m.active().flatMap(Manifest.Active::by).equals(Optional.of(job))) {
            return m;
        }
        Holder holder = m.holders().get(job);
        if (holder == null || m.role() != Role.REPLICA) {
            throw Trouble.failed(
                    "NOT_HELD",
                    "commit what job " + job + " holds of " + m.item(),
                    "it holds nothing; the files are in role " + m.role(),
                    "fail over first");
        }
        return new Holds(files).commit(m, job, holder);
    }

    /** Folds the layers of the active disks, if there are any and nobody else holds a layer over the base. The VM must be off. */
    Manifest fold(Manifest m, boolean freshLayer) {
        Fold fold = new Fold(files);
        return fold.isNeeded(m) && m.holders().isEmpty() ? fold.run(m, freshLayer) : m;
    }

    /**
     * Makes disks of a VM that is off, folded into their bases, a replica that has received nothing: they are its point 0, which is
     * pinned, because what is on them may exist nowhere else.
     */
    Manifest becomeReplica(Manifest m, String lineage, Endpoint origin, Retention retention, long epoch, Instant now) {
        boolean ignored = new Cleanup(files).runAll(m, name -> false);
        Manifest.Edit edit = m.edit();
        edit.startOver();
        edit.lineage = lineage;
        edit.role = Role.REPLICA;
        edit.origin = origin;
        edit.retention = retention;
        edit.epochFloor = Math.max(m.epochFloor(), epoch);
        edit.disks = files.identified(m);
        PointId zero = edit.build().pointId(0);
        edit.points.add(new Point(zero, 0, now, Consistency.CRASH_CONSISTENT, true));
        return files.store().publish(edit.build());
    }

    /** Makes a replica that was taken back to point 0 the disks of a VM again. */
    Manifest becomeActive(Manifest m) {
        Manifest.Edit edit = m.edit();
        edit.startOver();
        edit.role = Role.ACTIVE;
        edit.active = Optional.of(new Active(Optional.empty(), List.of()));
        edit.seed = Optional.empty();
        edit.disks = new ArrayList<>();
        m.disks().forEach(each -> edit.disks.add(each.withIdentity(Optional.empty())));
        Manifest done = files.store().publish(edit.build());
        boolean ignored = new Cleanup(files).runAll(done, name -> false);
        return done;
    }

    /**
     * Makes a replica plain disks that hold what was received, as far as somebody vouches for it; its points go. Damage is written
     * into the manifest before it is thrown: whoever calls again takes the disks as they are.
     */
    Manifest keepAsDisks(Manifest manifest) {
        if (!manifest.holders().isEmpty()) {
            throw Trouble.failed(
                    "REPLICA_HELD",
                    "make the replica of " + manifest.item() + " plain disks",
                    "jobs hold it: " + manifest.holders().keySet(),
                    "end them first");
        }
        Manifest m = manifest;
        if (m.broken().isEmpty()) {
            try {
                m = applyUpTo(m, Long.MAX_VALUE);
            } catch (CorruptException e) {
                Manifest now = open(m.item());
                if (now.broken().isEmpty()) {
                    Manifest.Edit edit = now.edit();
                    edit.broken = Optional.of(ResyncCause.REPLICA_SUSPECT);
                    files.store().publish(edit.build());
                }
                throw e;
            }
        }
        return becomeActive(m);
    }

    /** Takes a replica on which nothing was built back to a cycle. */
    Manifest unwind(Manifest manifest, long sequence) {
        Manifest m = whole(manifest);
        if (!m.holders().isEmpty()) {
            throw Trouble.failed(
                    "REPLICA_HELD",
                    "take the replica of " + m.item() + " back",
                    "jobs hold it: " + m.holders().keySet(),
                    "end them first");
        }
        return new Unwind(files).to(m, sequence);
    }
}
