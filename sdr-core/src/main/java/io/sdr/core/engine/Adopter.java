package io.sdr.core.engine;

import io.sdr.api.Adoption;
import io.sdr.api.AdoptionRequest;
import io.sdr.api.Finding;
import io.sdr.api.ItemId;
import io.sdr.api.Problem;
import io.sdr.api.ReplicatedItem;
import io.sdr.api.RetryableException;
import io.sdr.api.SdrException;
import io.sdr.api.Side;
import io.sdr.api.SiteId;
import io.sdr.api.Timekeeper;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.Contact;
import io.sdr.api.spi.EpochRecord;
import io.sdr.api.spi.SiteCatalogue;
import io.sdr.api.spi.SiteProvider;
import io.sdr.core.job.Effects;
import io.sdr.core.job.JobEngine;
import io.sdr.core.job.NewEvent;
import io.sdr.core.job.Subject;
import io.sdr.core.operation.Adopted;
import io.sdr.core.operation.CatalogueRecord;
import io.sdr.core.operation.EventKind;
import io.sdr.core.operation.ItemState;
import io.sdr.core.operation.Surroundings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Takes items up that a site's catalogue knows and the store does not. Changes nothing but the store. */
final class Adopter {
    private static final Duration DEADLINE = Duration.ofMinutes(1);
    /** An engine that lives replicates that often, at least. */
    private static final int CYCLES_OF_SILENCE = 2;

    private final JobEngine jobs;
    private final Surroundings world;
    private final ItemViews views;
    private final Timekeeper time;

    Adopter(JobEngine jobs, Surroundings world, ItemViews views, Timekeeper time) {
        this.jobs = jobs;
        this.world = world;
        this.views = views;
        this.time = time;
    }

    Adoption adopt(AdoptionRequest request, String actor) {
        SiteProvider site = world.site(request.site());
        Contact contact = site.contact(call(new ItemId("adoption")));
        if (contact instanceof Contact.Unreachable silent) {
            throw new RetryableException(Problem.of("SITE_UNREACHABLE")
                    .attempted("adopt items from site " + site.id())
                    .state("it does not answer: " + silent.reason() + "; nothing was changed")
                    .remedy("restore the connection, then try again"));
        }
        Instant now = ((Contact.Reachable) contact).siteClock();
        Map<SiteId, Boolean> answering = new HashMap<>();
        List<ReplicatedItem> adopted = new ArrayList<>();
        List<Finding> findings = new ArrayList<>();
        for (ItemId id : site.catalogue().items(call(new ItemId("adoption")))) {
            try {
                adopt(id, request, now, actor, answering, findings).ifPresent(adopted::add);
            } catch (SdrException e) {
                findings.add(Finding.blocker(
                        e.code(),
                        "item " + id,
                        e.problem().state(),
                        "",
                        e.problem().remedy()));
            }
        }
        return new Adoption(site.id(), adopted, findings);
    }

