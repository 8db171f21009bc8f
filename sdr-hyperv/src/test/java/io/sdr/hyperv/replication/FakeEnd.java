package io.sdr.hyperv.replication;

import static io.sdr.hyperv.host.RelationState.FAILED_OVER;
import static io.sdr.hyperv.host.RelationState.FAILED_OVER_WAITING_COMPLETION;
import static io.sdr.hyperv.host.RelationState.INITIAL_REPLICATION_IN_PROGRESS;
import static io.sdr.hyperv.host.RelationState.PREPARED_FOR_FAILOVER;
import static io.sdr.hyperv.host.RelationState.READY_FOR_INITIAL_REPLICATION;
import static io.sdr.hyperv.host.RelationState.RECOVERY_IN_PROGRESS;
import static io.sdr.hyperv.host.RelationState.REPLICATING;
import static io.sdr.hyperv.host.RelationState.RESYNCHRONIZE_SUSPENDED;
import static io.sdr.hyperv.host.RelationState.RESYNCHRONIZING;
import static io.sdr.hyperv.host.RelationState.SUSPENDED;
import static io.sdr.hyperv.host.RelationState.WAITING_FOR_INITIAL_REPLICATION;
import static io.sdr.hyperv.host.RelationState.WAITING_FOR_UPDATE_COMPLETION;

import io.sdr.api.Finding;
import io.sdr.api.JobId;
import io.sdr.api.Side;
import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.hyperv.host.Relation;
import io.sdr.hyperv.host.RelationHealth;
import io.sdr.hyperv.host.RelationMode;
import io.sdr.hyperv.host.RelationPoint;
import io.sdr.hyperv.host.RelationSettings;
import io.sdr.hyperv.host.RelationState;
import io.sdr.hyperv.host.ReplicaServer;
import io.sdr.hyperv.host.ReplicationMeasure;
import io.sdr.hyperv.host.VmState;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/** The verbs at one side of a {@link FakePair}: what a script asks first, and what the cmdlet behind it then demands. */
final class FakeEnd implements ReplicaEnd {
    static final VmId TEST = new VmId("00000000-0000-0000-0000-00000000000f");

    private static final Set<RelationState> FAILOVER_FROM =
            Set.of(REPLICATING, RESYNCHRONIZING, SUSPENDED, WAITING_FOR_UPDATE_COMPLETION);
    private static final Set<RelationState> TEST_FROM = Set.of(REPLICATING, SUSPENDED, WAITING_FOR_UPDATE_COMPLETION);
    private static final Set<RelationState> STOPPABLE =
            Set.of(PREPARED_FOR_FAILOVER, FAILED_OVER_WAITING_COMPLETION, RECOVERY_IN_PROGRESS);

    private final FakePair pair;
    private final Side side;

    FakeEnd(FakePair pair, Side side) {
        this.pair = pair;
        this.side = side;
    }

    private Relation seen(VmId vm, FakeVm its) {
        return new Relation(
                vm,
                its.power(),
                its.mode(),
                its.state(),
                RelationHealth.NORMAL,
                pair.now(),
                Optional.empty(),
                Optional.empty(),
                its.last());
    }

    /** A verb that runs where the script's question says so, and changes this side. */
    private Relation verb(VmId vm, String name, boolean asked, UnaryOperator<FakeVm> act) {
        return seen(
                vm, pair.verb(side, name, () -> asked ? Optional.of(act.apply(pair.require(side))) : Optional.empty()));
    }

    private FakeVm vm() {
        return pair.require(side);
    }

    private void other(UnaryOperator<FakeVm> act) {
        pair.vm(side.other()).ifPresent(vm -> pair.vms.put(side.other(), act.apply(vm)));
    }

    @Override
    public String serverName(VmId vm, CallContext context) {
        return side.name().toLowerCase(java.util.Locale.ROOT);
    }

    @Override
    public Optional<String> thumbprint(VmId vm, CallContext context) {
        return Optional.empty();
    }

    @Override
    public List<Finding> readiness(ReplicaEnd other, int port, boolean certificates, CallContext context) {
        return List.of();
    }

