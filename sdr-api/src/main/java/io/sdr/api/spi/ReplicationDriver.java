package io.sdr.api.spi;

import io.sdr.api.Consistency;
import io.sdr.api.Finding;
import io.sdr.api.InvalidRequestException;
import io.sdr.api.ItemId;
import io.sdr.api.JobId;
import io.sdr.api.PointId;
import io.sdr.api.Problem;
import io.sdr.api.ReplicationPolicy;
import io.sdr.api.SiteId;
import io.sdr.api.VmId;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Replication between a pair of sites. Every change may be called again with the same arguments and then only finishes what is
 * missing; what it did is durable on return and seen by {@link #status}. Reads throw {@link io.sdr.api.RetryableException} if a
 * site that they need does not answer; changes throw {@link io.sdr.api.OutcomeUnknownException} if an answer was lost. A change
 * under an epoch below the target's floor is refused with {@link io.sdr.api.OperationFailedException}, code
 * {@code STALE_EPOCH}. Thread-safe; calls for one item are ordered by the caller.
 */
public interface ReplicationDriver {
    /**
     * Tells what the driver promises.
     *
     * @return the promises; constant
     */
    DriverCapabilities capabilities();

    /**
     * Lists what would stop this driver from replicating a VM: pure reads, and judgement of the policy. Nothing by default.
     *
     * @param source the VM
     * @param target the site that would get the replica
     * @param policy how it shall be replicated
     * @param context the call
     * @return the findings
     */
    default List<Finding> readiness(Endpoint source, SiteId target, ReplicationPolicy policy, CallContext context) {
        return List.of();
    }

    /**
     * Tells whether this driver's product replicates a VM already, for whomever: then no other driver may. Nothing by default.
     *
     * @param vm the VM
     * @param context the call
     * @return what is seen, for people; empty if it does not
     */
    default Optional<String> occupied(Endpoint vm, CallContext context) {
        return Optional.empty();
    }

    /**
     * Names the VM that {@link #establish(ReplicaLink, ReplicationPolicy, CallContext)} makes at the target, before it is there. Only
     * asked of drivers with {@link DriverCapabilities.Flag#OWNS_VMS}.
     *
     * @param source the VM that is replicated
     * @return the target's VM; by default of the same id
     */
    default VmId targetVm(VmId source) {
        return source;
    }

    /**
     * Looks at replicas. Needs only the target sites.
     *
     * @param links which; all of one call have the same target site
     * @param context the call
     * @return one status for each link
     */
    Map<ItemId, ReplicaStatus> status(Collection<ReplicaLink> links, CallContext context);

    /**
     * Makes an empty replica. Refused with {@link InvalidRequestException}, code {@code RELATION_TAKEN}, if the item has
     * a replica of another origin there.
     *
     * @param link the direction
     * @param retention which points to keep
     * @param context the call
     */
    void establish(ReplicaLink link, Retention retention, CallContext context);

    /**
     * The same by the whole policy. Called again with another policy, what may be changed of a relation is changed. A driver with
     * {@link DriverCapabilities.Flag#OWNS_VMS} makes the target's VM here: off, locked against start, tagged with the item.
     *
     * @param link the direction
     * @param policy how to replicate
     * @param context the call
     */
    default void establish(ReplicaLink link, ReplicationPolicy policy, CallContext context) {
        establish(link, new Retention(policy.pointsKept(), policy.pointEvery()), context);
    }

    /**
     * Runs one cycle: checkpoint, what changed, send, durable at the target for every disk. The first cycle of a replica sends
     * whatever its disks need. Cycles are numbered without gaps; one that was received already changes nothing.
     *
     * @param link the direction
     * @param sequence its number: the number received last, plus one
     * @param consistency what the point shall promise
     * @param context the call
     * @return how it ended
     */
    CycleResult replicate(ReplicaLink link, long sequence, Consistency consistency, CallContext context);

    /**
     * Sends the last changes of a source that is off, before a decision. By default one cycle.
     *
     * @param link the direction
     * @param sequence its number, as in {@link #replicate}
     * @param consistency what the point shall promise
     * @param context the call
     * @return how it ended
     */
    default CycleResult sendRest(ReplicaLink link, long sequence, Consistency consistency, CallContext context) {
        return replicate(link, sequence, consistency, context);
    }

    /**
     * Takes back at the source what {@link #sendRest} set there, so that its VM can be started again. Needs the source's site only.
     * Nothing to take back is done, which is the default.
     *
     * @param link the direction
     * @param context the call
     */
    default void takeBackRest(ReplicaLink link, CallContext context) {}

    /**
     * Runs one cycle that sends whole disks without comparing, while the source is off: for disks that differ almost everywhere. The
     * same as {@link #replicate} otherwise, except that no history is needed. An earlier call that ended in the middle is gone on
     * with.
     *
     * @param link the direction
     * @param sequence its number: the number received last, plus one
     * @param context the call; hears the progress
     * @return how it ended
     */
    CycleResult downloadAll(ReplicaLink link, long sequence, CallContext context);

    /**
     * Writes over the replica's disks in place, by the caller's word, without room for what they held. Before the first write it is
     * durable at the target that they are torn, and every recovery point is given up: until this returns, the replica is broken
     * ({@link io.sdr.api.ResyncCause#REPLICA_SUSPECT}), nothing can be brought to a point, and no other cycle is received. Then it
     * holds one point, this cycle's. A call after one that ended in the middle goes on: what is equal already is not written again,
     * unless {@code whole} forbids to compare. Refused while somebody holds a point. Only where
     * {@link DriverCapabilities.Flag#REPLACE_IN_PLACE} is claimed.
     *
     * @param link the direction
     * @param sequence its number: the number received last, plus one
     * @param whole whether everything is written, without comparing
     * @param context the call; hears the progress. Its cancel flag ends the call, and leaves the disks torn
     * @return how it ended
     * @throws InvalidRequestException code {@code NOT_SUPPORTED}, where it is not claimed
     */
    default CycleResult replaceInPlace(ReplicaLink link, long sequence, boolean whole, CallContext context) {
        throw new InvalidRequestException(Problem.of("NOT_SUPPORTED")
                .attempted("replace the disks of item " + link.item() + " in place")
                .state("the driver cannot do that; nothing was changed")
                .remedy("do it without replaceInPlace()"));
    }

    /**
     * Looks how a replica whose history broke would be brought back in line.
     *
     * @param link the direction
     * @param context the call
     * @return the plan
     */
    ResyncPlan planResync(ReplicaLink link, CallContext context);

    /**
     * Makes a replica ready for the cycle that brings it back in line; begun already is done. A replica that is gone is made anew,
     * empty. With {@code grow}, disks are enlarged to the source's sizes. The next cycle then compares; until it is received the
     * recovery points can be reached as before. Where the base was changed outside they are unverified, see
     * {@link #bringToUnverified}, and gone when that cycle is received.
     *
     * @param link the direction
     * @param retention which points to keep
     * @param grow whether disks may be enlarged; without it, other sizes refuse with
     *     {@link io.sdr.api.OperationFailedException}, code {@code GEOMETRY}
     * @param context the call
     */
    void beginResync(ReplicaLink link, Retention retention, boolean grow, CallContext context);

    /**
     * Gives up what an unfinished cycle holds at the source, its checkpoint above all, because replication is paused. Marks that the
     * next cycle needs stay. A driver may keep what has arrived of a copy and go on from there; where it cannot go on, it starts over
     * and {@link ReplicaStatus#startedOver} says why. Nothing under way is done, which is what this does by default.
     *
     * @param link the direction
     * @param context the call
     */
    default void pause(ReplicaLink link, CallContext context) {}

    /**
     * Applies received cycles to the base, unless somebody holds a point, and deletes what nothing names. Disks that a VM has
     * attached are never touched.
     *
     * @param link the direction
     * @param context the call
     */
    void process(ReplicaLink link, CallContext context);

    /**
     * Raises the epoch below which cycles are refused. Never lowers it.
     *
     * @param link the direction
     * @param floor the lowest epoch that may still send
     * @param context the call
     */
    void closeReception(ReplicaLink link, long floor, CallContext context);

    /**
     * Makes disks that hold a recovery point, and holds it for a job; while it is held the base does not change. The same token
     * builds once. Another token builds afresh, for the same point or another: what was written to the disks before is lost.
     *
     * @param link the direction
     * @param holder the job
     * @param point the point
     * @param context the call
     * @return the disks; no VM has them attached yet
     */
    HeldPoint bringTo(ReplicaLink link, JobId holder, PointId point, CallContext context);

    /**
     * The same as {@link #bringTo}, for a replica that was changed outside: the point is made of what is there, whatever it is.
     * The caller has accepted that.
     *
     * @param link the direction
     * @param holder the job
     * @param point the point
     * @param context the call
     * @return the disks; no VM has them attached yet
     */
    HeldPoint bringToUnverified(ReplicaLink link, JobId holder, PointId point, CallContext context);

    /**
     * Makes a test's VM from a recovery point, off, tagged with the drill, and holds the point for the drill. There already is done.
     * Given back with {@link #giveBack}, which deletes it. Only asked of drivers with {@link DriverCapabilities.Flag#OWNS_VMS}.
     *
     * @param link the direction
     * @param drill the drill's job
     * @param point the point
     * @param context the call
     * @return the VM
     * @throws InvalidRequestException code {@code NOT_SUPPORTED}, where it is not claimed
     */
    default VmId openTest(ReplicaLink link, JobId drill, PointId point, CallContext context) {
        throw new InvalidRequestException(Problem.of("NOT_SUPPORTED")
                .attempted("make the VM of test " + drill + " of item " + link.item())
                .state("the driver makes no VMs; nothing was changed")
                .remedy("bring the test to a point and attach its disks to a VM"));
    }

    /**
     * Gives a held point back. No VM may have its disks attached. Not held is done.
     *
     * @param link the direction
     * @param holder the job
     * @param keepWrites whether what was written to its disks is kept aside as files named after the job
     * @param context the call
     */
    void giveBack(ReplicaLink link, JobId holder, boolean keepWrites, CallContext context);

    /**
     * Accepts what a job holds, in one step: the held disks are the active ones, all points are gone.
     *
     * @param link the direction in which was replicated
     * @param holder the job
     * @param context the call
     */
    void commit(ReplicaLink link, JobId holder, CallContext context);

    /**
     * Does housekeeping that no job waits for and that is possible now: applies received cycles, folds layers of a VM that is off,
     * deletes what nothing names. After folding, {@link ReplicaStatus#activeDisks} names other disks than before; the caller attaches
     * them before the VM starts again.
     *
     * @param link the direction in which was or is replicated to this target
     * @param context the call
     */
    void tidy(ReplicaLink link, CallContext context);

    /**
     * Tells how much was changed on the old side's disks, whose VM is off, after the newest cycle that had arrived at the other side.
     *
     * @param link the direction in which a reversal would replicate: its target is the old side
     * @param context the call
     * @return the bytes that may differ, at least those that do; empty where the old side's tracking does not know, which is the
     *     default
     */
    default OptionalLong unreplicated(ReplicaLink link, CallContext context) {
        return OptionalLong.empty();
    }

    /**
     * Looks how a reversal would be done.
     *
     * @param link the new direction: from the active side to the old one
     * @param context the call
     * @return the plan
     */
    ReversalPlan planReversal(ReplicaLink link, CallContext context);

    /**
     * Makes the old side's present disks the base of a new replica, with a pinned recovery point "as it stood", ready for cycle 1.
     * The old side's VM must be off; its disks are detached from it.
     *
     * @param link the new direction
     * @param retention which points to keep
     * @param context the call
     */
    void beginReversal(ReplicaLink link, Retention retention, CallContext context);

    /**
     * Does the same as {@link #beginReversal} without asking the other side, which may be lost: the old disks can then be started as
     * they stood, by their pinned recovery point. A reverse replication that follows compares.
     *
     * @param link the direction in which a reversal would replicate
     * @param retention which points to keep
     * @param context the call
     */
    void keepAsItStood(ReplicaLink link, Retention retention, CallContext context);

    /**
     * Takes {@link #beginReversal} back as far as nothing was built on it: the old side's disks are as they stood.
     *
     * @param link the new direction
     * @param context the call
     * @return the old side's disks, to be attached to its VM again
     */
    List<DiskRef> undoReversal(ReplicaLink link, CallContext context);

    /**
     * Shows that the last cycle lost nothing.
     *
     * @param link the direction
     * @param sequence the last cycle, taken while the source was off
     * @param context the call
     * @return the evidence
     */
    LossEvidence evidence(ReplicaLink link, long sequence, CallContext context);

    /**
     * Reads and digests both sides' whole disks as of the held point, while the source is off.
     *
     * @param link the direction
     * @param holder the job that holds the point
     * @param context the call
     * @return the digests
     */
    WholeDiskDigests compareWhole(ReplicaLink link, JobId holder, CallContext context);

    /**
     * Gives a replica's recovery points up and keeps its disks, as the first part of {@link #dissolveTarget} without deleting. What was
     * received is applied first, unless the replica was changed outside: then its disks are kept as they are. Afterwards
     * the role is {@link ReplicaStatus.Role#ACTIVE}, so that {@link ReplicaStatus#activeDisks} names the disks, and no VM has them
     * attached; a driver with {@link DriverCapabilities.Flag#OWNS_VMS} leaves them attached to its VM, and no relation. No replica there is done. Needs the target's site only. Refused with
     * {@link io.sdr.api.OperationFailedException}, code {@code REPLICA_HELD}, while a job holds a point. A damaged file throws
     * {@link io.sdr.api.CorruptException}, and is remembered: called again, the disks are kept as they are.
     *
     * @param link the direction
     * @param context the call
     */
    void keepAsDisks(ReplicaLink link, CallContext context);

    /**
     * Removes what the relation has at the target: points, redo and undo, and marks that its VM left when it was the source. Needs
     * that side's site only. Missing is done.
     *
     * @param link the direction
     * @param deleteReplica whether the target's disks go too; disks that a user brought, and those of an active VM, stay in any case
     * @param context the call
     */
    void dissolveTarget(ReplicaLink link, boolean deleteReplica, CallContext context);

    /**
     * Removes what the relation has at the source: checkpoints, marks, and what made its VM's disks part of a relation. The disks stay
     * as they are, whether the VM runs or not. Needs that side's site only. Missing is done.
     *
     * @param link the direction
     * @param context the call
     */
    void dissolveSource(ReplicaLink link, CallContext context);

    /**
     * Removes the relation on both sides, the target first.
     *
     * @param link the direction
     * @param deleteReplica as in {@link #dissolveTarget}
     * @param context the call
     */
    default void dissolve(ReplicaLink link, boolean deleteReplica, CallContext context) {
        dissolveTarget(link, deleteReplica, context);
        dissolveSource(link, context);
    }

    /**
     * Which recovery points are kept.
     *
     * @param pointsKept how many beside the latest, 0 to 720
     * @param pointEvery how far apart they are; zero keeps every cycle's
     */
    record Retention(int pointsKept, Duration pointEvery) {}
}
