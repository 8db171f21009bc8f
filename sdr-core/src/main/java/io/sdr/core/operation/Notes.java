package io.sdr.core.operation;

import io.sdr.api.Divergence;
import io.sdr.api.JobId;
import io.sdr.api.Problem;
import io.sdr.api.ProtectionState;
import io.sdr.api.RetryableException;
import io.sdr.api.Side;
import io.sdr.api.Timekeeper;
import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.Contact;
import io.sdr.api.spi.DriverCapabilities;
import io.sdr.api.spi.EpochRecord;
import io.sdr.api.spi.HeldPoint;
import io.sdr.api.spi.ReplicaLink;
import io.sdr.api.spi.ReplicationDriver;
import io.sdr.api.spi.SiteProvider;
import io.sdr.api.spi.VmObservation;
import io.sdr.core.job.Effects;
import io.sdr.core.job.Note;
import io.sdr.core.job.Subject;
import io.sdr.core.job.Values;
import io.sdr.core.state.StateTable;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Does what notes say, at the site they are for. Delivering one twice does it once. */
public final class Notes {
    private static final Duration DEADLINE = Duration.ofMinutes(1);

    private final Surroundings world;
    private final Timekeeper time;
    private final StaleCopies staleCopies;

    /**
     * Keeps the sites.
     *
     * @param world the sites
     * @param time the clock
     */
    public Notes(Surroundings world, Timekeeper time) {
        this.world = world;
        this.time = time;
        this.staleCopies = new StaleCopies(world, time);
    }

    /**
     * Does what a note says.
     *
     * @param note the note
     * @param subject the item as it is now: a note that was overtaken by a later decision does no harm
     * @param token names the delivery
     * @param keeper stores what changes with the item; what is stopped is remembered before
     * @throws io.sdr.api.SdrException if it could not be done; deliver it again later
     */
    public void deliver(Note note, Subject subject, String token, ItemKeeper keeper) {
        ItemState item = ItemState.read(subject.document());
        Side side = Side.valueOf(note.what().text("side"));
        SiteProvider site = world.site(item.place(side).site());
        CallContext call =
                CallContext.once(item.id(), subject.epoch(), token, time.now().plus(DEADLINE));
        if (site.contact(call) instanceof Contact.Unreachable silent) {
            throw new RetryableException(Problem.of("SITE_UNREACHABLE")
                    .attempted("deliver a note to site " + site.id())
                    .state("it does not answer: " + silent.reason())
                    .remedy("nothing: it is tried again"));
        }
        switch (note.what().text(NoteKinds.KIND)) {
            case NoteKinds.FENCE -> fence(note.what(), subject, side, site, call, keeper);
            case NoteKinds.GIVE_BACK -> giveBack(note, subject, side, site, call, keeper);
            case NoteKinds.START_AGAIN -> startAgain(note.what(), subject, side, site, call, keeper);
            case NoteKinds.REMOVE -> {
                new Removal(item, side, site, driver(item), call)
                        .run(note.what().flag(NoteKinds.DELETE_REPLICA));
                Subject unused = keeper.keep(
                        subject, Effects.document(item.withoutGivenUp(side).document()));
            }
            default ->
                throw new RetryableException(Problem.of("UNKNOWN_NOTE")
                        .attempted("deliver a note to site " + site.id())
                        .state("its kind is not known to this version: " + note.what())
                        .remedy("use the version that wrote it, or a newer one"));
        }
    }

    /**
     * Tells whether a note has to wait: nothing is given up while somebody has to say first which copy survives, and nothing at all
     * is done by a store that is behind; nor is a VM started before it is known that its side is the active one.
     *
     * @param note the note
     * @param subject the item as it is now
     * @return true if it waits
     */
    public static boolean waits(Note note, Subject subject) {
        ItemState item = ItemState.read(subject.document());
        boolean unsettled =
                startsAgain(note, item) && (StateTable.TABLE.isTransitional(item.state()) || item.isOtherSideUnheard());
        return item.storeBehind().isPresent() || (isGiveBack(note) && item.isDiverged()) || unsettled;
    }

