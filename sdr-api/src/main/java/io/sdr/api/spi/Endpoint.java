package io.sdr.api.spi;

import io.sdr.api.SiteId;
import io.sdr.api.VmId;

/**
 * One end of a replication: a VM at a site.
 *
 * @param site the site
 * @param vm the VM
 */
public record Endpoint(SiteId site, VmId vm) {}
