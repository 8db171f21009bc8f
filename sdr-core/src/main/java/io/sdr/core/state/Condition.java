package io.sdr.core.state;

import static io.sdr.api.JobStatus.CANCELLING;
import static io.sdr.api.JobStatus.FAILED;
import static io.sdr.api.ResyncCause.GEOMETRY;

import io.sdr.api.Pause;
import io.sdr.api.TestFailoverState;
import java.util.function.Predicate;

/**
 * What must be true, besides the state, for an operation. Where a condition looks at the job, that is the job which holds the item:
 * open, or failed in a transitional state.
 */
public enum Condition {
    /** The other side can be started. */
    OTHER_SIDE_STARTABLE(
            "the other side holds something that can be started",
            ItemFacts::otherSideStartable,
            "NOTHING_TO_START",
            "the other side holds neither a recovery point nor a disk that can be started",
            "bring the other side back, or let replication make a recovery point there"),
    /** There are points to go to. */
    POINTS_PRESENT(
            "recovery points are there",
            ItemFacts::pointsPresent,
            "NO_RECOVERY_POINT",
            "the active side holds no other recovery point",
            "commit the failover, or cancel it"),
    /** Replication runs. */
    NOT_PAUSED(
            "not paused",
            facts -> facts.paused().by() == Pause.By.NOBODY,
            "PAUSED",
            "replication is paused",
            "resume, then ask again"),
    /** The user has not paused. */
    NOT_PAUSED_BY_USER(
            "not paused by the user",
            facts -> facts.paused().by() != Pause.By.USER,
            "ALREADY_PAUSED",
            "replication is paused by the user already",
            "nothing needs to be done; resume ends the pause"),
    /** Replication is paused. */
    PAUSED(
            "paused",
            facts -> facts.paused().by() != Pause.By.NOBODY,
            "NOT_PAUSED",
            "replication is not paused",
            "nothing needs to be done"),
    /** A job can be cancelled. */
    JOB_TO_CANCEL(
            "a job is open, or failed on the way",
            facts -> facts.job().filter(job -> job.status() != CANCELLING).isPresent(),
            "NO_JOB_TO_CANCEL",
            "no job is open that is not being cancelled already",
            "nothing needs to be done; a cancellation under way ends by itself, as soon as the sites answer that the steps of its"
                    + " job wait for"),
    /** A job failed. */
    JOB_FAILED(
            "the job failed",
            facts -> facts.job().filter(job -> job.status() == FAILED).isPresent(),
            "NO_FAILED_JOB",
            "no job of the item failed on the way",
            "nothing needs to be done: a job that is open goes on by itself; one that waits needs an answer"),
    /** The planned failover can complete. */
    JOB_AWAITS_COMPLETE(
            "its job goes on",
            facts -> facts.job()
                    .filter(job -> job.isPlanned() && job.status() != FAILED && job.status() != CANCELLING)
                    .isPresent(),
            "JOB_NOT_WAITING",
            "the planned failover failed or is being cancelled",
            "retry its job, or let the cancellation end and start a planned failover again"),
    /** Before the point of no return. */
    BEFORE_DECISION(
            "before ★",
            facts -> facts.job().filter(ItemJob::beforeDecision).isPresent(),
            "PAST_DECISION",
            "the job has decided who is active; from there it only goes forward",
            "let the job end, or retry it if it failed; after a failover, cancel failover goes back to the other side"),
    /** After the point of no return. */
    AFTER_DECISION(
            "after ★",
            facts -> facts.job().filter(job -> !job.beforeDecision()).isPresent(),
            "NOT_DECIDED_YET",
            "the failover has not decided yet who is active",
            "cancel the job to be where it came from, or let it go on"),
    /** The job is a planned failover. */
    JOB_PLANNED(
            "the job is planned",
            facts -> facts.job().filter(ItemJob::isPlanned).isPresent(),
            "UNPLANNED_FAILOVER_RUNS",
            "an unplanned failover is under way already",
            "let it go on, retry it if it failed, or cancel it to begin another; if it is being cancelled, its steps tell which"
                    + " site they wait for"),
    /** The history broke in a way that a comparison mends. */
    CAUSE_MENDED_BY_COMPARING(
            "the cause is not a changed size",
            facts -> facts.resyncCause().filter(GEOMETRY::equals).isEmpty(),
            "SIZE_CHANGED",
            "a source disk has another size than its replica, which no comparison mends",
            "grow the replica if the source grew; disable and protect again if it shrank"),
    /** The source grew. */
    SOURCE_GREW(
            "the source grew",
            facts -> facts.resyncCause().filter(GEOMETRY::equals).isPresent() && !facts.sourceShrank(),
            "SOURCE_DID_NOT_GROW",
            "no source disk is larger than its replica",
            "resynchronize if the size is unchanged; disable and protect again if the source shrank"),
    /** The VM does not run. */
    ACTIVE_VM_OFF(
            "it does not run",
            ItemFacts::activeVmSeenOff,
            "NOT_SEEN_OFF",
            "the active VM was not seen to be off",
            "nothing needs to be done if it runs; else restore contact to its site so that it can be looked at"),
    /** A test failover exists. */
    TEST_EXISTS(
            "a test failover exists",
            facts -> facts.testFailover() != TestFailoverState.NONE,
            "NO_TEST_FAILOVER",
            "there is no test failover",
            "nothing needs to be done: there is nothing to remove"),
    /** Both copies ran. */
    DIVERGED(
            "both copies ran, or may have",
            ItemFacts::isDiverged,
            "NOT_DIVERGED",
            "nothing says that both copies ran",
            "nothing needs to be done");

    private final String words;

    @SuppressWarnings("ImmutableEnumChecker") // each is a function of its argument alone
    private final Predicate<ItemFacts> holds;

    private final String code;
    private final String reason;
    private final String remedy;

    Condition(String words, Predicate<ItemFacts> holds, String code, String reason, String remedy) {
        this.words = words;
        this.holds = holds;
        this.code = code;
        this.reason = reason;
        this.remedy = remedy;
    }

    boolean holds(ItemFacts facts) {
        return holds.test(facts);
    }

    /**
     * Gives the condition for people.
     *
     * @return the words
     */
    public String words() {
        return words;
    }

    /**
     * Gives the code of a denial for want of this.
     *
     * @return the code
     */
    public String code() {
        return code;
    }

    String reason() {
        return reason;
    }

    String remedy() {
        return remedy;
    }
}
