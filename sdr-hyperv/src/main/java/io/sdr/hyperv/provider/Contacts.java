package io.sdr.hyperv.provider;

import io.sdr.api.SdrException;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.Contact;
import io.sdr.hyperv.host.SiteHosts;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;

/** Asks whether a site answers: whether the host, or some host, does that has its catalogue. Thread-safe. */
public final class Contacts {
    /** A look harms nobody, and whoever is late learns from the site's clock how late it is. */
    private static final Duration LATE_LOOK = Duration.ofSeconds(10);

    private final SiteHosts hosts;
    private final Supplier<Instant> clock;

    /**
     * Makes one.
     *
     * @param hosts the site's
     * @param clock tells the present moment
     */
    public Contacts(SiteHosts hosts, Supplier<Instant> clock) {
        this.hosts = hosts;
        this.clock = clock;
    }

    /**
     * Asks, also after the moment until which the call is good.
     *
     * @param context the call
     * @return the answer
     */
    public Contact contact(CallContext context) {
        Instant now = clock.get();
        CallContext look = context.notAfter().isAfter(now) ? context : context.withNotAfter(now.plus(LATE_LOOK));
        try {
            return new Contact.Reachable(
                    hosts.anyone(look, host -> host.inventory().clock(look)));
        } catch (SdrException silent) {
            return new Contact.Unreachable(String.valueOf(silent.getMessage()));
        }
    }
}
