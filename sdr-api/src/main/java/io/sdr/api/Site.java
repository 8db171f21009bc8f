package io.sdr.api;

/** A site, as users hand it to the engine. What an engine needs of it is in the provider interfaces. */
public interface Site {
    /**
     * Names the site.
     *
     * @return its id
     */
    SiteId id();
}
