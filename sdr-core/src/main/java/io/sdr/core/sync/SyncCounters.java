package io.sdr.core.sync;

/**
 * What a sync did.
 *
 * @param bytesCompared bytes of the source that were compared with the stale disk
 * @param bytesDiffering bytes that differed
 * @param bytesMoved bytes written to the target as data
 * @param bytesSent bytes that left the source on a wire; 0 in one process
 * @param bytesReceived bytes that reached the source on a wire; 0 in one process
 * @param zeroBytes bytes that were made zero at the target
 * @param holeBytes bytes that both sides know to be zero, so that nothing was read
 * @param knownUnchangedBytes bytes outside the candidate ranges
 */
public record SyncCounters(
        long bytesCompared,
        long bytesDiffering,
        long bytesMoved,
        long bytesSent,
        long bytesReceived,
        long zeroBytes,
        long holeBytes,
        long knownUnchangedBytes) {}
