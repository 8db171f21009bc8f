package io.sdr.core.job;

import io.sdr.api.JobStep;
import io.sdr.api.Progress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Makes snapshots of what is stored and what only the run knows. */
final class Snapshots {
    private Snapshots() {}

    static JobSnapshot of(JobState state, Optional<Live.Now> live) {
        List<JobStep> steps =
                state.steps().stream().map(each -> step(state, each, live)).toList();
        StepRecord present = present(state, live);
        List<String> warnings = new ArrayList<>();
        state.steps().forEach(each -> each.warnings().forEach(text -> warnings.add(each.name() + ": " + text)));
        return new JobSnapshot(
                state.job(),
                steps,
                present.name(),
                steps.get(present.number()).progress(),
                state.intentMap(),
                state.outcomeMap(),
                state.answers(),
                state.signals().stream().map(SignalRecord::describe).toList(),
                warnings);
    }

    private static StepRecord present(JobState state, Optional<Live.Now> live) {
        if (state.job().status().isOpen() && live.isPresent()) {
            for (StepRecord each : state.steps()) {
                if (each.name().equals(live.get().step())) {
                    return each;
                }
            }
        }
        StepRecord last = state.steps().get(state.steps().size() - 1);
        return state.firstAhead().orElse(last);
    }

    private static JobStep step(JobState state, StepRecord row, Optional<Live.Now> live) {
        Optional<Live.Now> now = live.filter(
                each -> each.step().equals(row.name()) && state.job().status().isOpen());
        boolean open = row.phase() == Phase.INTENT || row.phase() == Phase.UNDO_INTENT || row.phase() == Phase.PENDING;
        String detail = now.filter(each -> open && !each.detail().isEmpty())
                .map(Live.Now::detail)
                .orElse(row.detail());
        Progress stored = new Progress(
                row.bytesDone(), row.bytesTotal() < 0 ? OptionalLong.empty() : OptionalLong.of(row.bytesTotal()), 0);
        Progress progress = open ? now.map(Live.Now::progress).orElse(stored) : stored;
        Optional<Instant> started = row.started()
                .or(() ->
                        now.filter(each -> each.waits()).map(each -> state.job().started()));
        return new JobStep(row.name(), status(state, row, now), started, row.ended(), progress, detail);
    }

    private static JobStep.Status status(JobState state, StepRecord row, Optional<Live.Now> now) {
        boolean waits = now.filter(Live.Now::waits).isPresent();
        return switch (row.phase()) {
            case PENDING -> waits ? JobStep.Status.WAITING : JobStep.Status.PENDING;
            case INTENT, UNDO_INTENT ->
                waits || state.job().prompt().isPresent() ? JobStep.Status.WAITING : JobStep.Status.RUNNING;
            case DONE -> done(row);
            case FAILED -> JobStep.Status.FAILED;
            case UNDONE -> JobStep.Status.UNDONE;
            case SKIPPED -> JobStep.Status.SKIPPED;
        };
    }

    /** A guard or a wait that was true at once is no effect that was there already. */
    private static JobStep.Status done(StepRecord row) {
        if (!row.warnings().isEmpty()) {
            return JobStep.Status.WARNING;
        }
        boolean changes = row.kind() == StepKind.ACT || row.kind() == StepKind.DECISION;
        return changes && !row.acted() ? JobStep.Status.ALREADY_DONE : JobStep.Status.SUCCEEDED;
    }
}
