package io.sdr.core.engine;

import io.sdr.api.ItemId;
import io.sdr.api.SdrException;
import io.sdr.api.SiteId;
import io.sdr.api.Timekeeper;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.Contact;
import io.sdr.core.job.NewEvent;
import io.sdr.core.operation.EventKind;
import io.sdr.core.operation.Surroundings;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One circuit breaker per site, for everything that works in the background: when a call to a site failed, one contact call tells
 * whether the site is gone; while it is, nobody calls it, however many items wait. After the pauses of the {@link RetryLadder} one
 * contact call probes it. What has to be done first at any contact is done before the site counts as answering. Thread-safe.
 */
final class SiteContacts {
    private static final Logger LOG = LoggerFactory.getLogger(SiteContacts.class);
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final Duration BETWEEN_REQUESTS = Duration.ofSeconds(30);
    private static final ItemId NO_ITEM = new ItemId("site-contact");

    private enum Condition {
        UNKNOWN,
        ANSWERS,
        SILENT
    }

    private final class Breaker {
        private final SiteId site;
        private volatile Condition condition = Condition.UNKNOWN;
        private volatile Instant probeAt = Instant.MIN;
        private volatile String silence = "";
        private volatile Instant askedAt = Instant.MIN;
        private int failures;
        private boolean probing;

        Breaker(SiteId site) {
            this.site = site;
        }

        /**
         * Only one probes; who comes meanwhile is told that the site does not answer yet.
         *
         * @param due when a silent site is asked again
         */
        boolean ask(Instant due) {
            if (condition == Condition.ANSWERS) {
                return true;
            }
            synchronized (this) {
                if (condition == Condition.ANSWERS || probing) {
                    return condition == Condition.ANSWERS;
                }
                if (condition == Condition.SILENT && isPause(time.now(), due)) {
                    return false;
                }
                probing = true;
            }
            boolean answers = false;
            try {
                answers = probe();
            } finally {
                settle(answers);
            }
            return answers;
        }

        /** A clock that was set back to before the pause does not make it longer. */
        private boolean isPause(Instant now, Instant due) {
            return now.isBefore(due) && !now.isBefore(askedAt);
        }

        private boolean probe() {
            if (world.site(site).contact(call()) instanceof Contact.Unreachable silent) {
                LOG.info("site {} does not answer: {}", site, silent.reason());
                silence = "it does not answer: " + silent.reason();
                return false;
            }
            silence = "it did not answer to what comes first at a contact";
            try {
                return firstAct.test(site);
            } catch (SdrException e) {
                LOG.warn("site {} answers, but not to what comes first: {}", site, e.getMessage());
                return false;
            }
        }

        private void settle(boolean answers) {
            if (isSettled(answers)) {
                return;
            }
            LOG.info("site {} {}", site, answers ? "answers" : "is silent: " + silence);
            NewEvent event = answers
                    ? EventKind.SITE_ANSWERS.says("site " + site + " answers")
                    : EventKind.SITE_SILENT.says("site " + site + " is silent: " + silence);
            try {
                teller.accept(event);
            } catch (SdrException e) {
                LOG.warn("nobody hears that site {} {}", site, answers ? "answers" : "is silent", e);
            }
        }

        /** Stores what was found; true if it was so before. */
        private synchronized boolean isSettled(boolean answers) {
            Condition before = condition;
            probing = false;
            askedAt = time.now();
            if (answers) {
                failures = 0;
                condition = Condition.ANSWERS;
            } else {
                failures++;
                condition = Condition.SILENT;
                probeAt = time.now().plus(RetryLadder.after(failures));
            }
            return condition == before;
        }

        /** A call failed: whether the site is gone is asked once, and for everybody. */
        void suspect() {
            synchronized (this) {
                if (condition != Condition.ANSWERS || probing) {
                    return;
                }
                probing = true;
            }
            boolean answers = false;
            try {
                Contact contact = world.site(site).contact(call());
                answers = contact instanceof Contact.Reachable;
                if (contact instanceof Contact.Unreachable silent) {
                    silence = "it does not answer: " + silent.reason();
                }
            } finally {
                settle(answers);
            }
        }
    }

    private final Surroundings world;
    private final Timekeeper time;
    private final Predicate<SiteId> firstAct;
    private final Consumer<NewEvent> teller;
    private final Map<SiteId, Breaker> breakers = new ConcurrentHashMap<>();

    /**
     * Knows nothing of any site yet.
     *
     * @param firstAct what is done first at a contact; says whether the site may be worked with
     * @param teller hears when a site falls silent, or answers
     */
    SiteContacts(Surroundings world, Timekeeper time, Predicate<SiteId> firstAct, Consumer<NewEvent> teller) {
        this.world = world;
        this.time = time;
        this.firstAct = firstAct;
        this.teller = teller;
    }

    /** Whether the site answers, as far as is known; asks only a site that was not asked yet or whose probe is due. */
    boolean answers(SiteId site) {
        Breaker breaker = breaker(site);
        return breaker.ask(breaker.probeAt);
    }

    /** Whether the site answered last; without any call. */
    boolean isUp(SiteId site) {
        return breaker(site).condition == Condition.ANSWERS;
    }

    /** Asks a site that does not answer, though its probe may not be due. */
    boolean askNow(SiteId site) {
        return breaker(site).ask(Instant.MIN);
    }

    /** The same for a request: of many requests that come one after the other, not each waits for the site to be silent again. */
    boolean askForRequest(SiteId site) {
        Breaker breaker = breaker(site);
        return breaker.ask(breaker.askedAt.plus(BETWEEN_REQUESTS));
    }

    /** A call to the site failed. */
    void suspect(SiteId site) {
        breaker(site).suspect();
    }

    private Breaker breaker(SiteId site) {
        return breakers.computeIfAbsent(site, Breaker::new);
    }

    private CallContext call() {
        return CallContext.once(NO_ITEM, 0, "site-contact", time.now().plus(DEADLINE));
    }
}
