package io.sdr.api.spi;

/** Makes drivers for pairs of sites; found by {@link java.util.ServiceLoader}. */
public interface ReplicationDriverFactory {
    /**
     * Names the driver; stored with each item and never changed.
     *
     * @return a short name such as {@code sdr}
     */
    String name();

    /**
     * Tells whether the driver can work between two sites.
     *
     * @param one a site
     * @param other another site
     * @return whether it can
     */
    boolean supports(SiteProvider one, SiteProvider other);

    /**
     * Makes a driver for a pair of sites.
     *
     * @param one a site
     * @param other another site
     * @return the driver, for both directions
     */
    ReplicationDriver connect(SiteProvider one, SiteProvider other);
}
