package io.sdr.hyperv.provider;

import io.sdr.hyperv.access.HostPath;
import io.sdr.hyperv.host.SiteHost;

/**
 * Where a disk's file is.
 *
 * @param host a host that reaches it
 * @param path its path there
 */
record DiskPlace(SiteHost host, HostPath path) {}
