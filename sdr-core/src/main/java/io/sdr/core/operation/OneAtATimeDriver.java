package io.sdr.core.operation;

import io.sdr.api.Consistency;
import io.sdr.api.Finding;
import io.sdr.api.ItemId;
import io.sdr.api.JobId;
import io.sdr.api.PointId;
import io.sdr.api.ReplicationPolicy;
import io.sdr.api.SiteId;
import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.CycleResult;
import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.DriverCapabilities;
import io.sdr.api.spi.Endpoint;
import io.sdr.api.spi.HeldPoint;
import io.sdr.api.spi.LossEvidence;
import io.sdr.api.spi.ReplicaLink;
import io.sdr.api.spi.ReplicaStatus;
import io.sdr.api.spi.ReplicationDriver;
import io.sdr.api.spi.ResyncPlan;
import io.sdr.api.spi.ReversalPlan;
import io.sdr.api.spi.Throttle;
import io.sdr.api.spi.WholeDiskDigests;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Orders the calls for one item, as drivers ask of their callers: housekeeping and a job's step never work on it at once. A call under
 * a later epoch stops the one before it; none waits for ever ({@link ItemTurns}).
 */
final class OneAtATimeDriver implements ReplicationDriver {
    /** Longer than an agent needs to give up what it was told to stop. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final ReplicationDriver driver;
    private final Function<ReplicaLink, Throttle> throttles;
    private final BiConsumer<ReplicaLink, CallContext> besideEachCycle;
    private final ItemTurns turns;

    /**
     * Orders calls.
     *
     * @param driver gets them
     * @param throttles gives what the bytes of a link are taken from
     * @param besideEachCycle done before each cycle
     */
    OneAtATimeDriver(
            ReplicationDriver driver,
            Function<ReplicaLink, Throttle> throttles,
            BiConsumer<ReplicaLink, CallContext> besideEachCycle) {
        this(driver, throttles, besideEachCycle, new ItemTurns(PATIENCE, System::nanoTime));
    }

    OneAtATimeDriver(
            ReplicationDriver driver,
            Function<ReplicaLink, Throttle> throttles,
            BiConsumer<ReplicaLink, CallContext> besideEachCycle,
            ItemTurns turns) {
        this.turns = turns;
        this.driver = driver;
        this.throttles = throttles;
        this.besideEachCycle = besideEachCycle;
    }

    private <T> T answer(ReplicaLink link, CallContext context, Function<CallContext, T> call) {
        ItemTurns.Turn turn = turns.begin(link.item(), context);
        try {
            return call.apply(context.withCancel(() -> context.cancel().isSet() || turn.isSuperseded()));
        } finally {
            turns.end(link.item(), turn);
        }
    }

    private void alone(ReplicaLink link, CallContext context, Consumer<CallContext> call) {
        ReplicaLink unused = answer(link, context, with -> {
            call.accept(with);
            return link;
        });
    }

    private CallContext throttled(ReplicaLink link, CallContext context) {
        return context.withThrottle(throttles.apply(link));
    }

    @Override
    public DriverCapabilities capabilities() {
        return driver.capabilities();
    }

    @Override
    public Map<ItemId, ReplicaStatus> status(Collection<ReplicaLink> links, CallContext context) {
        return driver.status(links, context);
    }

    @Override
    public List<Finding> readiness(Endpoint source, SiteId target, ReplicationPolicy policy, CallContext context) {
        return driver.readiness(source, target, policy, context);
    }

    @Override
    public Optional<String> occupied(Endpoint vm, CallContext context) {
        return driver.occupied(vm, context);
    }

    @Override
    public VmId targetVm(VmId source) {
        return driver.targetVm(source);
    }

    @Override
    public void establish(ReplicaLink link, Retention retention, CallContext context) {
        alone(link, context, call -> driver.establish(link, retention, call));
    }

    @Override
    public void establish(ReplicaLink link, ReplicationPolicy policy, CallContext context) {
        alone(link, context, call -> driver.establish(link, policy, call));
    }

    @Override
    public CycleResult sendRest(ReplicaLink link, long sequence, Consistency consistency, CallContext context) {
        return answer(link, context, call -> {
            besideEachCycle.accept(link, call);
            return driver.sendRest(link, sequence, consistency, call);
        });
    }

    @Override
    public void takeBackRest(ReplicaLink link, CallContext context) {
        alone(link, context, call -> driver.takeBackRest(link, call));
    }

