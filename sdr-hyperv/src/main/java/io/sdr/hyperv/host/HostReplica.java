package io.sdr.hyperv.host;

import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.hyperv.powershell.Arguments;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Hyper-V Replica on one host, verb by verb. Which verb belongs to which side and state is the caller's knowledge; Hyper-V refuses
 * what does not fit. Each change looks first and returns what is seen then. Thread-safe.
 */
public final class HostReplica {
    private final HostScripts host;

    public HostReplica(HostScripts host) {
        this.host = host;
    }

    /** Looks at VMs; one that is not on this host is missing. */
    public List<Relation> status(Collection<VmId> vms, CallContext context) {
        Arguments arguments =
                Arguments.none().with("vms", vms.stream().map(VmId::value).toList());
        return host.run("replication-status", arguments, context).each("vms").stream()
                .map(Relation::of)
                .toList();
    }

    /** What was measured of its replication in the present monitoring interval. */
    public ReplicationMeasure measure(VmId vm, CallContext context) {
        return ReplicationMeasure.of(
                host.run("replication-measure", Arguments.none().with("vm", vm.value()), context));
    }

    /** Lists the recovery points of a replica. */
    public List<RelationPoint> points(VmId vm, CallContext context) {
        return host.run("replication-points", Arguments.none().with("vm", vm.value()), context).each("points").stream()
                .map(RelationPoint::of)
                .toList();
    }

    /** At the primary: relates it to a replica server. */
    public Relation enable(
            VmId vm, ReplicaServer server, RelationSettings settings, List<String> excludedDisks, CallContext context) {
        return change(
                "replication-enable",
                settings.addTo(server.addTo(host.guarded(vm, context))).with("excludedDisks", excludedDisks),
                context);
    }

    /** At the replica: makes a VM that was brought there ready to be a replica of that server's VM. */
    public Relation accept(VmId vm, String primaryServer, CallContext context) {
        return change("replication-accept", host.guarded(vm, context).with("server", primaryServer), context);
    }

    /** At the primary: changes settings. Refused with code {@code WRONG_MODE} anywhere else. */
    public Relation configure(VmId vm, RelationSettings settings, CallContext context) {
        return change("replication-settings", settings.addTo(host.guarded(vm, context)), context);
    }

    /** At the primary: begins the first copy; from an existing copy it compares. */
    public Relation startInitial(VmId vm, boolean existingCopy, Optional<Instant> at, CallContext context) {
        Arguments arguments = host.guarded(vm, context).with("existingCopy", existingCopy);
        return change(
                "replication-start-initial",
                at.isPresent() ? arguments.with("startAt", at.get().toEpochMilli()) : arguments.without("startAt"),
                context);
    }

    /** At the primary: gives the first copy up. */
    public Relation stopInitial(VmId vm, CallContext context) {
        return change("replication-stop-initial", host.guarded(vm, context), context);
    }

    public Relation suspend(VmId vm, CallContext context) {
        return change("replication-suspend", host.guarded(vm, context), context);
    }

    /** Goes on where it was suspended. */
    public Relation resume(VmId vm, CallContext context) {
        return resume(vm, false, context);
    }

    /** Compares the disks and repairs the replica. */
    public Relation resynchronize(VmId vm, CallContext context) {
        return resume(vm, true, context);
    }

    private Relation resume(VmId vm, boolean resynchronize, CallContext context) {
        return change(
                "replication-resume",
                host.guarded(vm, context).with("resynchronize", resynchronize).with("continue", false),
                context);
    }

    /** Ends the relation on this host. Files stay. */
    public Relation remove(VmId vm, CallContext context) {
        return change("replication-remove", host.guarded(vm, context), context);
    }

    /** At the replica, failed over: turns the direction round; this commits. */
    public Relation reverse(VmId vm, ReplicaServer server, CallContext context) {
        return change(
                "replication-reverse",
                server.addThumbprint(host.guarded(vm, context).with("server", server.name())),
                context);
    }

    /** At the old primary after an unplanned failover. Refused with code {@code VM_RUNNING} if its VM is not off. */
    public Relation becomeReplica(VmId vm, CallContext context) {
        return change("replication-as-replica", host.guarded(vm, context), context);
    }

    /** At the primary, its VM off: sends the last changes and keeps it from starting. */
    public Relation prepareFailover(VmId vm, CallContext context) {
        return change("failover-prepare", host.guarded(vm, context), context);
    }

    /** At the replica: brings it to a point, or to the latest. Refused with code {@code POINT_GONE} for one that is not there. */
    public Relation startFailover(VmId vm, Optional<String> point, CallContext context) {
        return change("failover-start", at(point, host.guarded(vm, context)), context);
    }

    /** At the replica: makes the test VM of a point, or of the latest, and gives its id. */
    public VmId startTest(VmId vm, Optional<String> point, CallContext context) {
        return Reading.vm(host.run("failover-test", at(point, host.guarded(vm, context)), context), "test");
    }

    /** At the replica: removes the test VM. */
    public Relation stopTest(VmId vm, CallContext context) {
        return change("failover-stop", host.guarded(vm, context).with("test", true), context);
    }

    /** Takes a failover back. Refused with code {@code TEST_EXISTS} if Hyper-V would remove a test VM instead. */
    public Relation stopFailover(VmId vm, CallContext context) {
        return change("failover-stop", host.guarded(vm, context).with("test", false), context);
    }

    /** At the replica: commits. Nothing takes it back. */
    public Relation completeFailover(VmId vm, CallContext context) {
        return change("failover-complete", host.guarded(vm, context), context);
    }

    private Relation change(String script, Arguments arguments, CallContext context) {
        return Relation.of(host.run(script, arguments, context));
    }

    private static Arguments at(Optional<String> point, Arguments arguments) {
        return point.isPresent() ? arguments.with("point", point.get()) : arguments.without("point");
    }
}
