package io.sdr.api.spi;

import io.sdr.api.Site;

/** A site as the engine needs it. A provider observes and acts; it knows no states and never decides. Thread-safe. */
public interface SiteProvider extends Site {
    /**
     * Tells what the site can do.
     *
     * @return the capabilities; constant
     */
    SiteCapabilities capabilities();

    /**
     * Asks whether the site answers. Never throws for a site that does not.
     *
     * @param context the call
     * @return the answer
     */
    Contact contact(CallContext context);

    /**
     * Gives pure reads.
     *
     * @return the inventory
     */
    Inventory inventory();

    /**
     * Gives control over VMs.
     *
     * @return the control
     */
    VmControl vms();

    /**
     * Gives the disks.
     *
     * @return the disks
     */
    Disks disks();

    /**
     * Gives what test failovers make.
     *
     * @return the control over it
     */
    TestObjects testObjects();

    /**
     * Gives the site's catalogue, in which decisions are made.
     *
     * @return the catalogue
     */
    SiteCatalogue catalogue();
}
