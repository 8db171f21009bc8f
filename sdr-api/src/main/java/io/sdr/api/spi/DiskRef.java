package io.sdr.api.spi;

import io.sdr.api.DiskId;
import io.sdr.api.SiteId;

/**
 * Names a disk file at a site: fit for a journal, never an open handle.
 *
 * @param site the site
 * @param disk which disk of its VM
 * @param locator the site's own name of the file; for a layer, of its top
 * @param format the format's name
 * @param sizeBytes the disk's size in bytes
 */
public record DiskRef(SiteId site, DiskId disk, String locator, String format, long sizeBytes) {}
