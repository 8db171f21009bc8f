package io.sdr.core.operation;

import io.sdr.api.OperationFailedException;
import io.sdr.api.Problem;
import io.sdr.api.ResyncCause;
import io.sdr.api.Side;
import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.DriverCapabilities;
import io.sdr.api.spi.ReplicaStatus;
import io.sdr.api.spi.ReplicationDriver;
import io.sdr.api.spi.SiteProvider;
import io.sdr.api.spi.VmObservation;
import java.util.List;
import java.util.Optional;

/**
 * Removes what a protection has at one side, part by part. Each part looks first, so that it can be done again, by the job that
 * disables or by the note that does the rest when a side comes back. Needs that side's site only.
 */
final class Removal {
    /** What becomes of a replica. */
    enum Mode {
        /** Its disks are the VM's from then on. */
        KEEP,
        /** It goes, with the VM that was made for it. */
        DELETE
    }

    private final ItemState item;
    private final Side side;
    private final SiteProvider site;
    private final ReplicationDriver driver;
    private final CallContext call;

    Removal(ItemState item, Side side, SiteProvider site, ReplicationDriver driver, CallContext call) {
        this.item = item;
        this.side = side;
        this.site = site;
        this.driver = driver;
        this.call = call;
    }

    ReplicaStatus files() {
        ReplicaStatus status = driver.status(List.of(item.linkTo(side)), call).get(item.id());
        return status == null ? ReplicaStatus.NONE : status;
    }

    Optional<VmObservation> vm() {
        VmId vm = item.linkTo(side).target().vm();
        return Optional.ofNullable(site.vms().observe(List.of(vm), call).get(vm));
    }

    /** What a user brought is never deleted; what is no whole copy of anything, or is gone, is not worth keeping. */
    Mode mode(boolean deleteReplica) {
        ReplicaStatus files = files();
        boolean ofUser = vm().map(vm -> vm.tag().isEmpty()).orElse(false);
        if (ofUser || files.role() == ReplicaStatus.Role.ACTIVE) {
            return Mode.KEEP;
        }
        boolean worthKeeping = files.role() == ReplicaStatus.Role.REPLICA
                && files.received() > 0
                && files.broken().filter(ResyncCause.REPLICA_MISSING::equals).isEmpty();
        return deleteReplica || !worthKeeping ? Mode.DELETE : Mode.KEEP;
    }

    // ---- the side that is not active

    boolean isReplica() {
        return files().role() == ReplicaStatus.Role.REPLICA;
    }

    void keepDisks() {
        driver.keepAsDisks(item.linkTo(side), call);
    }

    /** Whether its VM is as it is left: gone, or off with its disks and not locked. One that runs is left alone. */
    boolean isVmSettled(Mode mode) {
        Optional<VmObservation> seen = vm();
        if (seen.isEmpty() || (mode == Mode.DELETE && ownsVms())) {
            return true;
        }
        VmObservation vm = seen.get();
        return mode == Mode.KEEP && (vm.isRunning() || (!vm.startLocked() && hasItsDisks(vm)));
    }

    /** A driver that made the VM deletes it with the replica, after the relation. */
    private boolean ownsVms() {
        return driver.capabilities().has(DriverCapabilities.Flag.OWNS_VMS);
    }

    private boolean hasItsDisks(VmObservation vm) {
        if (ownsVms()) {
            return true;
        }
        List<DiskRef> disks = files().activeDisks();
        return disks.isEmpty() || disks.equals(vm.disks());
    }

    void settleVm(Mode mode) {
        Optional<VmObservation> seen = vm();
        if (seen.isEmpty() || (mode == Mode.DELETE && ownsVms())) {
            return;
        }
        VmObservation vm = seen.get();
        if (mode == Mode.DELETE) {
            if (vm.isRunning()) {
                throw new OperationFailedException(Problem.of("OTHER_SIDE_RUNS")
                        .attempted("delete VM " + vm.vm() + " of item " + item.id() + " at site " + site.id())
                        .state("it runs, though it is a replica; it was left alone")
                        .remedy("find out why it runs, shut it down, then retry the job"));
            }
            if (!vm.disks().isEmpty()) {
                site.vms().attach(vm.vm(), List.of(), call);
            }
            site.vms().deleteTagged(vm.vm(), call);
            return;
        }
        if (vm.isRunning()) {
            return;
        }
        if (!hasItsDisks(vm)) {
            site.vms().attach(vm.vm(), files().activeDisks(), call);
        }
        site.vms().unlockStart(vm.vm(), call);
    }

    boolean isRelationGone() {
        boolean marks = vm().isPresent()
                && !site.disks()
                        .leftovers(item.linkTo(side).target().vm(), call)
                        .isEmpty();
        return !marks && files().role() == ReplicaStatus.Role.NONE;
    }

    void removeReplica(Mode mode) {
        driver.dissolveTarget(item.linkTo(side), mode == Mode.DELETE, call);
    }

    // ---- the active side

    void removeTracking() {
        driver.dissolveSource(item.linkTo(side.other()), call);
    }

    // ---- either side

    boolean isForgotten() {
        return site.catalogue().readHighest(item.id(), call).isEmpty()
                && site.catalogue()
                        .document(item.id(), CatalogueRecord.NAME, call)
                        .isEmpty()
                && site.catalogue()
                        .document(item.id(), ConfigurationDocument.NAME, call)
                        .isEmpty();
    }

    void forget() {
        site.catalogue().forget(item.id(), call);
    }

    /** All of it, for a side that was not there when the rest was done. */
    void run(boolean deleteReplica) {
        if (item.active() == side) {
            removeTracking();
        } else {
            Mode mode = mode(deleteReplica);
            if (mode == Mode.KEEP) {
                keepDisks();
            }
            settleVm(mode);
            removeReplica(mode);
        }
        forget();
    }
}