    /**
     * Tells whether a note must not be delivered beside a job: both would change the disks of the same VM, or start one while the
     * other is decided to start.
     *
     * @param note the note
     * @param subject the item as it is now
     * @return true if the item has to be without an open job, and without one that begins
     */
    public static boolean needsQuiet(Note note, Subject subject) {
        return isGiveBack(note) || startsAgain(note, ItemState.read(subject.document()));
    }

    /** Once its side was left nothing is started, and what fences that side must not wait for it. */
    private static boolean startsAgain(Note note, ItemState item) {
        return note.what().text(NoteKinds.KIND).equals(NoteKinds.START_AGAIN)
                && note.what().text("side").equals(item.active().name());
    }

    private static boolean isGiveBack(Note note) {
        return note.what().text(NoteKinds.KIND).equals(NoteKinds.GIVE_BACK);
    }

    private void fence(
            Values what, Subject subject, Side side, SiteProvider site, CallContext call, ItemKeeper keeper) {
        EpochRecord decision = NoteKinds.decision(what);
        site.catalogue().createIfAbsent(decision, call);
        ItemState item = ItemState.read(subject.document());
        Optional<VmId> vm = item.vm(side);
        if (item.active() == side || vm.isEmpty()) {
            return; // a later decision made this side active again: the record is history, not an order
        }
        VmObservation seen = site.vms().observe(List.of(vm.get()), call).get(vm.get());
        if (seen == null) {
            return;
        }
        site.vms().lockStart(vm.get(), call);
        Subject unused = staleCopies.look(subject, keeper);
    }

    /**
     * It may come late: what was decided, or done by hand, since then stands. A side that was left meanwhile is not started, but its
     * way back is to start it.
     */
    private void startAgain(
            Values what, Subject subject, Side side, SiteProvider site, CallContext call, ItemKeeper keeper) {
        ItemState item = ItemState.read(subject.document());
        boolean ran = what.flag(NoteKinds.RAN);
        if (item.active() != side) {
            if (ran && item.holder().isPresent() && !item.sourceWasRunning()) {
                Subject unused = keeper.keep(
                        subject, Effects.document(item.withSourceWasRunning().document()));
            }
            return;
        }
        VmId vm = item.vm(side).orElseThrow();
        VmObservation seen = site.vms().observe(List.of(vm), call).get(vm);
        if (item.state() == ProtectionState.DISABLED || seen == null) {
            return; // it is nobody's to start any more
        }
        if (item.replicatesTo().equals(Optional.of(side.other()))) {
            driver(item).takeBackRest(item.linkTo(side.other()), call);
        }
        site.vms().unlockStart(vm, call);
        boolean startedSince =
                seen.lastStart().filter(NoteKinds.since(what)::isBefore).isPresent();
        if (!ran || seen.isRunning() || startedSince) {
            return;
        }
        requireNotDecidedElsewhere(item, subject, side.other(), call);
        if (!site.vms().start(vm, call).isRunning()) {
            throw new RetryableException(Problem.of("VM_DOES_NOT_RUN")
                    .attempted(
                            "start VM " + vm + " at site " + site.id() + ", which a cancelled failover had shut down")
                    .state("it does not run yet")
                    .remedy("nothing: it is tried again"));
        }
        Subject unused = keeper.keep(
                subject,
                Effects.NONE.withEvent(EventKind.SOURCE_STARTED_AGAIN.says("item " + item.id() + ": VM " + vm
                        + " runs at site " + site.id() + " again, which a cancelled failover had shut down")));
    }

