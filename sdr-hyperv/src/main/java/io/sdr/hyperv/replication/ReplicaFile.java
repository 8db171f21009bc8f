package io.sdr.hyperv.replication;

import java.util.Optional;

/**
 * A file of a replica's disk.
 *
 * @param host the host that was seen to have it
 * @param path where it is on that host
 * @param diskId the identifier in the file; empty if it could not be told, or was noted before it was kept
 */
public record ReplicaFile(String host, String path, Optional<String> diskId) {
    /** Whether both name the same place. */
    boolean isWhere(ReplicaFile other) {
        return host.equals(other.host) && path.equals(other.path);
    }
}
