package io.sdr.core.operation;

import io.sdr.api.Side;
import io.sdr.api.Timekeeper;
import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.EpochRecord;
import io.sdr.api.spi.SiteProvider;
import io.sdr.api.spi.VmObservation;
import io.sdr.core.job.Effects;
import io.sdr.core.job.Subject;
import io.sdr.core.state.StateTable;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The boot gate: while it is closed hosts start neither copy by themselves, and the engine starts the one that may run. What was
 * set before is remembered, and set again when the gate is opened or the protection ends.
 */
public final class HostStarts {
    private static final Duration DEADLINE = Duration.ofMinutes(1);

    private final Surroundings world;
    private final Timekeeper time;

    /**
     * Keeps the sites.
     *
     * @param world the sites
     * @param time the clock
     */
    public HostStarts(Surroundings world, Timekeeper time) {
        this.world = world;
        this.time = time;
    }

    /**
     * Sets the automatic start of the item's VM at a side as the policy wants it.
     *
     * @param subject the item
     * @param side the side
     * @param keeper stores what was set before, first
     * @return the item as it is then
     * @throws io.sdr.api.SdrException if the site does not answer
     */
    public Subject settle(Subject subject, Side side, ItemKeeper keeper) {
        ItemState item = ItemState.read(subject.document());
        Optional<VmId> vm = item.vm(side);
        boolean closed = item.isBootGateClosed(side);
        boolean asWanted =
                closed ? vm.equals(item.gatedVm(side)) : item.gatedVm(side).isEmpty();
        if (vm.isEmpty() || asWanted) {
            return subject;
        }
        CallContext call = call(subject, side);
        SiteProvider site = world.site(item.place(side).site());
        VmObservation seen = site.vms().observe(List.of(vm.get()), call).get(vm.get());
        return settle(subject, side, Optional.ofNullable(seen), keeper);
    }

    /**
     * Does the same with an observation that was made for many, however often it was set before: somebody may have changed it.
     *
     * @param subject the item
     * @param side the side
     * @param seen what was seen of its VM there; empty if it does not exist
     * @param keeper stores what was set before, first
     * @return the item as it is then
     * @throws io.sdr.api.SdrException if the site does not answer
     */
    public Subject settle(Subject subject, Side side, Optional<VmObservation> seen, ItemKeeper keeper) {
        ItemState item = ItemState.read(subject.document());
        if (item.vm(side).isEmpty()) {
            return subject;
        }
        VmId vm = item.vm(side).get();
        SiteProvider site = world.site(item.place(side).site());
        boolean on = seen.map(VmObservation::automaticStart).orElse(false);
        if (item.isBootGateClosed(side)) {
            boolean known = item.gatedVm(side).equals(Optional.of(vm));
            boolean wasOn = on || (known && item.startedAutomatically(side));
            Subject noted = known && wasOn == item.startedAutomatically(side)
                    ? subject
                    : keeper.keep(
                            subject,
                            Effects.document(item.withGate(side, vm, wasOn).document()));
            if (on) {
                site.vms().automaticStart(vm, false, call(noted, side));
            }
            return noted;
        }
        if (item.gatedVm(side).isEmpty()) {
            return subject;
        }
        if (item.startedAutomatically(side) && seen.isPresent()) {
            site.vms().automaticStart(vm, true, call(subject, side));
        }
        return keeper.keep(subject, Effects.document(item.withoutGate(side).document()));
    }

    /**
     * Tells whether the active VM is to be started because its host came up without it: where the site's own catalogue says that this
     * side is active, and nobody has to say first which copy survives.
     *
     * @param subject the item, on which no job works
     * @param seen what was seen of the active VM
     * @param decided the newest decision in the site's catalogue
     * @return whether it is
     */
    public static boolean isHeld(Subject subject, VmObservation seen, Optional<EpochRecord> decided) {
        ItemState item = ItemState.read(subject.document());
        boolean activeHere = decided.map(record -> record.epoch() <= subject.epoch()
                        && (record.kind() == EpochRecord.Kind.ABORT || record.to() == item.active()))
                .orElse(true);
        boolean mayRun = item.isBootGateClosed(item.active())
                && !item.isDiverged()
                && !StateTable.TABLE.isTransitional(item.state())
                && activeHere;
        return mayRun && !seen.isRunning() && seen.heldAtBoot() && !seen.startLocked();
    }

    /**
     * Starts the active VM of which {@link #isHeld} was told.
     *
     * @param subject the item, on which no job works
     * @param seen what was seen of the active VM
     * @param keeper stores that it was started
     * @return the item as it is then
     * @throws io.sdr.api.SdrException if it could not be started
     */
    public Subject start(Subject subject, VmObservation seen, ItemKeeper keeper) {
        ItemState item = ItemState.read(subject.document());
        SiteProvider site = world.site(item.place(item.active()).site());
        site.vms().start(seen.vm(), call(subject, item.active()));
        return keeper.keep(
                subject,
                Effects.NONE.withEvent(EventKind.STARTED_AFTER_BOOT.says("item " + item.id() + " runs at site "
                        + site.id() + " again: its host had come up without it")));
    }

    private CallContext call(Subject subject, Side side) {
        return CallContext.once(
                ItemState.read(subject.document()).id(),
                subject.epoch(),
                "boot-gate-" + side + "-" + subject.epoch(),
                time.now().plus(DEADLINE));
    }
}
