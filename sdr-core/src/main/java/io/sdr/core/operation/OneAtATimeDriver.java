package io.sdr.core.operation;

import io.sdr.api.Consistency;
import io.sdr.api.ItemId;
import io.sdr.api.JobId;
import io.sdr.api.PointId;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.CycleResult;
import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.DriverCapabilities;
import io.sdr.api.spi.HeldPoint;
import io.sdr.api.spi.LossEvidence;
import io.sdr.api.spi.ReplicaLink;
import io.sdr.api.spi.ReplicaStatus;
import io.sdr.api.spi.ReplicationDriver;
import io.sdr.api.spi.ResyncPlan;
import io.sdr.api.spi.ReversalPlan;
import io.sdr.api.spi.WholeDiskDigests;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/** Orders the calls for one item, as drivers ask of their callers: housekeeping and a job's step never work on it at once. */
final class OneAtATimeDriver implements ReplicationDriver {
    private final ReplicationDriver driver;
    private final BiConsumer<ReplicaLink, CallContext> besideEachCycle;
    private final Map<ItemId, ReentrantLock> locks = new ConcurrentHashMap<>();

    OneAtATimeDriver(ReplicationDriver driver, BiConsumer<ReplicaLink, CallContext> besideEachCycle) {
        this.driver = driver;
        this.besideEachCycle = besideEachCycle;
    }

    private <T> T alone(ItemId item, Supplier<T> call) {
        ReentrantLock lock = locks.computeIfAbsent(item, each -> new ReentrantLock());
        lock.lock();
        try {
            return call.get();
        } finally {
            lock.unlock();
        }
    }

    private void alone(ReplicaLink link, Runnable call) {
        alone(link.item(), () -> {
            call.run();
            return link;
        });
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
    public void establish(ReplicaLink link, Retention retention, CallContext context) {
        alone(link, () -> driver.establish(link, retention, context));
    }

    @Override
    public CycleResult replicate(ReplicaLink link, long sequence, Consistency consistency, CallContext context) {
        return alone(link.item(), () -> {
            besideEachCycle.accept(link, context);
            return driver.replicate(link, sequence, consistency, context);
        });
    }

    @Override
    public CycleResult downloadAll(ReplicaLink link, long sequence, CallContext context) {
        return alone(link.item(), () -> driver.downloadAll(link, sequence, context));
    }

    @Override
    public CycleResult replaceInPlace(ReplicaLink link, long sequence, boolean whole, CallContext context) {
        return alone(link.item(), () -> driver.replaceInPlace(link, sequence, whole, context));
    }

    @Override
    public void keepAsItStood(ReplicaLink link, Retention retention, CallContext context) {
        alone(link, () -> driver.keepAsItStood(link, retention, context));
    }

    @Override
    public ResyncPlan planResync(ReplicaLink link, CallContext context) {
        return alone(link.item(), () -> driver.planResync(link, context));
    }

    @Override
    public void beginResync(ReplicaLink link, Retention retention, boolean grow, CallContext context) {
        alone(link, () -> driver.beginResync(link, retention, grow, context));
    }

    @Override
    public HeldPoint bringToUnverified(ReplicaLink link, JobId holder, PointId point, CallContext context) {
        return alone(link.item(), () -> driver.bringToUnverified(link, holder, point, context));
    }

    @Override
    public void pause(ReplicaLink link, CallContext context) {
        alone(link, () -> driver.pause(link, context));
    }

    @Override
    public void process(ReplicaLink link, CallContext context) {
        alone(link, () -> driver.process(link, context));
    }

    @Override
    public void closeReception(ReplicaLink link, long floor, CallContext context) {
        alone(link, () -> driver.closeReception(link, floor, context));
    }

    @Override
    public HeldPoint bringTo(ReplicaLink link, JobId holder, PointId point, CallContext context) {
        return alone(link.item(), () -> driver.bringTo(link, holder, point, context));
    }

    @Override
    public void giveBack(ReplicaLink link, JobId holder, boolean keepWrites, CallContext context) {
        alone(link, () -> driver.giveBack(link, holder, keepWrites, context));
    }

    @Override
    public void commit(ReplicaLink link, JobId holder, CallContext context) {
        alone(link, () -> driver.commit(link, holder, context));
    }

    @Override
    public void tidy(ReplicaLink link, CallContext context) {
        alone(link, () -> driver.tidy(link, context));
    }

    @Override
    public OptionalLong unreplicated(ReplicaLink link, CallContext context) {
        return alone(link.item(), () -> driver.unreplicated(link, context));
    }

    @Override
    public ReversalPlan planReversal(ReplicaLink link, CallContext context) {
        return alone(link.item(), () -> driver.planReversal(link, context));
    }

    @Override
    public void beginReversal(ReplicaLink link, Retention retention, CallContext context) {
        alone(link, () -> driver.beginReversal(link, retention, context));
    }

    @Override
    public List<DiskRef> undoReversal(ReplicaLink link, CallContext context) {
        return alone(link.item(), () -> driver.undoReversal(link, context));
    }

    @Override
    public LossEvidence evidence(ReplicaLink link, long sequence, CallContext context) {
        return alone(link.item(), () -> driver.evidence(link, sequence, context));
    }

    @Override
    public WholeDiskDigests compareWhole(ReplicaLink link, JobId holder, CallContext context) {
        return alone(link.item(), () -> driver.compareWhole(link, holder, context));
    }

    @Override
    public void keepAsDisks(ReplicaLink link, CallContext context) {
        alone(link, () -> driver.keepAsDisks(link, context));
    }

    @Override
    public void dissolveTarget(ReplicaLink link, boolean deleteReplica, CallContext context) {
        alone(link, () -> driver.dissolveTarget(link, deleteReplica, context));
    }

    @Override
    public void dissolveSource(ReplicaLink link, CallContext context) {
        alone(link, () -> driver.dissolveSource(link, context));
    }

    @Override
    public void dissolve(ReplicaLink link, boolean deleteReplica, CallContext context) {
        alone(link, () -> driver.dissolve(link, deleteReplica, context));
    }
}
