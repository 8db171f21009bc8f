package io.sdr.core.engine;

import io.sdr.api.Consistency;
import io.sdr.api.ItemId;
import io.sdr.api.JobId;
import io.sdr.api.PointId;
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
import io.sdr.api.spi.ReplicationDriverFactory;
import io.sdr.api.spi.ResyncPlan;
import io.sdr.api.spi.ReversalPlan;
import io.sdr.api.spi.SiteProvider;
import io.sdr.api.spi.VmConfiguration;
import io.sdr.api.spi.VmObservation;
import io.sdr.api.spi.WholeDiskDigests;
import io.sdr.core.replication.SdrReplicationDriverFactory;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A driver as hypervisors have them: it keeps the disks of the VMs attached by itself, and its cycles run by its own clock, whose ticks
 * a test gives. What it carries is carried by sdr's driver.
 */
final class OwnClockDriver implements ReplicationDriver {
    static final String NAME = "own-clock";

    private final Map<io.sdr.api.SiteId, SiteProvider> sites;
    private final ReplicationDriver inner;
    private final VmId target;
    /** What was asked of it and is not there yet. */
    private final Set<String> pending = new HashSet<>();
    /** Whether it was told to pause. */
    boolean paused;

    private OwnClockDriver(SiteProvider one, SiteProvider other, VmId target) {
        this.sites = Map.of(one.id(), one, other.id(), other);
        this.inner = new SdrReplicationDriverFactory().connect(one, other);
        this.target = target;
    }

    /** Makes such drivers; the VM that the relation is to make at the target is there already. */
    static final class Factory implements ReplicationDriverFactory {
        private final VmId target;

        @Nullable
        OwnClockDriver made;

        Factory(VmId target) {
            this.target = target;
        }

        @Override
        public String name() {
            return NAME;
        }

        @Override
        public boolean supports(SiteProvider one, SiteProvider other) {
            return true;
        }

        @Override
        public ReplicationDriver connect(SiteProvider one, SiteProvider other) {
            made = new OwnClockDriver(one, other, target);
            return made;
        }
    }

    private SiteProvider site(Endpoint end) {
        return java.util.Objects.requireNonNull(sites.get(end.site()));
    }

    private void attach(Endpoint end, List<DiskRef> disks, CallContext context) {
        VmObservation unused = site(end).vms().attach(end.vm(), disks, context);
    }

    @Override
    public DriverCapabilities capabilities() {
        return new DriverCapabilities(Set.of(Flag.SELF_SCHEDULED, Flag.OWNS_VMS));
    }

    @Override
    public VmId targetVm(VmId source) {
        return target;
    }

    @Override
    public Map<ItemId, ReplicaStatus> status(Collection<ReplicaLink> links, CallContext context) {
        return inner.status(links, context);
    }

    @Override
    public void establish(ReplicaLink link, Retention retention, CallContext context) {
        inner.establish(link, retention, context);
    }

    /** The first time it is asked for a cycle it is not there yet. */
    @Override
    public CycleResult replicate(ReplicaLink link, long sequence, Consistency consistency, CallContext context) {
        paused = false;
        if (pending.add(link.to() + " " + sequence)) {
            return new CycleResult.Pending("its own clock");
        }
        return inner.replicate(link, sequence, consistency, context.withToken("own-clock-" + link.to() + sequence));
    }

    @Override
    public CycleResult downloadAll(ReplicaLink link, long sequence, CallContext context) {
        throw new AssertionError("it does not claim that");
    }

    @Override
    public ResyncPlan planResync(ReplicaLink link, CallContext context) {
        return inner.planResync(link, context);
    }

    @Override
    public void beginResync(ReplicaLink link, Retention retention, boolean grow, CallContext context) {
        inner.beginResync(link, retention, grow, context);
    }

    @Override
    public void pause(ReplicaLink link, CallContext context) {
        paused = true;
        inner.pause(link, context);
    }

