package io.sdr.core.engine;

import io.sdr.api.Health;

/** What of an item may not be as it should be; the worst first. The words are those of the page that lists them. */
enum HealthKind {
    STORE_BEHIND(
            Health.Level.CRITICAL, "a site knows a later decision than the store: the engine leaves the item alone"),
    SPLIT_BRAIN(Health.Level.CRITICAL, "both copies ran after a decision"),
    SUSPECTED(Health.Level.CRITICAL, "it cannot be proven that only one copy ran after a decision"),
    JOB_FAILED(Health.Level.CRITICAL, "a job failed half-way and keeps the item: `failedJob()`"),
    WAITS_FOR_ANSWER(Health.Level.CRITICAL, "a job waits for a person: `openJob()`, and its `prompts()`"),
    ACTIVE_VM_OFF(Health.Level.CRITICAL, "a VM was failed over, not committed yet, and does not run"),
    RESYNC_REQUIRED(Health.Level.CRITICAL, "no cycle can follow the last one; `resyncCause()` says why"),
    PAUSED_BY_SYSTEM(Health.Level.CRITICAL, "the engine stopped replication"),
    RPO_EXCEEDED(Health.Level.WARNING, "the newest recovery point is older than three intervals of the policy"),
    UNREPLICATED_WRITES(Health.Level.WARNING, "the side that is not active holds writes that were never replicated"),
    PAUSED_BY_USER(Health.Level.WARNING, "somebody paused replication"),
    READY_TO_COMPLETE(Health.Level.WARNING, "a planned failover waits for the word to complete"),
    NOT_COMMITTED(Health.Level.WARNING, "a failover is not committed: nothing replicates"),
    NOT_REPLICATED(Health.Level.WARNING, "a failover was committed and not reversed: nothing replicates"),
    DRILL_NOT_CLEANED_UP(Health.Level.WARNING, "the VM of a test failover is still there"),
    DRILL_CLEANUP_FAILED(Health.Level.WARNING, "something of a test failover could not be removed"),
    DRILL_FAILED(Health.Level.WARNING, "the latest test failover was not seen to work"),
    DRILL_LEFT_BEHIND(Health.Level.WARNING, "a forced cleanup left something behind"),
    NOTES_PENDING(Health.Level.WARNING, "a site could not be told something for more than an hour");

    private final Health.Level level;
    private final String words;

    HealthKind(Health.Level level, String words) {
        this.level = level;
        this.words = words;
    }

    Health.Level level() {
        return level;
    }

    String words() {
        return words;
    }

    Health.Reason because(String cause, String advice) {
        return new Health.Reason(level, name(), cause, advice);
    }
}
