/** The raw disk format: {@link io.sdr.core.format.RawFormat} and its disks. Knows files and blocks, nothing of replicas. */
package io.sdr.core.format;
