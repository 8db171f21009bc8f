package io.sdr.core.engine;

import io.sdr.api.Adoption;
import io.sdr.api.AdoptionRequest;
import io.sdr.api.Finding;
import io.sdr.api.ItemId;
import io.sdr.api.Problem;
import io.sdr.api.ReplicatedItem;
import io.sdr.api.RetryableException;
import io.sdr.api.SdrException;
import io.sdr.api.Timekeeper;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.Contact;
import io.sdr.api.spi.SiteProvider;
import io.sdr.core.job.JobEngine;
import io.sdr.core.job.Subject;
import io.sdr.core.operation.Adopted;
import io.sdr.core.operation.ItemState;
import io.sdr.core.operation.Surroundings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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
        List<ReplicatedItem> adopted = new ArrayList<>();
        List<Finding> findings = new ArrayList<>();
        for (ItemId id : site.catalogue().items(call(new ItemId("adoption")))) {
            try {
                adopt(id, request, now, actor, findings).ifPresent(adopted::add);
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
            ItemId id, AdoptionRequest request, Instant now, String actor, List<Finding> findings) {
        if (jobs.subject(id.value()).isPresent()) {
            findings.add(new Finding(
                    Finding.Severity.INFO, "ITEM_IN_STORE", "item " + id, "this engine has it already", "", "nothing"));
            return Optional.empty();
        }
        Adopted found = Adopted.find(id, request.site(), world, call(id));
        Duration silent = Duration.between(found.lastSign(), now);
        Duration enough = found.item().policy().every().multipliedBy(CYCLES_OF_SILENCE);
        if (request.confirmation().isEmpty() && silent.compareTo(enough) < 0) {
            findings.add(Finding.blocker(
                    "ENGINE_MAY_BE_ALIVE",
                    "item " + id,
                    "another engine worked on it " + silent.toSeconds() + " seconds ago",
                    "no sign of life for " + enough.toSeconds() + " seconds, or somebody's word",
                    "make sure that no other engine runs, then ask with otherEngineConfirmedGone, or later"));
            return Optional.empty();
        }
        ItemState item = found.item();
        Subject subject = jobs.createSubject(
                id.value(), found.epoch(), item.document(), found.notes(), event(found, request, actor));
        findings.addAll(found.findings());
        return Optional.of(views.view(subject));
    }

    private static String event(Adopted found, AdoptionRequest request, String actor) {
        String word = request.confirmation()
                .map(each -> "; the other engine is gone, says " + each.by() + ": " + each.how())
                .orElse("");
        return "ADOPTED: item " + found.item().id() + " from site " + request.site() + " as "
                + found.item().state() + " at " + found.item().active() + " by " + actor + word;
    }

    private CallContext call(ItemId item) {
        return CallContext.once(item, 0, "adopt-" + item, time.now().plus(DEADLINE));
    }
}
