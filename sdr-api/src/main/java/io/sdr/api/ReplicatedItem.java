package io.sdr.api;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One VM under protection with its two copies, as it was at one moment: an immutable snapshot. {@link SiteRecovery#item} gives
 * a fresh one. Two are equal if they tell the same, whenever they were made; {@link #asOf} and
 * {@link #health} do not count. Made by the engine; more methods may come, so do not
 * implement it but in tests.
 */
public interface ReplicatedItem extends ItemRef {
    /**
     * Names the item.
     *
     * @return sdr's own id
     */
    ItemId id();

    /**
     * Names the VM.
     *
     * @return its name when it was protected
     */
    String name();

    /**
     * Tells when the snapshot was made.
     *
     * @return the moment, by the engine's clock
     */
    Instant asOf();

    /**
     * Numbers the changes.
     *
     * @return a number that grows with each change
     */
    long version();

    /**
     * Tells the state.
     *
     * @return the state
     */
    ProtectionState state();

    /**
     * Tells where the VM may run now; whether it runs is not part of it.
     *
     * @return the side
     */
    Side activeSide();

    /**
     * Tells whether replication is paused.
     *
     * @return the pause; {@link Pause#NO} if it is not
     */
    Pause paused();

    /**
     * Tells how far a test failover is.
     *
     * @return the state beside {@link #state()}
     */
    TestFailoverState testFailover();

    /**
     * Gives the report of the latest test failover, open or closed.
     *
     * @return the report; empty before the first
     */
    Optional<Drill> drill();

    /**
     * Tells what is known about writes on the other side.
     *
     * @return what is known
     */
    Divergence divergence();

    /**
     * Tells how that is known.
     *
     * @return the evidence; empty for {@link Divergence#NONE}
     */
    String divergenceEvidence();

    /**
     * Tells why the history broke.
     *
     * @return the cause, in {@link ProtectionState#RESYNC_REQUIRED}
     */
    Optional<ResyncCause> resyncCause();

    /**
     * Numbers the decisions on who is active.
     *
     * @return the number of the last one
     */
    long epoch();

    /**
     * Gives the two places.
     *
     * @return the place of each side
     */
    Map<Side, Place> places();

    /**
     * Gives the two VMs.
     *
     * @return the VM of each side where it is known
     */
    Map<Side, VmId> vms();

    /**
     * Tells what replicates.
     *
     * @return from where to where and how far; empty while there is no replica. Between a failover and its commit it tells of the
     *     replica as it was: nothing goes on then, and {@code from} is not the active side
     */
    Optional<ReplicationInfo> replication();

    /**
     * Names the job that is at work on the item, or waits for somebody's answer.
     *
     * @return its id; empty if there is none
     */
    Optional<JobId> openJob();

    /**
     * Names the job that failed half-way and keeps the item until it is retried or cancelled, or another operation takes its place.
     * {@link #allowedOperations} says which of these is possible.
     *
     * @return its id; empty if there is none
     */
    Optional<JobId> failedJob();

    /**
     * Tells what sites have still to be told.
     *
     * @return the notes, oldest first
     */
    List<PendingNote> pendingNotes();

    /**
     * Tells how the item is replicated.
     *
     * @return the policy
     */
    ReplicationPolicy policy();

    /**
     * Tells how networks are mapped.
     *
     * @return the settings
     */
    NetworkSettings networks();

    /**
     * Tells what is allowed now.
     *
     * @return the operations
     */
    Set<Operation> allowedOperations();

    /**
     * Tells for each other operation why it is refused, and what helps.
     *
     * @return the denials
     */
    Map<Operation, Denial> deniedOperations();

    /**
     * Tells whether somebody has to look after the item, and why.
     *
     * @return its health at the moment of the snapshot
     */
    Health health();

    @Override
    default ItemId itemId() {
        return id();
    }

    /**
     * Tells how old the newest recovery point was at the moment of the snapshot: what a failover would lose if the active side were
     * gone. Between the clock of the source's site, which dates points, and the engine's own there may be some seconds.
     *
     * @return the age; empty while nothing replicates, or before the first point
     */
    default Optional<Duration> rpo() {
        return replication()
                .filter(its -> its.from() == activeSide())
                .flatMap(ReplicationInfo::lastPoint)
                .map(point -> Duration.between(point, asOf()))
                .map(age -> age.isNegative() ? Duration.ZERO : age);
    }

    /**
     * Gives one line for people: split brain over paused over state.
     *
     * @return the status
     */
    default String status() {
        String more = ", active: " + activeSide() + (failedJob().isPresent() ? ", its job failed" : "") + ")";
        if (divergence() == Divergence.SPLIT_BRAIN || divergence() == Divergence.SUSPECTED) {
            return divergence() + " (" + state() + more;
        }
        if (paused().isPaused()) {
            return "PAUSED by " + paused().by() + " (" + state() + more;
        }
        return state() + " (" + more.substring(2);
    }
}
