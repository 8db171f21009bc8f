package io.sdr.core.engine;

import io.sdr.api.ItemId;
import io.sdr.api.SdrException;
import io.sdr.api.SiteId;
import io.sdr.api.Timekeeper;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.Contact;
import io.sdr.core.operation.Surroundings;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
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
        private int failures;
        private boolean probing;

        Breaker(SiteId site) {
            this.site = site;
        }

        /** Only one probes; who comes meanwhile is told that the site does not answer yet. */
        boolean ask(boolean evenIfNotDue) {
            if (condition == Condition.ANSWERS) {
                return true;
            }
            synchronized (this) {
                if (condition == Condition.ANSWERS || probing) {
                    return condition == Condition.ANSWERS;
                }
                if (condition == Condition.SILENT && !evenIfNotDue && time.now().isBefore(probeAt)) {
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

        private boolean probe() {
            if (world.site(site).contact(call()) instanceof Contact.Unreachable silent) {
                LOG.info("site {} does not answer: {}", site, silent.reason());
                return false;
            }
            try {
                return firstAct.test(site);
            } catch (SdrException e) {
                LOG.warn("site {} answers, but not to what comes first: {}", site, e.getMessage());
                return false;
            }
        }

        private synchronized void settle(boolean answers) {
            probing = false;
            if (answers) {
                if (condition == Condition.SILENT) {
                    LOG.info("site {} answers again", site);
                }
                failures = 0;
                condition = Condition.ANSWERS;
            } else {
                failures++;
                condition = Condition.SILENT;
                probeAt = time.now().plus(RetryLadder.after(failures));
            }
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
                answers = world.site(site).contact(call()) instanceof Contact.Reachable;
            } finally {
                settle(answers);
            }
        }
    }

    private final Surroundings world;
    private final Timekeeper time;
    private final Predicate<SiteId> firstAct;
    private final Map<SiteId, Breaker> breakers = new ConcurrentHashMap<>();

    /**
     * Knows nothing of any site yet.
     *
     * @param firstAct what is done first at a contact; says whether the site may be worked with
     */
    SiteContacts(Surroundings world, Timekeeper time, Predicate<SiteId> firstAct) {
        this.world = world;
        this.time = time;
        this.firstAct = firstAct;
    }

    /** Whether the site answers, as far as is known; asks only a site that was not asked yet or whose probe is due. */
    boolean answers(SiteId site) {
        return breaker(site).ask(false);
    }

    /** Whether the site answered last; without any call. */
    boolean isUp(SiteId site) {
        return breaker(site).condition == Condition.ANSWERS;
    }

    /** Asks a site that does not answer, though its probe may not be due. */
    boolean askNow(SiteId site) {
        return breaker(site).ask(true);
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
