package io.sdr.api;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one job did: who, what, when, what it cost and what it proved. Every number was observed.
 *
 * @param job the job
 * @param item the item
 * @param operation the operation's name in lower case with dashes
 * @param actor who started it
 * @param confirmations who confirmed what, in order
 * @param started when it started
 * @param ended when it ended; empty while open
 * @param recoveryPoint the point that was used, if any
 * @param rpo the age of the data lost, if the operation can lose data
 * @param rto the time from the start of the failover, or of its downtime, until the VM ran, if it started one
 * @param bytesRead bytes read from disks
 * @param bytesMoved bytes written to the target
 * @param digests digests that were compared and agreed, by what they cover
 * @param warnings what is worth a look
 * @param steps the steps
 */
public record JobReport(
        JobId job,
        ItemId item,
        String operation,
        String actor,
        List<String> confirmations,
        Instant started,
        Optional<Instant> ended,
        Optional<PointId> recoveryPoint,
        Optional<Duration> rpo,
        Optional<Duration> rto,
        long bytesRead,
        long bytesMoved,
        Map<String, String> digests,
        List<String> warnings,
        List<JobStep> steps) {
    /** Copies the collections. */
    public JobReport {
        confirmations = List.copyOf(confirmations);
        digests = Map.copyOf(digests);
        warnings = List.copyOf(warnings);
        steps = List.copyOf(steps);
    }
}
