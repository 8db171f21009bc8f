package io.sdr.core.engine;

import io.sdr.api.ItemId;
import io.sdr.api.JobId;
import io.sdr.api.JobReport;
import io.sdr.api.JobStatus;
import io.sdr.api.JobStep;
import io.sdr.api.PointId;
import io.sdr.api.Problem;
import io.sdr.core.job.JobSnapshot;
import io.sdr.core.job.Values;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Reports of jobs, made from what their steps observed and from nothing else. */
final class Reports {
    private static final String DIGEST = "digest.";

    private Reports() {}

    private record Report(
            JobId job,
            ItemId item,
            String kind,
            JobStatus status,
            Optional<Problem> failure,
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
            List<JobStep> steps)
            implements JobReport {
        Report {
            confirmations = List.copyOf(confirmations);
            digests = Map.copyOf(digests);
            warnings = List.copyOf(warnings);
            steps = List.copyOf(steps);
        }
    }

    static JobReport of(JobSnapshot job) {
        return new Report(
                new JobId(job.id()),
                new ItemId(job.record().subject()),
                job.record().kind(),
                job.status(),
                job.failure(),
                job.record().actor(),
                job.confirmations(),
                job.record().started(),
                job.ended(),
                text(job, "resolve-point", "point")
                        .or(() -> text(job, "cycle", "point"))
                        .map(PointId::new),
                text(job, "resolve-point", "rpoMillis").map(Long::parseLong).map(Duration::ofMillis),
                recoveryTime(job),
                sum(job, "bytesRead"),
                sum(job, "bytesMoved"),
                digests(job),
                job.warnings(),
                job.steps());
    }

    /** From the moment at which the VM went down, or from the job's start where this job did not take it down, until it ran. */
    private static Optional<Duration> recoveryTime(JobSnapshot job) {
        Instant down = text(job, "shut-down-source", "offAt")
                .map(Instant::parse)
                .orElse(job.record().started());
        return text(job, "verify", "runningAt")
                .map(Instant::parse)
                .map(running -> Duration.between(down, running))
                .map(time -> time.isNegative() ? Duration.ZERO : time);
    }

    private static Optional<String> text(JobSnapshot job, String step, String name) {
        return job.outcome(step).find(name);
    }

    private static long sum(JobSnapshot job, String name) {
        return job.outcomes().values().stream()
                .flatMap(values -> values.find(name).stream())
                .mapToLong(Long::parseLong)
                .sum();
    }

    private static Map<String, String> digests(JobSnapshot job) {
        Map<String, String> digests = new TreeMap<>();
        for (Values values : job.outcomes().values()) {
            values.asMap().forEach((name, value) -> {
                if (name.startsWith(DIGEST)) {
                    digests.put(name.substring(DIGEST.length()), value);
                }
            });
        }
        return digests;
    }
}
