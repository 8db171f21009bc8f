package io.sdr.core.engine;

import io.sdr.api.ItemId;
import io.sdr.api.Problem;
import io.sdr.api.ProtectionState;
import io.sdr.api.RetryableException;
import io.sdr.api.SdrException;
import io.sdr.api.Side;
import io.sdr.api.SiteId;
import io.sdr.api.Timekeeper;
import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.Contact;
import io.sdr.api.spi.EpochRecord;
import io.sdr.api.spi.SiteProvider;
import io.sdr.api.spi.VmObservation;
import io.sdr.core.job.Effects;
import io.sdr.core.job.JobEngine;
import io.sdr.core.job.JobRecord;
import io.sdr.core.job.Subject;
import io.sdr.core.job.SubjectChangedException;
import io.sdr.core.operation.HostStarts;
import io.sdr.core.operation.ItemState;
import io.sdr.core.operation.LaterDecisions;
import io.sdr.core.operation.StaleCopies;
import io.sdr.core.operation.Surroundings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is done first at any contact with a site, before anything else is asked of it: the decisions in its catalogue are read, all
 * its protected VMs are looked at, and a stale copy that runs is dealt with. Items on which a job works are that job's matter: it
 * looks for itself, step by step. What cannot be settled for one item does not keep the others waiting; it is tried again. An item
 * of which a site knows a later decision than the store is marked, and nothing more is done about it.
 */
final class Survey {
    private static final Logger LOG = LoggerFactory.getLogger(Survey.class);
    private static final Duration DEADLINE = Duration.ofMinutes(1);
    private static final int LOOKED_AT_TOGETHER = 500;
    private static final int TRIES = 5;

    private final JobEngine jobs;
    private final Surroundings world;
    private final Timekeeper time;
    private final StaleCopies staleCopies;
    private final HostStarts hostStarts;

    Survey(JobEngine jobs, Surroundings world, Timekeeper time) {
        this.jobs = jobs;
        this.world = world;
        this.time = time;
        this.staleCopies = new StaleCopies(world, time);
        this.hostStarts = new HostStarts(world, time);
    }

    /** One VM of an item at the site, and the version that the item had before it was looked at. */
    private record Here(String item, Side side, VmId vm, long version) {}

    /** What a site says of an item, which is no more than the store knows; and the item, read after that. */
    private record Word(Optional<EpochRecord> decided, Subject subject) {}

    /** Which other sites answer: each is asked once in one look at a site. */
    private final class Elsewhere {
        private final Map<SiteId, Boolean> answers = new HashMap<>();

        boolean answers(SiteId site, String item) {
            return answers.computeIfAbsent(
                    site, each -> world.site(each).contact(call(item, 0)) instanceof Contact.Reachable);
        }
    }

    /**
     * Does it all.
     *
     * @param id the site
     * @return whether it answered all the time
     */
    boolean firstAct(SiteId id) {
        SiteProvider site = world.site(id);
        List<Here> all = vmsAt(id);
        if (all.isEmpty()) {
            return true;
        }
        try {
            Map<VmId, VmObservation> seen = new HashMap<>();
            for (int from = 0; from < all.size(); from += LOOKED_AT_TOGETHER) {
                List<Here> some = all.subList(from, Math.min(all.size(), from + LOOKED_AT_TOGETHER));
                seen.putAll(site.vms()
                        .observe(
                                some.stream().map(Here::vm).toList(),
                                call(some.get(0).item(), 0)));
            }
            Duration skew = skew(site, all.get(0));
            Elsewhere elsewhere = new Elsewhere();
            // whatever runs and must not comes before all else
            all.stream()
                    .filter(each -> Optional.ofNullable(seen.get(each.vm()))
                            .map(VmObservation::isRunning)
                            .orElse(false))
                    .forEach(each -> settle(site, each, seen, skew, elsewhere));
            all.stream()
                    .filter(each -> !Optional.ofNullable(seen.get(each.vm()))
                            .map(VmObservation::isRunning)
                            .orElse(false))
                    .forEach(each -> settle(site, each, seen, skew, elsewhere));
            return true;
        } catch (RetryableException e) {
            LOG.info("site {} answers no longer: {}", id, e.getMessage());
            return false;
        }
    }