    private Optional<ReplicatedItem> adopt(
            ItemId id,
            AdoptionRequest request,
            Instant now,
            String actor,
            Map<SiteId, Boolean> answering,
            List<Finding> findings) {
        Optional<Subject> present = jobs.subject(id.value());
        if (present.isPresent()) {
            takeWord(present.get(), request, actor);
            findings.add(new Finding(
                    Finding.Severity.INFO, "ITEM_IN_STORE", "item " + id, "this engine has it already", "", "nothing"));
            return Optional.empty();
        }
        Adopted found = Adopted.find(id, request.site(), world, call(id));
        Elsewhere elsewhere = elsewhere(found, request.site(), answering);
        if (elsewhere.decided() > found.epoch()) {
            findings.add(Finding.blocker(
                    "OTHER_SITE_KNOWS_LATER",
                    "item " + id,
                    "site " + elsewhere.site() + " knows decision " + elsewhere.decided() + " on who is active, site "
                            + request.site() + " only " + found.epoch(),
                    "the site that knows the latest decision",
                    "adopt the item from site " + elsewhere.site()));
            return Optional.empty();
        }
        Instant lastSign = elsewhere.lastSign().isAfter(found.lastSign()) ? elsewhere.lastSign() : found.lastSign();
        Duration silent = Duration.between(lastSign, now);
        Duration enough = found.item().policy().every().multipliedBy(CYCLES_OF_SILENCE);
        if (request.otherEngineGone().isEmpty() && silent.compareTo(enough) < 0) {
            findings.add(Finding.blocker(
                    "ENGINE_MAY_BE_ALIVE",
                    "item " + id,
                    "another engine worked on it " + silent.toSeconds() + " seconds ago",
                    "no sign of life for " + enough.toSeconds() + " seconds, or somebody's word",
                    "make sure that no other engine runs, then ask with otherEngineConfirmedGone, or later"));
            return Optional.empty();
        }
        if (request.otherEngineGone().isEmpty() && !found.signsDue()) {
            findings.add(Finding.blocker(
                    "ENGINE_MAY_BE_ALIVE",
                    "item " + id,
                    "its cycles do not run, so an engine that lives writes nothing about it: that it was silent for "
                            + silent.toSeconds() + " seconds proves nothing",
                    "somebody's word",
                    "make sure that no other engine runs, then ask with otherEngineConfirmedGone"));
            return Optional.empty();
        }
        boolean unheard = !elsewhere.answers() && request.otherSiteGone().isEmpty();
        if (!elsewhere.answers()) {
            findings.add(Finding.warning(
                    "OTHER_SITE_SILENT",
                    "item " + id,
                    "site " + elsewhere.site() + " does not answer: whether it knows a later decision on who is active"
                            + " cannot be told",
                    unheard
                            ? "nothing, if this site is the active one: if its VM does not run, start it by hand, or ask"
                                    + " again with otherSiteConfirmedGone; the engine starts it by itself only after"
                                    + " site " + elsewhere.site() + " was heard"
                            : "nothing"));
        }
        boolean presumed = !elsewhere.answers() && request.otherEngineGone().isEmpty();
        if (presumed) {
            findings.add(Finding.warning(
                    "ENGINE_PRESUMED_GONE",
                    "item " + id,
                    "nobody said that the other engine is gone: it was silent here for " + silent.toSeconds()
                            + " seconds, which one that lives and reaches site " + elsewhere.site()
                            + " alone would be, too",
                    "make sure that no other engine runs before you fail the item over: two engines may decide"
                            + " differently, each at its site"));
        }
        ItemState item = found.item().withOtherSideUnheard(unheard);
        Subject subject = jobs.createSubject(
                id.value(), found.epoch(), item.document(), found.notes(), event(found, request, presumed, actor));
        findings.addAll(found.findings());
        return Optional.of(views.view(subject));
    }

    /**
     * What the site says from which an item is not adopted.
     *
     * @param site the site
     * @param answers whether it answers; also if it is the same site
     * @param decided the number of its newest decision; 0 if it does not tell
     * @param lastSign the newest sign of life of the lost engine there
     */
    private record Elsewhere(SiteId site, boolean answers, long decided, Instant lastSign) {}

    private Elsewhere elsewhere(Adopted found, SiteId at, Map<SiteId, Boolean> answering) {
        ItemId id = found.item().id();
        SiteId other = Stream.of(Side.values())
                .map(side -> found.item().place(side).site())
                .filter(site -> !site.equals(at))
                .findFirst()
                .orElse(at);
        boolean answers = other.equals(at)
                || answering.computeIfAbsent(
                        other, site -> world.site(site).contact(call(id)) instanceof Contact.Reachable);
        if (!answers) {
            return new Elsewhere(other, false, 0, Instant.MIN);
        }
        try {
            SiteCatalogue catalogue = world.site(other).catalogue();
            long decided =
                    catalogue.readHighest(id, call(id)).map(EpochRecord::epoch).orElse(0L);
            return new Elsewhere(other, true, decided, CatalogueRecord.writtenAt(id, catalogue, call(id)));
        } catch (RetryableException e) {
            answering.put(other, false);
            return new Elsewhere(other, false, 0, Instant.MIN);
        }
    }

    /** Somebody's word that the other site is gone may come after the item was adopted. */
    private void takeWord(Subject subject, AdoptionRequest request, String actor) {
        ItemState item = ItemState.read(subject.document());
        if (request.otherSiteGone().isPresent() && item.isOtherSideUnheard()) {
            Subject unused = jobs.updateSubject(
                    subject.id(),
                    subject.version(),
                    Effects.document(item.withOtherSideUnheard(false).document())
                            .withEvent(EventKind.ADOPTED.says("item " + item.id() + " by " + actor + words(request))));
        }
    }

    private static NewEvent event(Adopted found, AdoptionRequest request, boolean presumed, String actor) {
        return EventKind.ADOPTED.says("item " + found.item().id() + " from site " + request.site() + " as "
                + found.item().state() + " at " + found.item().active() + " by " + actor + words(request)
                + (presumed
                        ? "; that the other engine is gone is presumed: nobody said so, and the other site is silent"
                        : ""));
    }

    private static String words(AdoptionRequest request) {
        return word("the other engine", request.otherEngineGone()) + word("the other site", request.otherSiteGone());
    }

    private static String word(String what, Optional<AdoptionRequest.Confirmation> word) {
        return word.map(each -> "; " + what + " is gone, says " + each.by() + ": " + each.how())
                .orElse("");
    }

    private CallContext call(ItemId item) {
        return CallContext.once(item, 0, "adopt-" + item, time.now().plus(DEADLINE));
    }
}
