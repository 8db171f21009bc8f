package io.sdr.core.operation;

import io.sdr.api.Divergence;
import io.sdr.api.Problem;
import io.sdr.api.RetryableException;
import io.sdr.api.SdrException;
import io.sdr.api.Side;
import io.sdr.api.StaleCopy;
import io.sdr.api.Timekeeper;
import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.Contact;
import io.sdr.api.spi.NetworkAdapter;
import io.sdr.api.spi.SiteProvider;
import io.sdr.api.spi.VmDescription;
import io.sdr.api.spi.VmObservation;
import io.sdr.core.job.Effects;
import io.sdr.core.job.Subject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Looks at the VM of the side that is not active: one that runs is dealt with as the policy says, and what is seen decides whether
 * both copies ran. What is found is stored before anything is done that would wipe it out. Nothing is deleted.
 */
public final class StaleCopies {
    private static final Duration DEADLINE = Duration.ofMinutes(1);

    private final Surroundings world;
    private final Timekeeper time;

    /**
     * Keeps the sites.
     *
     * @param world the sites
     * @param time the clock
     */
    public StaleCopies(Surroundings world, Timekeeper time) {
        this.world = world;
        this.time = time;
    }

    /** One look. */
    private record Look(ItemState item, Side side, SiteProvider site, VmId vm, Duration skew, CallContext call) {
        String words() {
            return "VM " + vm + " at site " + site.id();
        }
    }

    /**
     * Looks at the item's old side, asking its site.
     *
     * @param subject the item
     * @param keeper stores what is found
     * @return the item as it is then
     * @throws SdrException if the site does not answer, or a stale copy cannot be stopped
     */
    public Subject look(Subject subject, ItemKeeper keeper) {
        ItemState item = ItemState.read(subject.document());
        Side side = item.active().other();
        Optional<VmId> vm = item.vm(side);
        if (vm.isEmpty()) {
            return subject;
        }
        SiteProvider site = world.site(item.place(side).site());
        CallContext call = call(subject);
        VmObservation seen = site.vms().observe(List.of(vm.get()), call).get(vm.get());
        return look(subject, Optional.ofNullable(seen), skew(site, call), keeper);
    }

    /**
     * Does the same with an observation that was made for many.
     *
     * @param subject the item
     * @param seen what was seen of its VM at the side that is not active; empty if it does not exist
     * @param skew how far that site's clock is ahead of the engine's
     * @param keeper stores what is found
     * @return the item as it is then
     * @throws SdrException if the site does not answer, or a stale copy cannot be stopped
     */
    public Subject look(Subject subject, Optional<VmObservation> seen, Duration skew, ItemKeeper keeper) {
        ItemState item = ItemState.read(subject.document());
        Side side = item.active().other();
        if (item.vm(side).isEmpty()) {
            return subject;
        }
        Look look = new Look(
                item, side, world.site(item.place(side).site()), item.vm(side).get(), skew, call(subject));
        if (seen.isEmpty() || !isNews(item, seen.get())) {
            return seen.isEmpty() && item.oldSide().map(OldSide::unseen).orElse(false)
                    ? keeper.keep(subject, Effects.document(seenNow(item, seen).document()))
                    : subject;
        }
        return seen.get().isRunning()
                ? dealWith(subject, look, seen.get(), keeper)
                : judge(subject, look, seen.get(), otherRan(item, look.call()), keeper);
    }

    /**
     * Tells whether there is something to do or to say about a VM.
     *
     * @param item the item
     * @param seen its VM at the side that is not active
     * @return true if it runs, was started since it was looked at, or was not looked at yet
     */
    public static boolean isNews(ItemState item, VmObservation seen) {
        return isNews(item.oldSide(), seen);
    }

    static boolean isNews(Optional<OldSide> old, VmObservation seen) {
        if (seen.isRunning()) {
            return true;
        }
        // A site's log forgets: only a start that is newer than the one that was known is news.
        boolean startedSince = old.filter(OldSide::seenOff).isPresent()
                && seen.lastStart()
                        .filter(start ->
                                old.get().lastStart().map(start::isAfter).orElse(true))
                        .isPresent();
        return old.isPresent() && (old.get().unseen() || startedSince);
    }

