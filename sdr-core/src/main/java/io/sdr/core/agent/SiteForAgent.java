package io.sdr.core.agent;

import io.sdr.api.Consistency;
import io.sdr.api.DiskId;
import io.sdr.api.ItemId;
import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.ChangedRanges;
import io.sdr.api.spi.Checkpoint;
import io.sdr.api.spi.DiskAccess;
import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.SiteProvider;
import io.sdr.api.spi.Throttle;
import io.sdr.api.spi.VmObservation;
import io.sdr.core.call.Blob;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * A site as the controller lets an agent use it that runs the driver of a relation: for that item and the VM at this end, and nothing
 * else. Thread-safe.
 */
final class SiteForAgent implements SiteCalls {
    private final SiteProvider site;
    private final ItemId item;
    private final VmId vm;
    private final AgentPort asking;
    private final Map<String, Throttle> throttles;
    private final GivenDisks given;

    /**
     * Prepares.
     *
     * @param throttles those of the calls that are under way, by their tokens
     * @param given notes the handles that it gives
     */
    SiteForAgent(
            SiteProvider site,
            ItemId item,
            VmId vm,
            AgentPort asking,
            Map<String, Throttle> throttles,
            GivenDisks given) {
        this.throttles = throttles;
        this.given = given;
        this.site = site;
        this.item = item;
        this.vm = vm;
        this.asking = asking;
    }

    private CallContext ours(CallContext context) {
        return ours(context.item(), context);
    }

    private <T> T ours(ItemId named, T value) {
        if (!named.equals(item)) {
            throw AgentProblems.otherRelation(item);
        }
        return value;
    }

    private VmId ours(VmId named) {
        if (!named.equals(vm)) {
            throw AgentProblems.otherRelation(item);
        }
        return named;
    }

    @Override
    public Map<VmId, VmObservation> observe(Collection<VmId> vms, CallContext context) {
        vms.forEach(this::ours);
        return site.vms().observe(vms, ours(context));
    }

    @Override
    public VmObservation attach(VmId named, List<DiskRef> disks, CallContext context) {
        return site.vms().attach(ours(named), disks, ours(context));
    }

    @Override
    public Checkpoint checkpoint(VmId named, Consistency consistency, CallContext context) {
        return site.disks().checkpoint(ours(named), consistency, ours(context));
    }

    @Override
    public ChangedRanges changes(String since, String until, DiskId disk, CallContext context) {
        return site.disks().changes(since, until, disk, ours(context));
    }

    @Override
    public void release(String checkpoint, boolean keepMark, CallContext context) {
        site.disks().release(checkpoint, keepMark, ours(context));
    }

    @Override
    public void releaseMark(String mark, CallContext context) {
        site.disks().releaseMark(mark, ours(context));
    }

    @Override
    public List<String> leftovers(VmId named, CallContext context) {
        return site.disks().leftovers(ours(named), ours(context));
    }

    @Override
    public DiskRef inReplicaFolder(ItemId named, DiskId disk, String file, String format, long sizeBytes) {
        return site.disks().inReplicaFolder(ours(named, named), disk, file, format, sizeBytes);
    }

    @Override
    public DiskRef moveToReplicaFolder(DiskRef disk, ItemId named, String file, CallContext context) {
        return site.disks().moveToReplicaFolder(disk, ours(named, named), file, ours(context));
    }

    @Override
    public Frozen frozen(String checkpoint, DiskId disk, CallContext context) {
        DiskAccess access = site.disks().frozen(checkpoint, disk, ours(context));
        if (!(access instanceof AgentDisk there)) {
            throw AgentProblems.notReachable(disk, site.id());
        }
        if (there.port() == asking) {
            return new Here(there.folder(), there.file(), there.format());
        }
        byte[] handle = there.port().offer(there);
        given.give(Handle.of(handle), context.token(), () -> there.port().withdraw(handle));
        return new There(there.port().peerHost(), there.port().peerPort(), Blob.of(handle));
    }

    @Override
    public void take(long bytes, CallContext context) {
        Throttle throttle = throttles.get(ours(context).token());
        if (throttle != null && bytes > 0) {
            throttle.take(bytes, context.cancel());
        }
    }

    @Override
    public void thaw(Blob handle) {
        if (handle.bytes().length == Handle.BYTES) {
            given.takeBack(Handle.of(handle.bytes()));
        }
    }
}
