package io.sdr.core.engine;

import io.sdr.api.Drill;
import io.sdr.api.Health;
import io.sdr.api.Health.Reason;
import io.sdr.api.JobStatus;
import io.sdr.api.PendingNote;
import io.sdr.api.Prompt;
import io.sdr.api.ProtectionState;
import io.sdr.api.TestFailoverState;
import io.sdr.core.job.JobRecord;
import io.sdr.core.operation.ItemState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Says what of an item is not as it should be. Looks at nothing but what it is given. */
final class HealthCheck {
    /** So long a site may be silent, as in a restart, before what it has still to be told is worth a word. */
    private static final Duration NOTES_WAIT = Duration.ofHours(1);

    private final ItemState item;
    private final Optional<JobRecord> job;
    private final List<Reason> reasons = new ArrayList<>();

    private HealthCheck(ItemState item, Optional<JobRecord> job) {
        this.item = item;
        this.job = job;
    }

    static Health of(
            ItemState item, Optional<JobRecord> job, List<PendingNote> notes, boolean activeVmSeenOff, Instant now) {
        if (item.state() == ProtectionState.DISABLED) {
            return Health.NOT_APPLICABLE;
        }
        HealthCheck check = new HealthCheck(item, job);
        check.decisions();
        check.jobs();
        check.state(activeVmSeenOff);
        check.replication(now);
        check.drill();
        check.notes(notes, now);
        return Health.of(check.reasons);
    }

    private void decisions() {
        item.storeBehind()
                .ifPresent(
                        evidence -> say(
                                HealthKind.STORE_BEHIND,
                                evidence,
                                "build an engine with an empty data directory and adopt the item from the site that is active"));
        String evidence = item.divergenceEvidence();
        switch (item.divergence()) {
            case SPLIT_BRAIN ->
                say(
                        HealthKind.SPLIT_BRAIN,
                        "both copies ran after a decision: " + evidence,
                        "resolve: say which survives");
            case SUSPECTED ->
                say(
                        HealthKind.SUSPECTED,
                        "it cannot be proven that only one copy ran: " + evidence,
                        "resolve: say which survives");
            case UNREPLICATED_WRITES ->
                say(
                        HealthKind.UNREPLICATED_WRITES,
                        "the side that is not active holds writes that were never replicated: " + evidence,
                        "look whether somebody needs them; a reverse replication keeps them as a recovery point");
            case NONE -> {}
        }
    }

    private void jobs() {
        job.filter(each -> each.status() == JobStatus.FAILED)
                .ifPresent(each -> say(
                        HealthKind.JOB_FAILED,
                        each.kind() + " failed: "
                                + each.failure()
                                        .map(problem -> problem.attempted() + ": " + problem.state())
                                        .orElse("no reason is stored"),
                        "remove the cause, then retry or cancel the job, or ask for what allowedOperations() lists"));
        job.filter(each -> each.status() == JobStatus.WAITING_FOR_INPUT)
                .flatMap(JobRecord::prompt)
                .ifPresent(this::waits);
    }

    private void waits(Prompt prompt) {
        if (prompt instanceof Prompt.ReadyToComplete) {
            say(HealthKind.READY_TO_COMPLETE, prompt.question(), "complete the failover, or cancel its job");
            return;
        }
        String answers = prompt.answers().stream().map(Enum::name).sorted().collect(Collectors.joining(", "));
        say(HealthKind.WAITS_FOR_ANSWER, prompt.question(), "answer the job with one of " + answers);
    }

    private void state(boolean activeVmSeenOff) {
        if (activeVmSeenOff) {
            say(HealthKind.ACTIVE_VM_OFF, "the active VM does not run", "start it with startVm");
        }
        if (job.filter(each -> each.status().isOpen()).isPresent()) {
            return; // it leads on from there
        }
        switch (item.state()) {
            case RESYNC_REQUIRED ->
                say(
                        HealthKind.RESYNC_REQUIRED,
                        "no cycle can follow the last one"
                                + item.resyncCause().map(cause -> ": " + cause).orElse(""),
                        "resynchronize, or what allowedOperations() lists");
            case COMMIT_PENDING ->
                say(
                        HealthKind.NOT_COMMITTED,
                        "it was failed over, and nothing replicates until that is committed",
                        "commit, change the recovery point, or cancel the failover");
            case FAILED_OVER ->
                say(
                        HealthKind.NOT_REPLICATED,
                        "it was failed over, and nothing replicates to the other side",
                        "reverse the replication");
            default -> {}
        }
    }

    private void replication(Instant now) {
        switch (item.paused().by()) {
            case SYSTEM ->
                say(
                        HealthKind.PAUSED_BY_SYSTEM,
                        "replication was stopped: " + item.paused().reason(),
                        "remove the cause, then resume");
            case USER ->
                say(
                        HealthKind.PAUSED_BY_USER,
                        "replication is paused: " + item.paused().reason(),
                        "resume");
            case NOBODY -> {}
        }
        RpoWatch.age(item, now)
                .filter(age -> RpoWatch.isLate(item, age))
                .ifPresent(age -> say(
                        HealthKind.RPO_EXCEEDED,
                        RpoWatch.describe(item, age),
                        "look at both sites, the line between them, and the room at the target"));
    }

    private void drill() {
        switch (item.testFailover()) {
            case WAITING_FOR_CLEANUP ->
                say(HealthKind.DRILL_NOT_CLEANED_UP, "the VM of a test failover is still there", "clean the test up");
            case CLEANUP_FAILED ->
                say(
                        HealthKind.DRILL_CLEANUP_FAILED,
                        "something of a test failover could not be removed",
                        "clean the test up again, or leave behind what cannot be removed");
            default -> {}
        }
        boolean over = item.testFailover() == TestFailoverState.WAITING_FOR_CLEANUP
                || item.drill().flatMap(Drill::closed).isPresent();
        item.drill()
                .filter(drill -> over && drill.verified().isEmpty())
                .ifPresent(drill -> say(
                        HealthKind.DRILL_FAILED,
                        "the test failover of " + drill.started() + " was not seen to work",
                        "look at the report of job " + drill.job() + ", remove the cause, and test again"));
        item.drill()
                .filter(drill -> !drill.leftBehind().isEmpty())
                .ifPresent(drill -> say(
                        HealthKind.DRILL_LEFT_BEHIND,
                        "a forced cleanup left " + String.join(", ", drill.leftBehind()),
                        "remove it by hand; the next test failover clears this"));
    }

    private void notes(List<PendingNote> notes, Instant now) {
        notes.stream()
                .filter(note -> note.since().plus(NOTES_WAIT).isBefore(now))
                .findFirst()
                .ifPresent(note -> say(
                        HealthKind.NOTES_PENDING,
                        "site " + note.site() + " has not been told since " + note.since() + ": " + note.what(),
                        "bring the site back; it is told at the first contact"));
    }

    private void say(HealthKind kind, String cause, String advice) {
        reasons.add(kind.because(cause, advice));
    }
}