    /** How far a site's clock is ahead. */
    Duration skew(SiteProvider site, CallContext call) {
        if (site.contact(call) instanceof Contact.Reachable reachable) {
            return Duration.between(time.now(), reachable.siteClock());
        }
        throw new RetryableException(Problem.of("SITE_UNREACHABLE")
                .attempted("look at the VMs of site " + site.id())
                .state("it does not answer")
                .remedy("nothing: it is looked at with the next contact"));
    }

    private CallContext call(Subject subject) {
        return CallContext.once(
                ItemState.read(subject.document()).id(),
                subject.epoch(),
                "old-side-" + subject.epoch(),
                time.now().plus(DEADLINE));
    }

    // ---- one that runs

    private Subject dealWith(Subject subject, Look look, VmObservation seen, ItemKeeper keeper) {
        boolean proven = otherRan(look.item(), look.call());
        Subject noted = noteRunning(subject, look, seen, keeper);
        look.site().vms().lockStart(look.vm(), look.call());
        StaleCopy how =
                seen.disks().isEmpty() ? StaleCopy.STOP : look.item().policy().onStaleCopy();
        switch (how) {
            case STOP -> {
                VmObservation after = look.site().vms().turnOff(look.vm(), look.call());
                if (after.isRunning()) {
                    throw new RetryableException(Problem.of("STALE_COPY_RUNS")
                            .attempted("stop the stale " + look.words())
                            .state("it still runs: two copies run")
                            .remedy("stop it by hand; it is tried again"));
                }
                ItemState item = ItemState.read(noted.document());
                boolean alone = !proven && !otherRan(item, look.call());
                ItemState stopped = seenNow(item, Optional.of(after));
                return keeper.keep(noted, Effects.document((alone ? ranAlone(stopped, look) : stopped).document()));
            }
            case DISCONNECT_NETWORK -> {
                return disconnect(noted, look, keeper);
            }
            case LEAVE_RUNNING -> {
                return noted;
            }
            default -> throw new IllegalStateException(how.name());
        }
    }

    /** The store says that it ran before anything stops it; that is what starts it again on the way back. */
    private Subject noteRunning(Subject subject, Look look, VmObservation seen, ItemKeeper keeper) {
        ItemState item = look.item();
        ItemState after = item.holder().isPresent() && !item.sourceWasRunning() ? item.withSourceWasRunning() : item;
        boolean known =
                item.divergence() == Divergence.SPLIT_BRAIN || seen.disks().isEmpty();
        if (!known) {
            after = after.withDivergence(
                    Divergence.SPLIT_BRAIN,
                    look.words() + " was seen running at " + time.now() + ", while the " + item.active()
                            + " side is active since epoch " + subject.epoch());
        }
        if (after.document().equals(item.document())) {
            return subject;
        }
        Effects effects = Effects.document(after.document());
        return keeper.keep(
                subject,
                known
                        ? effects
                        : effects.withEvent(EventKind.SPLIT_BRAIN.says(
                                "item " + item.id() + ": " + after.divergenceEvidence() + "; it is dealt with by "
                                        + item.policy().onStaleCopy())));
    }

    /** It ran while the other one did not: nothing happened twice, but what it wrote is nowhere else. */
    private static ItemState ranAlone(ItemState item, Look look) {
        if (isReplica(look)) {
            return item.withDivergence(Divergence.NONE, "");
        }
        return item.withDivergence(
                Divergence.UNREPLICATED_WRITES,
                look.words() + " ran until it was stopped, before the other copy was started");
    }

    private ItemState seenNow(ItemState item, Optional<VmObservation> seen) {
        return item.withOldSide(OldSide.seen(time.now(), seen));
    }