    @Override
    public void process(ReplicaLink link, CallContext context) {
        inner.process(link, context);
    }

    @Override
    public void closeReception(ReplicaLink link, long floor, CallContext context) {
        inner.closeReception(link, floor, context);
    }

    @Override
    public HeldPoint bringTo(ReplicaLink link, JobId holder, PointId point, CallContext context) {
        boolean there = inner.status(List.of(link), context).values().stream()
                .anyMatch(status -> status.held().containsKey(holder)
                        && status.held().get(holder).token().equals(context.token()));
        if (!there) {
            attach(link.target(), List.of(), context);
        }
        HeldPoint held = inner.bringTo(link, holder, point, context);
        attach(link.target(), held.disks(), context);
        return held;
    }

    @Override
    public HeldPoint bringToUnverified(ReplicaLink link, JobId holder, PointId point, CallContext context) {
        throw new AssertionError("not in these tests");
    }

    @Override
    public VmId openTest(ReplicaLink link, JobId drill, PointId point, CallContext context) {
        HeldPoint held = inner.bringTo(link, drill, point, context);
        SiteProvider site = site(link.target());
        VmId made = site.testObjects()
                .createVm(drill, "test", java.util.Optional.empty(), VmConfiguration.of(1, 1L << 30, "UEFI"), context)
                .vm();
        attach(new Endpoint(link.target().site(), made), held.disks(), context);
        return made;
    }

    @Override
    public void giveBack(ReplicaLink link, JobId holder, boolean keepWrites, CallContext context) {
        SiteProvider site = site(link.target());
        List<VmObservation> tests = site.testObjects().made(holder, context).vms();
        for (VmObservation test : tests) {
            attach(new Endpoint(link.target().site(), test.vm()), List.of(), context);
            site.testObjects().deleteVm(holder, test.vm(), context);
        }
        if (tests.isEmpty()) {
            attach(link.target(), List.of(), context);
        }
        inner.giveBack(link, holder, keepWrites, context);
    }

    @Override
    public void commit(ReplicaLink link, JobId holder, CallContext context) {
        inner.commit(link, holder, context);
    }

    @Override
    public void tidy(ReplicaLink link, CallContext context) {
        inner.tidy(link, context);
    }

    @Override
    public ReversalPlan planReversal(ReplicaLink link, CallContext context) {
        return inner.planReversal(link, context);
    }

    @Override
    public void beginReversal(ReplicaLink link, Retention retention, CallContext context) {
        inner.beginReversal(link, retention, context);
    }

    @Override
    public void keepAsItStood(ReplicaLink link, Retention retention, CallContext context) {
        throw new AssertionError("it does not claim that");
    }

    @Override
    public List<DiskRef> undoReversal(ReplicaLink link, CallContext context) {
        attach(link.target(), inner.undoReversal(link, context), context);
        return List.of();
    }

    @Override
    public LossEvidence evidence(ReplicaLink link, long sequence, CallContext context) {
        return new LossEvidence.Asserted(NAME, "sent");
    }

    @Override
    public WholeDiskDigests compareWhole(ReplicaLink link, JobId holder, CallContext context) {
        throw new AssertionError("it does not claim that");
    }

    @Override
    public void keepAsDisks(ReplicaLink link, CallContext context) {
        inner.keepAsDisks(link, context);
        attach(
                link.target(),
                inner.status(List.of(link), context).values().iterator().next().activeDisks(),
                context);
    }

    @Override
    public void dissolveTarget(ReplicaLink link, boolean deleteReplica, CallContext context) {
        if (deleteReplica) {
            attach(link.target(), List.of(), context);
            site(link.target()).vms().deleteTagged(link.target().vm(), context);
        }
        inner.dissolveTarget(link, deleteReplica, context);
    }

    @Override
    public void dissolveSource(ReplicaLink link, CallContext context) {
        inner.dissolveSource(link, context);
    }
}
