package io.sdr.api.spi;

import io.sdr.api.DiskId;
import java.util.Map;

/**
 * SHA-256 of whole disks on both sides, as lower-case hexadecimal.
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