    private static Subject disconnect(Subject subject, Look look, ItemKeeper keeper) {
        List<NetworkAdapter> connected = look.site().inventory().find(look.vm().value(), look.call()).stream()
                .map(VmDescription::configuration)
                .flatMap(configuration -> configuration.adapters().stream())
                .filter(adapter -> adapter.connection().isPresent())
                .toList();
        if (connected.isEmpty()) {
            return subject;
        }
        ItemState item = ItemState.read(subject.document());
        Subject noted = item.cut(look.side()).isEmpty()
                ? keeper.keep(
                        subject,
                        Effects.document(item.withCut(look.side(), connected).document()))
                : subject;
        look.site()
                .vms()
                .connect(
                        look.vm(),
                        connected.stream()
                                .map(adapter -> adapter.withConnection(Optional.empty()))
                                .toList(),
                        look.call());
        return noted;
    }

    // ---- one that is off

    private Subject judge(Subject subject, Look look, VmObservation seen, boolean otherRan, ItemKeeper keeper) {
        ItemState item = look.item();
        OldSide old = item.oldSide().orElseThrow();
        DivergenceJudge.Finding finding = DivergenceJudge.look(old, seen, look.skew());
        Divergence divergence =
                seen.disks().isEmpty() ? Divergence.NONE : DivergenceJudge.divergence(finding, otherRan);
        String evidence = look.words() + ": " + finding.evidence();
        if (divergence == Divergence.UNREPLICATED_WRITES && isReplica(look)) {
            divergence =
                    Divergence.NONE; // what a copy wrote was given up, or kept aside, when its failover was cancelled
        } else if (divergence == Divergence.UNREPLICATED_WRITES) {
            OptionalLong bytes = unreplicated(look);
            divergence = bytes.isPresent() && bytes.getAsLong() == 0 ? Divergence.NONE : divergence;
            evidence = evidence + "; "
                    + (bytes.isPresent()
                            ? "its tracking shows writes within " + bytes.getAsLong()
                                    + " bytes that were never replicated"
                            : "its tracking does not tell what it wrote that was never replicated");
        }
        ItemState after = seenNow(item, Optional.of(seen));
        boolean worse = divergence.compareTo(item.divergence()) > 0;
        if (worse) {
            after = after.withDivergence(divergence, evidence);
        }
        look.site().vms().lockStart(look.vm(), look.call());
        Effects effects = Effects.document(after.document());
        return keeper.keep(
                subject,
                worse
                        ? effects.withEvent(
                                EventKind.valueOf(divergence.name()).says("item " + item.id() + ": " + evidence))
                        : effects);
    }

    private static boolean isReplica(Look look) {
        return look.item().replicatesTo().equals(Optional.of(look.side()));
    }

    private OptionalLong unreplicated(Look look) {
        ItemState item = look.item();
        try {
            return world.driver(
                            item.driver(),
                            item.place(Side.PRIMARY).site(),
                            item.place(Side.RECOVERY).site())
                    .unreplicated(item.linkTo(look.side()), look.call());
        } catch (RetryableException e) {
            throw e;
        } catch (SdrException e) {
            return OptionalLong.empty(); // a history that cannot be asked tells nothing
        }
    }

    /** Whether the active side's VM ran since the decision; one of which that cannot be told may have. */
    private boolean otherRan(ItemState item, CallContext call) {
        Optional<VmId> vm = item.vm(item.active());
        Optional<Instant> decided = item.oldSide().map(OldSide::since);
        if (vm.isEmpty() || decided.isEmpty()) {
            return true;
        }
        SiteProvider site = world.site(item.place(item.active()).site());
        try {
            VmObservation seen = site.vms().observe(List.of(vm.get()), call).get(vm.get());
            Duration skew = skew(site, call);
            return seen == null
                    || seen.isRunning()
                    || seen.lastStart()
                            .map(start ->
                                    !start.minus(skew).isBefore(decided.get().minus(DivergenceJudge.MARGIN)))
                            .orElse(true);
        } catch (SdrException e) {
            return true;
        }
    }
}