    @Override
    public VmId openTest(ReplicaLink link, JobId drill, PointId point, CallContext context) {
        return answer(link, context, call -> driver.openTest(link, drill, point, call));
    }

    @Override
    public CycleResult replicate(ReplicaLink link, long sequence, Consistency consistency, CallContext context) {
        return answer(link, context, call -> {
            besideEachCycle.accept(link, call);
            return driver.replicate(link, sequence, consistency, throttled(link, call));
        });
    }

    @Override
    public CycleResult downloadAll(ReplicaLink link, long sequence, CallContext context) {
        return answer(link, context, call -> driver.downloadAll(link, sequence, throttled(link, call)));
    }

    @Override
    public CycleResult replaceInPlace(ReplicaLink link, long sequence, boolean whole, CallContext context) {
        return answer(link, context, call -> driver.replaceInPlace(link, sequence, whole, throttled(link, call)));
    }

    @Override
    public void keepAsItStood(ReplicaLink link, Retention retention, CallContext context) {
        alone(link, context, call -> driver.keepAsItStood(link, retention, call));
    }

    @Override
    public ResyncPlan planResync(ReplicaLink link, CallContext context) {
        return answer(link, context, call -> driver.planResync(link, call));
    }

    @Override
    public void beginResync(ReplicaLink link, Retention retention, boolean grow, CallContext context) {
        alone(link, context, call -> driver.beginResync(link, retention, grow, call));
    }

    @Override
    public HeldPoint bringToUnverified(ReplicaLink link, JobId holder, PointId point, CallContext context) {
        return answer(link, context, call -> driver.bringToUnverified(link, holder, point, call));
    }

    @Override
    public void pause(ReplicaLink link, CallContext context) {
        alone(link, context, call -> driver.pause(link, call));
    }

    @Override
    public void process(ReplicaLink link, CallContext context) {
        alone(link, context, call -> driver.process(link, call));
    }

    @Override
    public void closeReception(ReplicaLink link, long floor, CallContext context) {
        alone(link, context, call -> driver.closeReception(link, floor, call));
    }

    @Override
    public HeldPoint bringTo(ReplicaLink link, JobId holder, PointId point, CallContext context) {
        return answer(link, context, call -> driver.bringTo(link, holder, point, call));
    }

    @Override
    public void giveBack(ReplicaLink link, JobId holder, boolean keepWrites, CallContext context) {
        alone(link, context, call -> driver.giveBack(link, holder, keepWrites, call));
    }

    @Override
    public void commit(ReplicaLink link, JobId holder, CallContext context) {
        alone(link, context, call -> driver.commit(link, holder, call));
    }

    @Override
    public void tidy(ReplicaLink link, CallContext context) {
        alone(link, context, call -> driver.tidy(link, call));
    }

    @Override
    public OptionalLong unreplicated(ReplicaLink link, CallContext context) {
        return answer(link, context, call -> driver.unreplicated(link, call));
    }

    @Override
    public ReversalPlan planReversal(ReplicaLink link, CallContext context) {
        return answer(link, context, call -> driver.planReversal(link, call));
    }

    @Override
    public void beginReversal(ReplicaLink link, Retention retention, CallContext context) {
        alone(link, context, call -> driver.beginReversal(link, retention, call));
    }

    @Override
    public List<DiskRef> undoReversal(ReplicaLink link, CallContext context) {
        return answer(link, context, call -> driver.undoReversal(link, call));
    }

    @Override
    public LossEvidence evidence(ReplicaLink link, long sequence, CallContext context) {
        return answer(link, context, call -> driver.evidence(link, sequence, call));
    }

    @Override
    public WholeDiskDigests compareWhole(ReplicaLink link, JobId holder, CallContext context) {
        return answer(link, context, call -> driver.compareWhole(link, holder, call));
    }

    @Override
    public void keepAsDisks(ReplicaLink link, CallContext context) {
        alone(link, context, call -> driver.keepAsDisks(link, call));
    }

    @Override
    public void dissolveTarget(ReplicaLink link, boolean deleteReplica, CallContext context) {
        alone(link, context, call -> driver.dissolveTarget(link, deleteReplica, call));
    }

    @Override
    public void dissolveSource(ReplicaLink link, CallContext context) {
        alone(link, context, call -> driver.dissolveSource(link, call));
    }

    @Override
    public void dissolve(ReplicaLink link, boolean deleteReplica, CallContext context) {
        alone(link, context, call -> driver.dissolve(link, deleteReplica, call));
    }
}