    @Override
    public Map<VmId, Relation> look(Collection<VmId> vms, CallContext context) {
        Map<VmId, Relation> found = new HashMap<>();
        vms.forEach(vm -> pair.vm(side).ifPresent(its -> found.put(vm, seen(vm, its))));
        return found;
    }

    @Override
    public ReplicationMeasure measure(VmId vm, CallContext context) {
        return new ReplicationMeasure(
                RelationHealth.NORMAL, Optional.empty(), vm().last(), 0, 0, 0, 0, 0, 0, Optional.empty());
    }

    @Override
    public List<RelationPoint> points(VmId vm, CallContext context) {
        return vm().points();
    }

    @Override
    public void tagReplica(VmId vm, CallContext context) {
        FakeVm unused = pair.change(side, "tag", () -> {
            pair.vms.put(side, vm().tagged(context.item().value()));
            return vm();
        });
    }

    @Override
    public void tagTest(VmId vm, JobId drill, CallContext context) {
        String unused = pair.change(side, "tag test", () -> "");
    }

    @Override
    public Relation enable(
            VmId vm, ReplicaServer server, RelationSettings settings, List<String> excludedDisks, CallContext context) {
        return verb(vm, "enable", vm().mode() == RelationMode.NONE, its -> {
            Optional<FakeVm> there = pair.vm(side.other());
            FakePair.need(there.map(FakeVm::mode).orElse(RelationMode.REPLICA) == RelationMode.REPLICA, "enable", its);
            if (there.isEmpty()) {
                pair.vms.put(side.other(), FakeVm.plain(VmState.OFF));
            }
            other(o -> o.in(RelationMode.REPLICA, READY_FOR_INITIAL_REPLICATION));
            return its.in(RelationMode.PRIMARY, READY_FOR_INITIAL_REPLICATION);
        });
    }

    @Override
    public Relation accept(VmId vm, String primaryServer, CallContext context) {
        return verb(
                vm,
                "accept",
                vm().mode() == RelationMode.NONE,
                its -> its.in(RelationMode.REPLICA, READY_FOR_INITIAL_REPLICATION));
    }

    @Override
    public Relation configure(VmId vm, RelationSettings settings, CallContext context) {
        return verb(vm, "configure", true, its -> {
            FakePair.need(its.mode() == RelationMode.PRIMARY, "configure", its);
            return its;
        });
    }

    @Override
    public Relation startInitial(VmId vm, boolean existingCopy, Optional<Instant> at, CallContext context) {
        String name = existingCopy ? "start initial, comparing" : "start initial";
        return verb(vm, name, vm().state() == READY_FOR_INITIAL_REPLICATION, its -> {
            other(o -> o.in(INITIAL_REPLICATION_IN_PROGRESS));
            return its.in(INITIAL_REPLICATION_IN_PROGRESS);
        });
    }

    @Override
    public Relation stopInitial(VmId vm, CallContext context) {
        boolean asked =
                vm().state() == INITIAL_REPLICATION_IN_PROGRESS || vm().state() == WAITING_FOR_INITIAL_REPLICATION;
        return verb(vm, "stop initial", asked, its -> its.in(READY_FOR_INITIAL_REPLICATION));
    }

    @Override
    public Relation suspend(VmId vm, CallContext context) {
        boolean asked = !Set.of(SUSPENDED, RESYNCHRONIZE_SUSPENDED, RelationState.DISABLED)
                .contains(vm().state());
        return verb(
                vm,
                "suspend",
                asked,
                its -> its.in(its.state() == RESYNCHRONIZING ? RESYNCHRONIZE_SUSPENDED : SUSPENDED));
    }

    @Override
    public Relation resume(VmId vm, CallContext context) {
        return verb(
                vm,
                "resume",
                resumable(),
                its -> its.in(its.state() == RESYNCHRONIZE_SUSPENDED ? RESYNCHRONIZING : REPLICATING));
    }

    @Override
    public Relation resynchronize(VmId vm, CallContext context) {
        return verb(vm, "resynchronize", resumable(), its -> {
            other(o -> o.in(RESYNCHRONIZING).withPoints(List.of()));
            return its.in(RESYNCHRONIZING);
        });
    }

