package io.sdr.hyperv.replication;

import io.sdr.api.Consistency;
import io.sdr.api.Finding;
import io.sdr.api.InvalidRequestException;
import io.sdr.api.ItemId;
import io.sdr.api.JobId;
import io.sdr.api.OperationFailedException;
import io.sdr.api.PointId;
import io.sdr.api.Problem;
import io.sdr.api.ReplicationPolicy;
import io.sdr.api.SiteId;
import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.CycleResult;
import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.DriverCapabilities;
import io.sdr.api.spi.DriverCapabilities.Flag;
import io.sdr.api.spi.Endpoint;
import io.sdr.api.spi.HeldPoint;
import io.sdr.api.spi.LossEvidence;
import io.sdr.api.spi.ReplicaLink;
import io.sdr.api.spi.ReplicaStatus;
import io.sdr.api.spi.ReplicationDriver;
import io.sdr.api.spi.ResyncPlan;
import io.sdr.api.spi.ReversalPlan;
import io.sdr.api.spi.WholeDiskDigests;
import io.sdr.hyperv.host.Relation;
import io.sdr.hyperv.host.RelationMode;
import io.sdr.hyperv.host.RelationState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Hyper-V Replica between two sites: it carries the data by its own clock, this drives its verbs. Each call looks at both hosts and
 * does what is missing, so after a lost answer or a death it is called again. Thread-safe.
 */
public final class HyperVReplicaDriver implements ReplicationDriver {
    /** Its name, stored with the items that it replicates. */
    public static final String NAME = "hyper-v-replica";

    private static final DriverCapabilities CAPABILITIES =
            new DriverCapabilities(EnumSet.of(Flag.SELF_SCHEDULED, Flag.OWNS_VMS));

    private final Ends ends;
    private final Statuses statuses;
    private final Relating relating;
    private final Cycling cycling;
    private final Failovers failovers;

    /**
     * Makes a driver for a pair of sites.
     *
     * @param one a site
     * @param other another site
     */
    public HyperVReplicaDriver(ReplicaSite one, ReplicaSite other) {
        this.ends = new Ends(one, other);
        this.statuses = new Statuses(ends);
        this.relating = new Relating(ends);
        this.cycling = new Cycling(ends, relating);
        this.failovers = new Failovers(ends, statuses);
    }

    @Override
    public DriverCapabilities capabilities() {
        return CAPABILITIES;
    }

    @Override
    public List<Finding> readiness(Endpoint source, SiteId target, ReplicationPolicy policy, CallContext context) {
        List<Finding> findings = new ArrayList<>(RelationPolicy.findings(policy));
        findings.addAll(ends.verbs(source)
                .readiness(
                        ends.site(target).replicaEnd(),
                        RelationPolicy.port(policy),
                        policy.nativeReplication().usesCertificates(),
                        context));
        boolean copyThere =
                ends.site(target).replicaEnd().look(source.vm(), context).isPresent();
        if (copyThere && !policy.nativeReplication().usesExistingCopy()) {
            findings.add(Finding.blocker(
                    "TARGET_EXISTS",
                    "VM " + source.vm(),
                    "site " + target + " has a VM of this id already",
                    "none, or a copy that is to be used",
                    "use NativeReplication.fromExistingCopy(), or delete that VM"));
        }
        if (!copyThere && policy.nativeReplication().usesExistingCopy()) {
            findings.add(Finding.blocker(
                    "NO_EXISTING_COPY",
                    "VM " + source.vm(),
                    "site " + target + " has no VM of this id",
                    "a copy of the VM with the same id, off",
                    "import the copy there, or replicate over the network"));
        }
        occupied(source, context)
                .ifPresent(seen -> findings.add(Finding.blocker(
                        "RELATION_TAKEN",
                        "VM " + source.vm(),
                        seen,
                        "no relation",
                        "end that relation on both hosts, then try again")));
        return findings;
    }

    @Override
    public Optional<String> occupied(Endpoint vm, CallContext context) {
        return ends.look(vm, context)
                .filter(seen -> seen.mode() != RelationMode.NONE)
                .map(seen -> "Hyper-V Replica has it as " + seen.mode() + ", " + seen.state());
    }

    @Override
    public Map<ItemId, ReplicaStatus> status(Collection<ReplicaLink> links, CallContext context) {
        return statuses.of(links, context);
    }

    /** Keeps the relation's policy, and checks that everything of it is there. */
    @Override
    public void establish(ReplicaLink link, Retention retention, CallContext context) {
        Relating.requireSameId(link);
        RelationNote note = ends.requireNote(link, context);
        Ends.requireCurrent(link, note, context);
        relating.relate(link, note.policy(), context);
        relating.tag(link, note, context);
    }

    @Override
    public void establish(ReplicaLink link, ReplicationPolicy policy, CallContext context) {
        relating.establish(link, policy, context);
        relating.tag(link, ends.requireNote(link, context), context);
    }

    @Override
    public CycleResult replicate(ReplicaLink link, long sequence, Consistency consistency, CallContext context) {
        return cycling.replicate(link, sequence, context);
    }

    @Override
    public CycleResult sendRest(ReplicaLink link, long sequence, Consistency consistency, CallContext context) {
        return cycling.sendRest(link, sequence, context);
    }

    @Override
    public void takeBackRest(ReplicaLink link, CallContext context) {
        cycling.takeBackRest(link, context);
    }

