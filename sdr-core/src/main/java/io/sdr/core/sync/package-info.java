/**
 * The delta sync engine: brings a stale disk up to date with a frozen one. Knows disks and ranges, nothing of VMs or sites.
 * {@link io.sdr.core.sync.DeltaSync} is the one entry, and no other class compares disk blocks.
 */
package io.sdr.core.sync;
