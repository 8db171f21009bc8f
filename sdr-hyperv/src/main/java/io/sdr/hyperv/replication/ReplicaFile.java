package io.sdr.hyperv.replication;

/**
 * A file of a replica's disk.
 *
 * @param host the host that was seen to have it
 * @param path where it is on that host
 */
public record ReplicaFile(String host, String path) {}