    /** A silent site tells nothing; one that answers may know what the store does not. */
    private void requireNotDecidedElsewhere(ItemState item, Subject subject, Side other, CallContext call) {
        SiteProvider there = world.site(item.place(other).site());
        if (there.contact(call) instanceof Contact.Unreachable) {
            return;
        }
        there.catalogue()
                .readHighest(item.id(), call)
                .filter(newest -> LaterDecisions.isLater(newest, subject, Optional.empty()))
                .ifPresent(newest -> {
                    throw LaterDecisions.refusal(item.id(), "site " + there.id() + " knows decision " + newest.epoch());
                });
    }

    /** It may come late: what a later failover put in place of these disks is left alone. */
    private void giveBack(
            Note note, Subject subject, Side side, SiteProvider site, CallContext call, ItemKeeper keeper) {
        ItemState item = ItemState.read(subject.document());
        JobId holder = new JobId(note.what().text(NoteKinds.HOLDER));
        boolean active = item.active() == side;
        if (active && item.holder().filter(holder::equals).isPresent()) {
            return; // the copy survived
        }
        Subject seenNow = active ? subject : staleCopies.look(subject, keeper);
        if (waits(note, seenNow)) {
            throw new RetryableException(Problem.of("DIVERGED")
                    .attempted("give back what the copy at site " + site.id() + " holds")
                    .state("both copies ran, or may have: nothing is given up")
                    .remedy("say which copy survives: resolve divergence"));
        }
        ReplicaLink link = item.linkTo(side);
        if (active) {
            requireOffTheseDisks(item, link, holder, site, call);
        } else {
            takeDisksAway(item, link, holder, site, call);
        }
        driver(item).giveBack(link, holder, note.what().flag(NoteKinds.KEEP), call);
        ItemState after = ItemState.read(seenNow.document());
        if (after.divergence() == Divergence.UNREPLICATED_WRITES
                && after.replicatesTo().equals(Optional.of(side))) {
            Subject unused = keeper.keep(
                    seenNow,
                    Effects.document(after.withDivergence(Divergence.NONE, "").document()));
        }
    }

    /** The active VM is never stopped and keeps its disks. */
    private void requireOffTheseDisks(
            ItemState item, ReplicaLink link, JobId holder, SiteProvider site, CallContext call) {
        VmId vm = link.target().vm();
        VmObservation seen = site.vms().observe(List.of(vm), call).get(vm);
        if (seen != null && standsOn(seen, held(item, link, holder, call))) {
            throw new RetryableException(Problem.of("DISKS_IN_USE")
                    .attempted("give back what job " + holder + " holds at site " + site.id())
                    .state("the active VM " + vm + " has these disks: nothing is given up")
                    .remedy("commit or cancel the failover of item " + item.id()));
        }
    }

    private void takeDisksAway(ItemState item, ReplicaLink link, JobId holder, SiteProvider site, CallContext call) {
        VmId vm = link.target().vm();
        VmObservation seen = site.vms().observe(List.of(vm), call).get(vm);
        if (seen == null) {
            return;
        }
        site.vms().lockStart(vm, call);
        boolean attached = !driver(item).capabilities().has(DriverCapabilities.Flag.OWNS_VMS);
        if (attached && !standsOn(seen, held(item, link, holder, call))) {
            return;
        }
        if (seen.isRunning()) {
            site.vms().turnOff(vm, call);
        }
        if (attached) {
            site.vms().attach(vm, List.of(), call);
        }
    }

    private Optional<HeldPoint> held(ItemState item, ReplicaLink link, JobId holder, CallContext call) {
        return Optional.ofNullable(driver(item).status(List.of(link), call).get(item.id()))
                .map(status -> status.held().get(holder));
    }

    private static boolean standsOn(VmObservation vm, Optional<HeldPoint> held) {
        return !vm.disks().isEmpty() && held.map(HeldPoint::disks).equals(Optional.of(vm.disks()));
    }

    private ReplicationDriver driver(ItemState item) {
        return world.driver(
                item.driver(),
                item.place(Side.PRIMARY).site(),
                item.place(Side.RECOVERY).site());
    }
}