    @Override
    public CycleResult downloadAll(ReplicaLink link, long sequence, CallContext context) {
        throw notSupported(
                link,
                "download whole disks",
                "disable the item, protect the VM with DriverChoice.SDR, and download with that");
    }

    @Override
    public ResyncPlan planResync(ReplicaLink link, CallContext context) {
        return cycling.planResync(link, bytes(link.source(), context), context);
    }

    @Override
    public void beginResync(ReplicaLink link, Retention retention, boolean grow, CallContext context) {
        if (grow) {
            throw notSupported(link, "grow the replica", "resize the replica's disk by hand, then resynchronise");
        }
        cycling.beginResync(link, context);
    }

    @Override
    public void pause(ReplicaLink link, CallContext context) {
        cycling.pause(link, context);
    }

    /** Hyper-V applies what it receives by itself. */
    @Override
    public void process(ReplicaLink link, CallContext context) {}

    @Override
    public void closeReception(ReplicaLink link, long floor, CallContext context) {
        RelationNote note = ends.requireNote(link, context);
        if (note.floor() < floor) {
            Ends.requireCurrent(link, note, context);
            ends.keep(link, note.withFloor(floor), context);
        }
    }

    @Override
    public HeldPoint bringTo(ReplicaLink link, JobId holder, PointId point, CallContext context) {
        return failovers.bringTo(link, holder, point, context);
    }

    /** Hyper-V vouches for its points or does not list them. */
    @Override
    public HeldPoint bringToUnverified(ReplicaLink link, JobId holder, PointId point, CallContext context) {
        return failovers.bringTo(link, holder, point, context);
    }

    @Override
    public VmId openTest(ReplicaLink link, JobId drill, PointId point, CallContext context) {
        return failovers.openTest(link, drill, point, context);
    }

    @Override
    public void giveBack(ReplicaLink link, JobId holder, boolean keepWrites, CallContext context) {
        failovers.giveBack(link, holder, keepWrites, context);
    }

    @Override
    public void commit(ReplicaLink link, JobId holder, CallContext context) {
        failovers.commit(link, holder, context);
    }

    /** Hyper-V keeps its files in order by itself. */
    @Override
    public void tidy(ReplicaLink link, CallContext context) {}

    @Override
    public ReversalPlan planReversal(ReplicaLink link, CallContext context) {
        Optional<Relation> old = ends.look(link.target(), context);
        if (old.isEmpty()) {
            return new ReversalPlan(ReversalPlan.Method.FULL, "the old side has no VM", bytes(link.source(), context));
        }
        return old.get().state() == RelationState.PREPARED_FOR_FAILOVER
                ? new ReversalPlan(
                        ReversalPlan.Method.UNION,
                        "the failover was prepared: Hyper-V Replica goes on with what changed since",
                        0)
                : new ReversalPlan(
                        ReversalPlan.Method.COMPARE,
                        "the failover was not prepared: Hyper-V Replica reads and compares both sides; what the old"
                                + " side did not send is overwritten",
                        bytes(link.source(), context));
    }

    @Override
    public void beginReversal(ReplicaLink link, Retention retention, CallContext context) {
        relating.reverse(link, context);
        relating.tag(link, ends.requireNote(link, context), context);
    }

    @Override
    public void keepAsItStood(ReplicaLink link, Retention retention, CallContext context) {
        throw notSupported(
                link, "start the old disks as they stood", "fail over to a recovery point, or reverse the replication");
    }

    @Override
    public List<DiskRef> undoReversal(ReplicaLink link, CallContext context) {
        relating.undoReverse(link, context);
        return List.of();
    }

    @Override
    public LossEvidence evidence(ReplicaLink link, long sequence, CallContext context) {
        return new LossEvidence.Asserted("Hyper-V Replica", cycling.evidence(link, context));
    }

    @Override
    public WholeDiskDigests compareWhole(ReplicaLink link, JobId holder, CallContext context) {
        throw notSupported(link, "digest whole disks", "plan the failover without verifyBeforeStart()");
    }

    /** The relation ends at the target, and its VM keeps its disks. */
    @Override
    public void keepAsDisks(ReplicaLink link, CallContext context) {
        Optional<RelationNote> note = ends.note(link, context);
        Optional<Relation> seen = ends.look(link.target(), context);
        boolean held = note.isPresent()
                && seen.isPresent()
                && (note.get().test().isPresent()
                        || seen.get().state() == RelationState.FAILED_OVER_WAITING_COMPLETION);
        if (held) {
            throw new OperationFailedException(Problem.of("REPLICA_HELD")
                    .attempted("give the recovery points of item " + link.item() + " up")
                    .state("a job holds one; nothing was changed")
                    .remedy("commit or cancel the failover, or clean the test up, first"));
        }
        relating.dissolveTarget(link, false, context);
    }

    @Override
    public void dissolveTarget(ReplicaLink link, boolean deleteReplica, CallContext context) {
        relating.dissolveTarget(link, deleteReplica, context);
    }

    @Override
    public void dissolveSource(ReplicaLink link, CallContext context) {
        relating.dissolveSource(link, context);
    }

    private long bytes(Endpoint end, CallContext context) {
        return statuses.disks(end, context).stream()
                .mapToLong(DiskRef::sizeBytes)
                .sum();
    }

    private static InvalidRequestException notSupported(ReplicaLink link, String what, String remedy) {
        return new InvalidRequestException(Problem.of("NOT_SUPPORTED")
                .attempted(what + ", for item " + link.item())
                .state("Hyper-V Replica cannot do that; nothing was changed")
                .remedy(remedy));
    }
}
