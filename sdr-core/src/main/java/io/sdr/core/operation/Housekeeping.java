package io.sdr.core.operation;

import io.sdr.api.Pause;
import io.sdr.api.ProtectionState;
import io.sdr.api.Side;
import io.sdr.api.Timekeeper;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.DriverCapabilities;
import io.sdr.api.spi.ReplicaLink;
import io.sdr.api.spi.ReplicaStatus;
import io.sdr.api.spi.ReplicationDriver;
import io.sdr.api.spi.SiteProvider;
import io.sdr.api.spi.VmObservation;
import io.sdr.core.job.Subject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** What no job waits for: received cycles are applied, layers of a VM that is off are folded. Repeatable at any time. */
public final class Housekeeping {
    private static final Duration DEADLINE = Duration.ofDays(1);
    private static final Set<ProtectionState> WITH_REPLICA = Set.of(
            ProtectionState.PROTECTED,
            ProtectionState.COMMIT_PENDING,
            ProtectionState.INITIAL_REPLICATION,
            ProtectionState.SYNCING_BEFORE_FAILOVER,
            ProtectionState.READY_TO_COMPLETE);
    private static final Set<ProtectionState> SETTLED = Set.of(ProtectionState.PROTECTED, ProtectionState.FAILED_OVER);

    private final Surroundings world;
    private final Timekeeper time;

    /**
     * Keeps the sites.
     *
     * @param world the sites
     * @param time the clock
     */
    public Housekeeping(Surroundings world, Timekeeper time) {
        this.world = world;
        this.time = time;
    }

    /**
     * Does for one item what is possible now.
     *
     * @param subject the item
     * @param stop tells long work to stop
     * @return the item's document if it changed, else empty
     * @throws io.sdr.api.SdrException if a site does not answer; nothing is half-done
     */
    public Optional<String> tidy(Subject subject, BooleanSupplier stop) {
        ItemState item = ItemState.read(subject.document());
        if (item.vm(Side.RECOVERY).isEmpty()) {
            return Optional.empty();
        }
        CallContext call = CallContext.once(
                        item.id(),
                        subject.epoch(),
                        "tidy-" + item.id(),
                        time.now().plus(DEADLINE))
                .withCancel(stop::getAsBoolean);
        ReplicationDriver driver = world.driver(
                item.driver(),
                item.place(Side.PRIMARY).site(),
                item.place(Side.RECOVERY).site());
        boolean retentionApplied = false;
        if (item.replicatesTo().isPresent() && WITH_REPLICA.contains(item.state())) {
            if (item.isRetentionDue()) {
                driver.establish(
                        item.linkTo(item.replicatesTo().get()),
                        item.policy(),
                        call.withToken("retention-" + item.id()));
                retentionApplied = true;
            }
            ReplicaLink link = item.linkTo(item.replicatesTo().get());
            driver.tidy(link, call);
            if (isToBePaused(item, driver)) {
                driver.pause(link, call);
            }
        }
        // adopted, and the other site may know that the VM was moved there: a lock that is found is all that keeps two
        // from running
        boolean mayBeElsewhere = item.isOtherSideUnheard();
        if (SETTLED.contains(item.state())
                && !mayBeElsewhere
                && !driver.capabilities().has(DriverCapabilities.Flag.OWNS_VMS)) {
            tidyActive(item, driver, call);
        }
        return retentionApplied ? Optional.of(item.withRetentionApplied().document()) : Optional.empty();
    }

    /** No cycle of the engine is there that would hear of the pause. */
    private static boolean isToBePaused(ItemState item, ReplicationDriver driver) {
        return item.state() == ProtectionState.PROTECTED
                && item.paused().by() == Pause.By.USER
                && driver.capabilities().has(DriverCapabilities.Flag.SELF_SCHEDULED);
    }

    /** The active VM's layers are folded while it is off and cannot be started in between; leftovers go at any time. */
    private void tidyActive(ItemState item, ReplicationDriver driver, CallContext call) {
        ReplicaLink link = item.linkTo(item.active());
        SiteProvider site = world.site(item.place(item.active()).site());
        if (status(driver, link, call).role() != ReplicaStatus.Role.ACTIVE) {
            return;
        }
        VmObservation vm = site.vms()
                .observe(List.of(link.target().vm()), call)
                .get(link.target().vm());
        if (vm == null || vm.isRunning()) {
            driver.process(link, call);
            return;
        }
        site.vms().lockStart(vm.vm(), call);
        driver.tidy(link, call);
        List<io.sdr.api.spi.DiskRef> disks = status(driver, link, call).activeDisks();
        if (!disks.isEmpty() && !disks.equals(vm.disks())) {
            site.vms().attach(vm.vm(), disks, call);
        }
        site.vms().unlockStart(vm.vm(), call); // in a settled state the active VM is never meant to be locked
    }

    private static ReplicaStatus status(ReplicationDriver driver, ReplicaLink link, CallContext call) {
        ReplicaStatus status = driver.status(List.of(link), call).get(link.item());
        return status == null ? ReplicaStatus.NONE : status;
    }
}
