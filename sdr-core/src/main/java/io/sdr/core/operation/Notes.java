package io.sdr.core.operation;

import io.sdr.api.JobId;
import io.sdr.api.Problem;
import io.sdr.api.RetryableException;
import io.sdr.api.Side;
import io.sdr.api.Timekeeper;
import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.Contact;
import io.sdr.api.spi.EpochRecord;
import io.sdr.api.spi.ReplicaLink;
import io.sdr.api.spi.ReplicationDriver;
import io.sdr.api.spi.SiteProvider;
import io.sdr.api.spi.VmObservation;
import io.sdr.core.job.Note;
import io.sdr.core.job.Subject;
import io.sdr.core.job.Values;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Does what notes say, at the site they are for. Delivering one twice does it once. */
public final class Notes {
    private static final Duration DEADLINE = Duration.ofMinutes(1);

    private final Surroundings world;
    private final Timekeeper time;

    /**
     * Keeps the sites.
     *
     * @param world the sites
     * @param time the clock
     */
    public Notes(Surroundings world, Timekeeper time) {
        this.world = world;
        this.time = time;
    }

    /**
     * Does what a note says.
     *
     * @param note the note
     * @param subject the item as it is now: a note that was overtaken by a later decision does no harm
     * @param token names the delivery
     * @param remember stores the item's document durably; what is stopped is remembered before
     * @throws io.sdr.api.SdrException if it could not be done; deliver it again later
     */
    public void deliver(Note note, Subject subject, String token, Consumer<String> remember) {
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
            case NoteKinds.FENCE -> fence(note.what(), item, side, site, call, remember);
            case NoteKinds.GIVE_BACK -> giveBack(note, item, side, site, call);
            case NoteKinds.REMOVE -> {
                new Removal(item, side, site, driver(item), call)
                        .run(note.what().flag(NoteKinds.DELETE_REPLICA));
                remember.accept(item.withoutGivenUp(side).document());
            }
            default ->
                throw new RetryableException(Problem.of("UNKNOWN_NOTE")
                        .attempted("deliver a note to site " + site.id())
                        .state("its kind is not known to this version: " + note.what())
                        .remedy("use the version that wrote it, or a newer one"));
        }
    }

    private static void fence(
            Values what, ItemState item, Side side, SiteProvider site, CallContext call, Consumer<String> remember) {
        EpochRecord decision = NoteKinds.decision(what);
        site.catalogue().createIfAbsent(decision, call);
        Optional<VmId> vm = item.vm(side);
        if (item.active() == side || vm.isEmpty()) {
            return; // a later decision made this side active again: the record is history, not an order
        }
        VmObservation seen = site.vms().observe(List.of(vm.get()), call).get(vm.get());
        if (seen == null) {
            return;
        }
        site.vms().lockStart(vm.get(), call);
        if (seen.isRunning()) {
            if (what.flag(NoteKinds.REMEMBER) && item.holder().isPresent() && !item.sourceWasRunning()) {
                remember.accept(item.withSourceWasRunning().document());
            }
            VmObservation after = site.vms().turnOff(vm.get(), call);
            if (after.isRunning()) {
                throw new RetryableException(Problem.of("STALE_COPY_RUNS")
                        .attempted("stop the stale VM " + vm.get() + " at site " + site.id())
                        .state("it still runs: two copies run")
                        .remedy("stop it by hand; it is tried again"));
            }
        }
    }

    private void giveBack(Note note, ItemState item, Side side, SiteProvider site, CallContext call) {
        JobId holder = new JobId(note.what().text(NoteKinds.HOLDER));
        ReplicaLink link = item.linkTo(side);
        VmId vm = link.target().vm();
        VmObservation seen = site.vms().observe(List.of(vm), call).get(vm);
        boolean holderRunsHere = item.holder().filter(holder::equals).isPresent() && item.active() == side;
        if (holderRunsHere) {
            return;
        }
        if (seen != null) {
            site.vms().lockStart(vm, call);
            if (seen.isRunning()) {
                site.vms().turnOff(vm, call);
            }
            site.vms().attach(vm, List.of(), call);
        }
        driver(item).giveBack(link, holder, note.what().flag(NoteKinds.KEEP), call);
    }

    private ReplicationDriver driver(ItemState item) {
        return world.driver(
                item.driver(),
                item.place(Side.PRIMARY).site(),
                item.place(Side.RECOVERY).site());
    }
}
