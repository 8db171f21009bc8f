package io.sdr.api;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One VM under protection with its two copies, as it was at one moment: an immutable snapshot. {@link SiteRecovery#item} gives
 * a fresh one. Made by the engine; more components may come, so do not call the constructor or deconstruct it.
 *
 * @param id sdr's own id
 * @param name the VM's name when it was protected
 * @param version grows with each change
 * @param state the state
 * @param activeSide where the VM may run now; whether it runs is not part of it
 * @param paused whether replication is paused
 * @param testFailover how far a test failover is
 * @param drill the report of the latest test failover, open or closed
 * @param divergence what is known about writes on the other side
 * @param divergenceEvidence the evidence; empty for {@link Divergence#NONE}
 * @param resyncCause why the history broke, in {@link ProtectionState#RESYNC_REQUIRED}
 * @param epoch the number of the last decision on who is active
 * @param places the two places
 * @param vms the two VMs, as far as they are known
 * @param replication what replicates, or empty
 * @param openJob the job that is open for the item
 * @param pendingNotes what sites have still to be told
 * @param policy the policy
 * @param networks the network settings
 * @param allowedOperations what is allowed now
 * @param deniedOperations for each other operation the reason and the remedy
 */
public record ReplicatedItem(
        ItemId id,
        String name,
        long version,
        ProtectionState state,
        Side activeSide,
        Pause paused,
        TestFailoverState testFailover,
        Optional<Drill> drill,
        Divergence divergence,
        String divergenceEvidence,
        Optional<ResyncCause> resyncCause,
        long epoch,
        Map<Side, Place> places,
        Map<Side, VmId> vms,
        Optional<ReplicationInfo> replication,
        Optional<JobId> openJob,
        List<PendingNote> pendingNotes,
        ReplicationPolicy policy,
        NetworkSettings networks,
        Set<Operation> allowedOperations,
        Map<Operation, Denial> deniedOperations)
        implements ItemRef {
    /** Copies the collections. */
    public ReplicatedItem {
        places = Map.copyOf(places);
        vms = Map.copyOf(vms);
        pendingNotes = List.copyOf(pendingNotes);
        allowedOperations = Set.copyOf(allowedOperations);
        deniedOperations = Map.copyOf(deniedOperations);
    }

    @Override
    public ItemId itemId() {
        return id;
    }

    /**
     * Gives one line for people: split brain over paused over state.
     *
     * @return the status
     */
    public String status() {
        if (divergence == Divergence.SPLIT_BRAIN || divergence == Divergence.SUSPECTED) {
            return divergence + " (" + state + ", active: " + activeSide + ")";
        }
        if (paused.by() != Pause.By.NOBODY) {
            return "PAUSED by " + paused.by() + " (" + state + ", active: " + activeSide + ")";
        }
        return state + " (active: " + activeSide + ")";
    }
}
