package io.sdr.api;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one job did: who, what, when, what it cost and what it proved. Every number was observed. An immutable snapshot, made by the
 * engine; more methods may come, so do not implement it but in tests.
 */
public interface JobReport {
    /**
     * Names the job.
     *
     * @return its id
     */
    JobId job();

    /**
     * Names the item.
     *
     * @return its id
     */
    ItemId item();

    /**
     * Names what kind of job it is.
     *
     * @return in lower case with dashes, as {@link Job#kind()}
     */
    String kind();

    /**
     * Tells the state of the job at the moment of the report.
     *
     * @return the state
     */
    JobStatus status();

    /**
     * Tells why it failed.
     *
     * @return the problem; empty unless it is {@link JobStatus#FAILED}, or was undone because a step failed
     */
    Optional<Problem> failure();

    /**
     * Tells who started it.
     *
     * @return the name
     */
    String actor();

    /**
     * Tells who confirmed what.
     *
     * @return each in one line, in order
     */
    List<String> confirmations();

    /**
     * Tells when it started.
     *
     * @return the moment, by the engine's clock
     */
    Instant started();

    /**
     * Tells when it ended.
     *
     * @return the moment, by the engine's clock; empty while open
     */
    Optional<Instant> ended();

    /**
     * Names the recovery point that was used.
     *
     * @return its id, if one was
     */
    Optional<PointId> recoveryPoint();

    /**
     * Tells the age of the data lost.
     *
     * @return the age, if the operation can lose data
     */
    Optional<Duration> rpo();

    /**
     * Tells the time from the start of the failover, or of its downtime, until the VM ran.
     *
     * @return the time, if the job started a VM
     */
    Optional<Duration> rto();

    /**
     * Tells how much was read from disks.
     *
     * @return the bytes
     */
    long bytesRead();

    /**
     * Tells how much was written to the target.
     *
     * @return the bytes
     */
    long bytesMoved();

    /**
     * Gives the digests that were compared and agreed.
     *
     * @return the digests, by what they cover
     */
    Map<String, String> digests();

    /**
     * Tells what is worth a look.
     *
     * @return each in one line
     */
    List<String> warnings();

    /**
     * Gives the steps.
     *
     * @return the steps in order
     */
    List<JobStep> steps();

    /**
     * Gives the whole report as text for people, such as for the records of a drill or of a failover.
     *
     * @return some lines, each ended by a line feed; the words may change, automation uses the other methods
     */
    default String describe() {
        StringBuilder text = new StringBuilder();
        line(text, kind() + " of item " + item() + ": " + status());
        line(text, "  job " + job() + ", asked for by " + actor());
        line(text, "  started " + started() + ended().map(at -> ", ended " + at).orElse(", not ended"));
        recoveryPoint().ifPresent(point -> line(text, "  recovery point " + point));
        rpo().ifPresent(age -> line(text, "  age of the data lost (RPO) " + age));
        rto().ifPresent(time -> line(text, "  until the VM ran (RTO) " + time));
        line(text, "  bytes read " + bytesRead() + ", moved " + bytesMoved());
        confirmations().forEach(each -> line(text, "  confirmed: " + each));
        digests().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(each -> line(text, "  digests agree: " + each.getKey() + " " + each.getValue()));
        warnings().forEach(each -> line(text, "  warning: " + each));
        failure().ifPresent(problem -> line(text, "  failed: " + problem.describe()));
        line(text, "  steps:");
        for (JobStep step : steps()) {
            String times = step.started().map(at -> " " + at).orElse("")
                    + step.ended().map(at -> " to " + at).orElse("");
            line(
                    text,
                    "    " + step.name() + ": " + step.status() + times
                            + (step.detail().isEmpty() ? "" : ": " + step.detail()));
        }
        return text.toString();
    }

    private static void line(StringBuilder text, String line) {
        text.append(line.replaceAll("\\s*\\R\\s*", " ")).append('\n');
    }
}