    /**
     * Looks again at a site that has answered all the time: one call for many VMs, and only where something is new more.
     *
     * @param id the site
     * @throws RetryableException if it does not answer any more
     */
    void round(SiteId id) {
        List<Here> all = vmsAt(id);
        SiteProvider site = world.site(id);
        Elsewhere elsewhere = new Elsewhere();
        for (int from = 0; from < all.size(); from += LOOKED_AT_TOGETHER) {
            List<Here> some = all.subList(from, Math.min(all.size(), from + LOOKED_AT_TOGETHER));
            Map<VmId, VmObservation> seen = site.vms()
                    .observe(
                            some.stream().map(Here::vm).toList(),
                            call(some.get(0).item(), 0));
            for (Here each : some) {
                VmObservation vm = seen.get(each.vm());
                if (vm != null && isNews(each, vm)) {
                    settle(site, each, seen, skew(site, each), elsewhere);
                }
            }
        }
    }

    private boolean isNews(Here here, VmObservation vm) {
        Optional<ItemState> item = jobs.subject(here.item()).map(subject -> ItemState.read(subject.document()));
        return item.isPresent()
                && (item.get().active() == here.side() ? vm.heldAtBoot() : StaleCopies.isNews(item.get(), vm));
    }

    private List<Here> vmsAt(SiteId site) {
        List<Here> all = new ArrayList<>();
        for (Subject subject : jobs.subjects()) {
            ItemState item = ItemState.read(subject.document());
            if (item.state() == ProtectionState.DISABLED || item.storeBehind().isPresent()) {
                continue;
            }
            for (Side side : Side.values()) {
                if (item.place(side).site().equals(site)) {
                    item.vm(side).ifPresent(vm -> all.add(new Here(subject.id(), side, vm, subject.version())));
                }
            }
        }
        return all;
    }

    private Duration skew(SiteProvider site, Here any) {
        if (site.contact(call(any.item(), 0)) instanceof Contact.Reachable reachable) {
            return Duration.between(time.now(), reachable.siteClock());
        }
        throw new RetryableException(Problem.of("SITE_UNREACHABLE")
                .attempted("look at the VMs of site " + site.id())
                .state("it does not answer")
                .remedy("nothing: it is looked at with the next contact"));
    }

    private void settle(
            SiteProvider site, Here here, Map<VmId, VmObservation> seen, Duration skew, Elsewhere elsewhere) {
        for (int i = 1; i <= TRIES; i++) {
            try {
                Optional<Word> word = hear(site, here.item());
                if (word.isPresent() && !isAtWork(here.item())) {
                    Optional<VmObservation> vm =
                            seenSince(site, here, word.get().subject(), seen);
                    settle(here, word.get(), vm, skew, elsewhere);
                }
                return;
            } catch (SubjectChangedException e) {
                LOG.debug("item {} changed while it was looked at", here.item());
            } catch (SdrException e) {
                LOG.warn("item {} waits: {}", here.item(), e.getMessage());
                if (site.contact(call(here.item(), 0)) instanceof Contact.Unreachable silent) {
                    throw new RetryableException(
                            Problem.of("SITE_UNREACHABLE")
                                    .attempted("look at the VMs of site " + site.id())
                                    .state("it does not answer: " + silent.reason())
                                    .remedy("nothing: it is looked at with the next contact"),
                            e);
                }
                return;
            }
        }
    }

    /** One look at many VMs takes time, and longer until the last one's turn comes: what it told of an item is told of that version. */
    private Optional<VmObservation> seenSince(
            SiteProvider site, Here here, Subject subject, Map<VmId, VmObservation> seen) {
        Map<VmId, VmObservation> current = subject.version() == here.version()
                ? seen
                : site.vms().observe(List.of(here.vm()), call(subject.id(), subject.epoch()));
        return Optional.ofNullable(current.get(here.vm()));
    }