    private boolean resumable() {
        return !Set.of(REPLICATING, RESYNCHRONIZING, RelationState.DISABLED).contains(vm().state());
    }

    @Override
    public Relation remove(VmId vm, CallContext context) {
        return verb(
                vm,
                "remove",
                vm().mode() != RelationMode.NONE,
                its -> its.in(RelationMode.NONE, RelationState.DISABLED).withPoints(List.of()));
    }

    @Override
    public Relation reverse(VmId vm, ReplicaServer server, CallContext context) {
        return verb(vm, "reverse", vm().mode() == RelationMode.REPLICA, its -> {
            FakePair.need(its.state() == FAILED_OVER || its.state() == FAILED_OVER_WAITING_COMPLETION, "reverse", its);
            FakeVm there = pair.require(side.other());
            boolean prepared = there.state() == PREPARED_FOR_FAILOVER;
            FakePair.need(prepared || there.mode() == RelationMode.REPLICA, "reverse", there);
            RelationState after = prepared ? REPLICATING : READY_FOR_INITIAL_REPLICATION;
            other(o -> o.in(RelationMode.REPLICA, after));
            return its.in(RelationMode.PRIMARY, after).withPoints(List.of()).at(Optional.empty());
        });
    }

    @Override
    public Relation becomeReplica(VmId vm, CallContext context) {
        return verb(vm, "become replica", vm().mode() == RelationMode.PRIMARY, its -> {
            FakePair.need(its.power() == VmState.OFF, "become replica", its);
            return its.in(RelationMode.REPLICA, READY_FOR_INITIAL_REPLICATION);
        });
    }

    @Override
    public Relation prepareFailover(VmId vm, CallContext context) {
        return verb(vm, "prepare", vm().state() != PREPARED_FOR_FAILOVER, its -> {
            FakePair.need(
                    its.mode() == RelationMode.PRIMARY && its.state() == REPLICATING && its.power() == VmState.OFF,
                    "prepare",
                    its);
            pair.pass(1);
            other(o -> o.replicatedAt(pair.now()));
            return its.in(PREPARED_FOR_FAILOVER);
        });
    }

    @Override
    public Relation startFailover(VmId vm, Optional<String> point, CallContext context) {
        return verb(vm, "failover", vm().state() != FAILED_OVER_WAITING_COMPLETION, its -> {
            FakePair.need(
                    its.mode() == RelationMode.REPLICA
                            && FAILOVER_FROM.contains(its.state())
                            && its.power() == VmState.OFF
                            && !its.test(),
                    "failover",
                    its);
            return its.in(FAILED_OVER_WAITING_COMPLETION).at(Optional.of(point.orElse("latest")));
        });
    }

    @Override
    public Relation stopFailover(VmId vm, CallContext context) {
        return verb(vm, "stop failover", STOPPABLE.contains(vm().state()), its -> {
            FakePair.need(!its.test(), "stop failover", its);
            return its.in(REPLICATING).at(Optional.empty());
        });
    }

    @Override
    public Relation completeFailover(VmId vm, CallContext context) {
        return verb(vm, "complete", vm().state() != FAILED_OVER, its -> {
            FakePair.need(its.state() == FAILED_OVER_WAITING_COMPLETION, "complete", its);
            return its.in(FAILED_OVER).withPoints(List.of());
        });
    }

    @Override
    public VmId startTest(VmId vm, Optional<String> point, CallContext context) {
        Relation unused = verb(vm, "start test", !vm().test(), its -> {
            FakePair.need(its.mode() == RelationMode.REPLICA && TEST_FROM.contains(its.state()), "start test", its);
            return its.withTest(true);
        });
        return TEST;
    }

    @Override
    public Relation stopTest(VmId vm, CallContext context) {
        return verb(vm, "stop test", vm().test(), its -> its.withTest(false));
    }

    @Override
    public List<ReplicaFile> files(VmId vm, CallContext context) {
        return List.of(new ReplicaFile(side.name(), "D:\\" + vm + ".vhdx", Optional.empty()));
    }

    @Override
    public void deleteFile(ReplicaFile file, CallContext context) {
        String unused = pair.change(side, "delete " + file.path(), () -> "");
    }
}
