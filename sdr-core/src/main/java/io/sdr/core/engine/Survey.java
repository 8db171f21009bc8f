package io.sdr.core.engine;

import io.sdr.api.Problem;
import io.sdr.api.ProtectionState;
import io.sdr.api.RetryableException;
import io.sdr.api.SdrException;
import io.sdr.api.Side;
import io.sdr.api.SiteId;
import io.sdr.api.Timekeeper;
import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.CancelFlag;
import io.sdr.api.spi.Contact;
import io.sdr.api.spi.EpochRecord;
import io.sdr.api.spi.ProgressListener;
import io.sdr.api.spi.SiteProvider;
import io.sdr.api.spi.VmObservation;
import io.sdr.core.job.Effects;
import io.sdr.core.job.JobEngine;
import io.sdr.core.job.Subject;
import io.sdr.core.job.SubjectChangedException;
import io.sdr.core.operation.HostStarts;
import io.sdr.core.operation.ItemState;
import io.sdr.core.operation.StaleCopies;
import io.sdr.core.operation.Surroundings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is done first at any contact with a site, before anything else is asked of it: the decisions in its catalogue are read, all
 * its protected VMs are looked at, and a stale copy that runs is dealt with. Items on which a job works are that job's matter: it
 * looks for itself, step by step. What cannot be settled for one item does not keep the others waiting; it is tried again.
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

    /** One VM of an item at the site. */
    private record Here(String item, Side side, VmId vm) {}

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
            // whatever runs and must not comes before all else
            all.stream()
                    .filter(each -> Optional.ofNullable(seen.get(each.vm()))
                            .map(VmObservation::isRunning)
                            .orElse(false))
                    .forEach(each -> settle(site, each, seen, skew));
            all.stream()
                    .filter(each -> !Optional.ofNullable(seen.get(each.vm()))
                            .map(VmObservation::isRunning)
                            .orElse(false))
                    .forEach(each -> settle(site, each, seen, skew));
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
        for (int from = 0; from < all.size(); from += LOOKED_AT_TOGETHER) {
            List<Here> some = all.subList(from, Math.min(all.size(), from + LOOKED_AT_TOGETHER));
            Map<VmId, VmObservation> seen = site.vms()
                    .observe(
                            some.stream().map(Here::vm).toList(),
                            call(some.get(0).item(), 0));
            for (Here each : some) {
                VmObservation vm = seen.get(each.vm());
                if (vm != null && isNews(each, vm)) {
                    settle(site, each, seen, skew(site, each));
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
            for (Side side : Side.values()) {
                if (item.place(side).site().equals(site) && item.state() != ProtectionState.DISABLED) {
                    item.vm(side).ifPresent(vm -> all.add(new Here(subject.id(), side, vm)));
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

    private void settle(SiteProvider site, Here here, Map<VmId, VmObservation> seen, Duration skew) {
        for (int i = 1; i <= TRIES; i++) {
            Optional<Subject> subject = jobs.subject(here.item());
            if (subject.isEmpty() || isAtWork(here.item())) {
                return;
            }
            try {
                settle(site, here, subject.get(), Optional.ofNullable(seen.get(here.vm())), skew);
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

    private void settle(SiteProvider site, Here here, Subject subject, Optional<VmObservation> seen, Duration skew) {
        ItemState item = ItemState.read(subject.document());
        Optional<EpochRecord> decided = site.catalogue().readHighest(item.id(), call(subject.id(), subject.epoch()));
        if (decided.isPresent() && decided.get().epoch() > subject.epoch()) {
            LOG.warn(
                    "site {} knows epoch {} of item {}, the store knows {}: it is left alone",
                    site.id(),
                    decided.get().epoch(),
                    item.id(),
                    subject.epoch());
            return;
        }
        boolean vmMoved = !item.vm(here.side()).equals(Optional.of(here.vm()));
        if (vmMoved) {
            return;
        }
        Subject now = subject;
        if (item.active() != here.side()) {
            now = staleCopies.look(now, seen, skew, this::keep);
        }
        now = hostStarts.settle(now, here.side(), seen, this::keep);
        if (seen.isPresent() && ItemState.read(now.document()).active() == here.side()) {
            Subject unused = hostStarts.startHeld(now, seen.get(), decided, this::keep);
        }
    }

    /** Looks again at one item that was not settled, or not looked at yet, at a side that answers. */
    void again(Subject subject, Side side) {
        ItemState item = ItemState.read(subject.document());
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
        return new CallContext(
                new io.sdr.api.ItemId(item),
                epoch,
                "survey",
                1,
                time.now().plus(DEADLINE),
                CancelFlag.NEVER,
                ProgressListener.NONE);
    }
}