    /**
     * Reads the newest decision that a site knows. One that the store does not know marks the item. The store is read after the site:
     * a job that decided before that is in it, or still at work.
     *
     * @return empty if nothing is to be done about the item by this store
     */
    private Optional<Word> hear(SiteProvider site, String item) {
        Optional<Subject> before = jobs.subject(item);
        if (before.isEmpty()) {
            return Optional.empty();
        }
        Optional<EpochRecord> decided = site.catalogue()
                .readHighest(new ItemId(item), call(item, before.get().epoch()));
        Optional<JobRecord> holder = jobs.holder(item);
        Subject subject = jobs.subject(item).orElseThrow();
        if (ItemState.read(subject.document()).storeBehind().isPresent()) {
            return Optional.empty();
        }
        if (decided.isPresent() && LaterDecisions.isLater(decided.get(), subject, holder)) {
            LOG.error(
                    "site {} knows decision {} of item {}, the store knows {}: the store is behind, the item is left alone",
                    site.id(),
                    decided.get().epoch(),
                    item,
                    subject.epoch());
            Subject unused = keep(subject, LaterDecisions.mark(subject, site.id(), decided.get()));
            return Optional.empty();
        }
        return Optional.of(new Word(decided, subject));
    }

    /**
     * Asks the sites of an item whether the store still knows who is active.
     *
     * @param answers which sites to ask
     * @return true if one of them knows more: the item is marked then
     */
    boolean isBehind(ItemState item, Predicate<SiteId> answers) {
        for (Side side : Side.values()) {
            SiteId site = item.place(side).site();
            if (answers.test(site) && hear(world.site(site), item.id().value()).isEmpty()) {
                return true;
            }
        }
        return false;
    }

    private void settle(Here here, Word word, Optional<VmObservation> seen, Duration skew, Elsewhere elsewhere) {
        ItemState item = ItemState.read(word.subject().document());
        boolean vmMoved = !item.vm(here.side()).equals(Optional.of(here.vm()));
        if (vmMoved) {
            return;
        }
        Subject now = word.subject();
        if (item.active() != here.side()) {
            if (item.isOtherSideUnheard()) {
                now = keep(
                        now, Effects.document(item.withOtherSideUnheard(false).document()));
            }
            now = staleCopies.look(now, seen, skew, this::keep);
        }
        now = hostStarts.settle(now, here.side(), seen, this::keep);
        if (seen.isPresent() && ItemState.read(now.document()).active() == here.side()) {
            startHeld(here, now, seen.get(), word.decided(), elsewhere);
        }
    }

    /** Whoever starts a VM by the store's word asks the other site first whether that is still true. */
    private void startHeld(
            Here here, Subject subject, VmObservation vm, Optional<EpochRecord> decided, Elsewhere elsewhere) {
        if (!HostStarts.isHeld(subject, vm, decided)) {
            return;
        }
        ItemState item = ItemState.read(subject.document());
        SiteId other = item.place(here.side().other()).site();
        boolean heard = other.equals(item.place(here.side()).site()) || elsewhere.answers(other, here.item());
        if (!heard && item.isOtherSideUnheard()) {
            LOG.warn(
                    "VM {} of item {} is not started: the item was adopted, and site {} has not been heard since",
                    vm.vm(),
                    item.id(),
                    other);
            return;
        }
        Optional<Subject> confirmed =
                heard ? hear(world.site(other), here.item()).map(Word::subject) : Optional.of(subject);
        if (confirmed.filter(each -> each.version() == subject.version()).isPresent()) {
            Subject unused = hostStarts.start(subject, vm, this::keep);
        }
    }

    /** Looks again at one item that was not settled, or not looked at yet, at a side that answers. */
    void again(Subject subject, Side side) {
        ItemState item = ItemState.read(subject.document());
        if (item.storeBehind().isPresent()) {
            return;
        }
        boolean lookDue = item.state() != ProtectionState.DISABLED && item.isOldSideToBeLookedAt();
        Subject now = lookDue && item.active() != side ? staleCopies.look(subject, this::keep) : subject;
        Subject unused = hostStarts.settle(now, side, this::keep);
    }

    private boolean isAtWork(String item) {
        return jobs.holder(item).filter(job -> job.status().isOpen()).isPresent();
    }

    private Subject keep(Subject subject, Effects effects) {
        return jobs.updateSubject(subject.id(), subject.version(), effects);
    }

    private CallContext call(String item, long epoch) {
        return CallContext.once(new ItemId(item), epoch, "survey", time.now().plus(DEADLINE));
    }
}
