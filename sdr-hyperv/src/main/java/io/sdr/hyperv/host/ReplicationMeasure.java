package io.sdr.hyperv.host;

import io.sdr.hyperv.powershell.ScriptAnswer;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What Hyper-V measured of a VM's replication in its present monitoring interval, by the cmdlet {@code Measure-VMReplication}.
 *
 * @param health what it makes of it
 * @param since when the interval began
 * @param lastReplication when something was last replicated
 * @param succeeded replications that arrived
 * @param missed replications that were due and did not run
 * @param errors replications that failed
 * @param pendingBytes bytes that are still to be sent
 * @param averageBytes bytes of a replication, on average
 * @param maximumBytes bytes of the largest one
 * @param averageLatency how long one took, on average
 */
public record ReplicationMeasure(
        RelationHealth health,
        Optional<Instant> since,
        Optional<Instant> lastReplication,
        long succeeded,
        long missed,
        long errors,
        long pendingBytes,
        long averageBytes,
        long maximumBytes,
        Optional<Duration> averageLatency) {
    static ReplicationMeasure of(ScriptAnswer answer) {
        return new ReplicationMeasure(
                Reading.named(answer.text("health"), RelationHealth.UNKNOWN),
                answer.findMoment("since"),
                answer.findMoment("lastReplication"),
                Reading.count(answer, "succeeded"),
                Reading.count(answer, "missed"),
                Reading.count(answer, "errors"),
                Reading.count(answer, "pendingBytes"),
                Reading.count(answer, "averageBytes"),
                Reading.count(answer, "maximumBytes"),
                answer.findText("averageLatencySeconds").isPresent()
                        ? Optional.of(Duration.ofSeconds(Reading.count(answer, "averageLatencySeconds")))
                        : Optional.empty());
    }
}
