package io.sdr.hyperv.simulation;

import java.time.Instant;

/** What Hyper-V measured of a relation. */
final class ReplicaStatistics {
    Instant since = Instant.EPOCH;
    long succeeded;
    long missed;
    long errors;
    long bytes;
    long largest;
    int missedInARow;

    void sent(long sent) {
        succeeded++;
        missedInARow = 0;
        bytes += sent;
        largest = Math.max(largest, sent);
    }

    void missed() {
        missed++;
        errors++;
        missedInARow++;
    }

    long average() {
        return succeeded == 0 ? 0 : bytes / succeeded;
    }

    void reset(Instant now) {
        since = now;
        succeeded = 0;
        missed = 0;
        errors = 0;
        bytes = 0;
        largest = 0;
        missedInARow = 0;
    }
}
