package io.sdr.core.job;

import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Creates the job that follows another one's success, in the transaction that ends that one; and sets it to work afterwards. */
final class FollowUps implements BiConsumer<JobStore.Transaction, JobRecord> {
    private final JobEngine engine;
    private final JobDefinition definition;
    private @Nullable JobState created;

    FollowUps(JobEngine engine, JobDefinition definition) {
        this.engine = engine;
        this.definition = definition;
    }

    @Override
    public void accept(JobStore.Transaction tx, JobRecord ended) {
        Subject subject = tx.subject(ended.subject()).orElseThrow();
        Optional<JobDefinition.FollowUp> next = definition.followUp(subject, ended.spec());
        created = next.isEmpty()
                ? null
                : engine.createFollowUp(
                        tx, NewJob.of(next.get().kind(), subject, next.get().spec(), ended.actor()));
    }

    /** After the transaction. Died before this, it is found among the open jobs. */
    void run() {
        JobState state = created;
        if (state != null) {
            engine.runFollowUp(state);
        }
    }
}
