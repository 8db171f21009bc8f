package io.sdr.hyperv.replication;

import io.sdr.api.Finding;
import io.sdr.api.JobId;
import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.hyperv.host.Relation;
import io.sdr.hyperv.host.RelationPoint;
import io.sdr.hyperv.host.RelationSettings;
import io.sdr.hyperv.host.ReplicaServer;
import io.sdr.hyperv.host.ReplicationMeasure;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The verbs of Hyper-V Replica at one site, each at the host that has the VM. A change looks first, acts only if needed and returns
 * what is seen then. Reads throw {@link io.sdr.api.RetryableException} if the host does not answer, changes
 * {@link io.sdr.api.OutcomeUnknownException} if an answer was lost; a VM that is not there is
 * {@link io.sdr.api.InvalidRequestException}, code {@code UNKNOWN_VM}. Thread-safe.
 */
public interface ReplicaEnd {
    /** The name under which the other site's hosts send to a VM here: of a cluster that of its Replica Broker, never a node's. */
    String serverName(VmId vm, CallContext context);

    /** The certificate with which the host of a VM proves who it is; empty where Kerberos does. */
    Optional<String> thumbprint(VmId vm, CallContext context);

    /**
     * Lists what would stop Hyper-V Replica between this site and another, in both directions. Pure reads; silent hosts are left out.
     *
     * @param other the other site's
     * @param port where both sides listen
     * @param certificates whether hosts show by certificates who they are
     * @param context the call
     */
    List<Finding> readiness(ReplicaEnd other, int port, boolean certificates, CallContext context);

    /** Looks at VMs; one that is at none of the hosts is missing. */
    Map<VmId, Relation> look(Collection<VmId> vms, CallContext context);

    /** Looks at one VM. */
    default Optional<Relation> look(VmId vm, CallContext context) {
        return Optional.ofNullable(look(List.of(vm), context).get(vm));
    }

    /** What was measured of a VM's replication. */
    ReplicationMeasure measure(VmId vm, CallContext context);

    /** The recovery points of a replica. */
    List<RelationPoint> points(VmId vm, CallContext context);

    /** Says in the VM's notes that it was made for the context's item. */
    void tagReplica(VmId vm, CallContext context);

    /** Says in the VM's notes that it was made for a drill of the context's item. */
    void tagTest(VmId vm, JobId drill, CallContext context);

    /** At the primary: relates it to a replica server; disks are left out by their paths. */
    Relation enable(
            VmId vm, ReplicaServer server, RelationSettings settings, List<String> excludedDisks, CallContext context);

    /** At the replica: makes a VM that is there ready to be a replica of that server's VM. */
    Relation accept(VmId vm, String primaryServer, CallContext context);

    /** At the primary: changes settings. */
    Relation configure(VmId vm, RelationSettings settings, CallContext context);

    /** At the primary: begins the first copy; from an existing copy it compares. */
    Relation startInitial(VmId vm, boolean existingCopy, Optional<Instant> at, CallContext context);

    /** At the primary: gives the first copy up. */
    Relation stopInitial(VmId vm, CallContext context);

    /** Pauses. */
    Relation suspend(VmId vm, CallContext context);

    /** Goes on where it was paused, or where an error stopped it. */
    Relation resume(VmId vm, CallContext context);

    /** Compares the disks and repairs the replica. */
    Relation resynchronize(VmId vm, CallContext context);

    /** Ends the relation at this side. VM and files stay. */
    Relation remove(VmId vm, CallContext context);

    /** At the replica, failed over: turns the direction round. */
    Relation reverse(VmId vm, ReplicaServer server, CallContext context);

    /** At the old primary, off: becomes a replica. */
    Relation becomeReplica(VmId vm, CallContext context);

    /** At the primary, off: sends the last changes and keeps it from starting. */
    Relation prepareFailover(VmId vm, CallContext context);

    /** At the replica, off: brings it to a point, or to the latest. */
    Relation startFailover(VmId vm, Optional<String> point, CallContext context);

    /** Takes a prepared or started failover back. */
    Relation stopFailover(VmId vm, CallContext context);

    /** At the replica: commits. */
    Relation completeFailover(VmId vm, CallContext context);

    /** At the replica: makes the test VM of a point, or of the latest. */
    VmId startTest(VmId vm, Optional<String> point, CallContext context);

    /** At the replica: removes the test VM. */
    Relation stopTest(VmId vm, CallContext context);

    /** Where the files of a VM's disks are. */
    List<ReplicaFile> files(VmId vm, CallContext context);

    /**
     * Deletes a disk's file; gone already is done. A file that any VM of this site has attached, itself, in a checkpoint or below a
     * layer, stays: {@link io.sdr.api.RetryableException}, code {@code DISK_ATTACHED}. One whose identifier is another than the noted
     * one is another disk that somebody put there: it stays, too, and the log says so.
     */
    void deleteFile(ReplicaFile file, CallContext context);
}
