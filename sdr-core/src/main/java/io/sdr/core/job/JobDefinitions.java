package io.sdr.core.job;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The kinds of jobs that an engine knows. Immutable. */
final class JobDefinitions {
    private final Map<String, JobDefinition> byKind = new HashMap<>();

    JobDefinitions(Collection<? extends JobDefinition> definitions) {
        for (JobDefinition each : definitions) {
            check(each);
            if (byKind.put(each.kind(), each) != null) {
                throw new IllegalArgumentException("two definitions of " + each.kind());
            }
        }
    }

    private static void check(JobDefinition definition) {
        List<Step> steps = definition.steps();
        long names = steps.stream().map(Step::name).distinct().count();
        long decisions =
                steps.stream().filter(each -> each.kind() == StepKind.DECISION).count();
        if (steps.isEmpty() || names != steps.size() || decisions > 1) {
            throw new IllegalArgumentException("steps of " + definition.kind()
                    + ": at least one, distinct names, at most one decision; found " + names + " names of "
                    + steps.size() + " steps and " + decisions + " decisions");
        }
    }

    Optional<JobDefinition> find(String kind) {
        return Optional.ofNullable(byKind.get(kind));
    }

    JobDefinition require(String kind) {
        return find(kind).orElseThrow(() -> new IllegalArgumentException("no definition of " + kind));
    }

    /** The definition by which a stored job was made; empty if this version has another one of that kind, or none. */
    Optional<JobDefinition> known(JobState state) {
        return known(state.job(), state.steps());
    }

    Optional<JobDefinition> known(JobStore.View view, JobRecord job) {
        return known(job, view.steps(job.id()));
    }

    private Optional<JobDefinition> known(JobRecord job, List<StepRecord> stored) {
        List<String> names = stored.stream().map(StepRecord::name).toList();
        return find(job.kind())
                .filter(each -> each.specVersion() == job.specVersion())
                .filter(each -> each.steps().stream().map(Step::name).toList().equals(names));
    }
}
