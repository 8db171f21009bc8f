package io.sdr.core.replication;

import io.sdr.api.Consistency;
import io.sdr.api.ItemId;
import io.sdr.api.JobId;
import io.sdr.api.PointId;
import io.sdr.api.SiteId;
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
import io.sdr.api.spi.SiteProvider;
import io.sdr.api.spi.StorageFolder;
import io.sdr.api.spi.WholeDiskDigests;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Runs each call of the driver where the files are that it changes: here, or, if both sides' files are beside other processes, beside
 * the target's. Where only one side's are, it runs here, since the other process could not reach what this one reads.
 */
final class PlacedDriver implements ReplicationDriver {
    private final SiteProvider one;
    private final SiteProvider other;
    private final ReplicationDriver here;

    PlacedDriver(SiteProvider one, SiteProvider other, ReplicationDriver here) {
        this.one = one;
        this.other = other;
        this.here = here;
    }

    private SiteProvider site(SiteId id) {
        return one.id().equals(id) ? one : other;
    }

    private ReplicationDriver at(ReplicaLink link) {
        return beside(link, site(link.target().site()));
    }

    private ReplicationDriver beside(ReplicaLink link, SiteProvider place) {
        SiteProvider source = site(link.source().site());
        SiteProvider target = site(link.target().site());
        StorageFolder folder = place.disks().replicaFolder(link.item());
        boolean bothHosted = source.disks().replicaFolder(link.item()) instanceof HostedFolder
                && target.disks().replicaFolder(link.item()) instanceof HostedFolder;
        return bothHosted && folder instanceof HostedFolder hosted ? hosted.driver(link, source, target) : here;
    }

    @Override
    public DriverCapabilities capabilities() {
        return here.capabilities();
    }

    @Override
    public Map<ItemId, ReplicaStatus> status(Collection<ReplicaLink> links, CallContext context) {
        Map<ItemId, ReplicaStatus> all = new HashMap<>();
        for (ReplicaLink link : links) {
            all.putAll(at(link).status(List.of(link), context));
        }
        return all;
    }

    @Override
    public void establish(ReplicaLink link, Retention retention, CallContext context) {
        at(link).establish(link, retention, context);
    }

    @Override
    public CycleResult replicate(ReplicaLink link, long sequence, Consistency consistency, CallContext context) {
        return at(link).replicate(link, sequence, consistency, context);
    }

    @Override
    public CycleResult downloadAll(ReplicaLink link, long sequence, CallContext context) {
        return at(link).downloadAll(link, sequence, context);
    }

    @Override
    public CycleResult replaceInPlace(ReplicaLink link, long sequence, boolean whole, CallContext context) {
        return at(link).replaceInPlace(link, sequence, whole, context);
    }

    @Override
    public ResyncPlan planResync(ReplicaLink link, CallContext context) {
        return at(link).planResync(link, context);
    }

    @Override
    public void beginResync(ReplicaLink link, Retention retention, boolean grow, CallContext context) {
        at(link).beginResync(link, retention, grow, context);
    }

    @Override
    public void pause(ReplicaLink link, CallContext context) {
        at(link).pause(link, context);
    }

    @Override
    public void process(ReplicaLink link, CallContext context) {
        at(link).process(link, context);
    }

    @Override
    public void closeReception(ReplicaLink link, long floor, CallContext context) {
        at(link).closeReception(link, floor, context);
    }

    @Override
    public HeldPoint bringTo(ReplicaLink link, JobId holder, PointId point, CallContext context) {
        return at(link).bringTo(link, holder, point, context);
    }

    @Override
    public HeldPoint bringToUnverified(ReplicaLink link, JobId holder, PointId point, CallContext context) {
        return at(link).bringToUnverified(link, holder, point, context);
    }

    @Override
    public void giveBack(ReplicaLink link, JobId holder, boolean keepWrites, CallContext context) {
        at(link).giveBack(link, holder, keepWrites, context);
    }

    @Override
    public void commit(ReplicaLink link, JobId holder, CallContext context) {
        at(link).commit(link, holder, context);
    }

    @Override
    public void tidy(ReplicaLink link, CallContext context) {
        at(link).tidy(link, context);
    }

    @Override
    public OptionalLong unreplicated(ReplicaLink link, CallContext context) {
        return at(link).unreplicated(link, context);
    }

    @Override
    public ReversalPlan planReversal(ReplicaLink link, CallContext context) {
        return at(link).planReversal(link, context);
    }

    @Override
    public void beginReversal(ReplicaLink link, Retention retention, CallContext context) {
        at(link).beginReversal(link, retention, context);
    }

    @Override
    public void keepAsItStood(ReplicaLink link, Retention retention, CallContext context) {
        at(link).keepAsItStood(link, retention, context);
    }

    @Override
    public List<DiskRef> undoReversal(ReplicaLink link, CallContext context) {
        return at(link).undoReversal(link, context);
    }

    @Override
    public LossEvidence evidence(ReplicaLink link, long sequence, CallContext context) {
        return at(link).evidence(link, sequence, context);
    }

    @Override
    public WholeDiskDigests compareWhole(ReplicaLink link, JobId holder, CallContext context) {
        return at(link).compareWhole(link, holder, context);
    }

    @Override
    public void keepAsDisks(ReplicaLink link, CallContext context) {
        at(link).keepAsDisks(link, context);
    }

    @Override
    public void dissolveTarget(ReplicaLink link, boolean deleteReplica, CallContext context) {
        at(link).dissolveTarget(link, deleteReplica, context);
    }

    @Override
    public void dissolveSource(ReplicaLink link, CallContext context) {
        beside(link, site(link.source().site())).dissolveSource(link, context);
    }
}
