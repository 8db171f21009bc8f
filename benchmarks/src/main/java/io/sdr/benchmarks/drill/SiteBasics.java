package io.sdr.benchmarks.drill;

import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.Contact;
import io.sdr.api.spi.SiteCapabilities;

/** What a site tells of itself. */
public interface SiteBasics {
    /**
     * As {@link io.sdr.api.spi.SiteProvider#contact}.
     *
     * @param context the call
     * @return the answer
     */
    Contact contact(CallContext context);

    /**
     * As {@link io.sdr.api.spi.SiteProvider#capabilities}.
     *
     * @return the capabilities
     */
    SiteCapabilities capabilities();
}
