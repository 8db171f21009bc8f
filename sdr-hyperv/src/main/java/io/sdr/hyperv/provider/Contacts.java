package io.sdr.hyperv.provider;

import io.sdr.api.SdrException;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.Contact;
import io.sdr.hyperv.host.SiteHosts;

/** Asks whether a site answers: whether the host, or some host, does that has its catalogue. */
public final class Contacts {
    private Contacts() {}

    public static Contact contact(SiteHosts hosts, CallContext context) {
        try {
            return new Contact.Reachable(
                    hosts.anyone(context, host -> host.inventory().clock(context)));
        } catch (SdrException silent) {
            return new Contact.Unreachable(String.valueOf(silent.getMessage()));
        }
    }
}
