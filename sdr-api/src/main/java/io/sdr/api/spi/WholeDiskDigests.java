package io.sdr.api.spi;

import io.sdr.api.DiskId;
import java.util.Map;

/**
 * Digests of whole disks on both sides, as lower-case hexadecimal: SHA-256 over the concatenated SHA-256 of each MiB, of which
 * the last may be shorter. So holes need not be read, and two drivers' digests can be compared.
 *
 * @param source by disk
 * @param target by disk
 * @param bytesRead what it cost
 */
public record WholeDiskDigests(Map<DiskId, String> source, Map<DiskId, String> target, long bytesRead) {
    /** Copies the maps. */
    public WholeDiskDigests {
        source = Map.copyOf(source);
        target = Map.copyOf(target);
    }
}
