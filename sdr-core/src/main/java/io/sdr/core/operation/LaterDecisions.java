package io.sdr.core.operation;

import io.sdr.api.ItemId;
import io.sdr.api.OperationFailedException;
import io.sdr.api.Problem;
import io.sdr.api.SiteId;
import io.sdr.api.spi.EpochRecord;
import io.sdr.core.job.Effects;
import io.sdr.core.job.JobRecord;
import io.sdr.core.job.Subject;
import java.util.Optional;

/**
 * Decisions that a site knows and the store does not. Each number that a job of this store used is in the store, or that job still
 * holds the item: a higher one was used by another engine, and so was one that the store knows as used up in vain. The store is then an old copy, or the item was adopted from a site that
 * had not heard of the decision. What it says of who is active may be wrong, so the item is marked, for good, and left alone.
 */
public final class LaterDecisions {
    private LaterDecisions() {}

    /**
     * Tells whether a decision was made by somebody else.
     *
     * @param decided the newest decision in a catalogue, read before the rest
     * @param subject the item
     * @param holder the job that holds it: open, or failed on the way
     * @return true if neither the store nor that job knows of it
     */
    public static boolean isLater(EpochRecord decided, Subject subject, Optional<JobRecord> holder) {
        long ofJob = holder.flatMap(job -> job.spec().find(RequestCodec.DECISION_EPOCH))
                .map(Long::parseLong)
                .orElse(0L);
        boolean usedInVainHere = decided.epoch() == subject.epoch()
                && decided.epoch() > ofJob
                && decided.kind() == EpochRecord.Kind.ACTIVATE
                && decided.to() != ItemState.read(subject.document()).active();
        return usedInVainHere || decided.epoch() > Math.max(subject.epoch(), ofJob);
    }

    /**
     * Marks an item.
     *
     * @param subject the item
     * @param site the site that knows more
     * @param decided its newest decision
     * @return the mark, and an event
     */
    public static Effects mark(Subject subject, SiteId site, EpochRecord decided) {
        ItemState item = ItemState.read(subject.document());
        String evidence = "site " + site + " knows decision " + decided.epoch() + " on who is active, the store "
                + (decided.epoch() > subject.epoch() ? "only " + subject.epoch() : "used that number up in vain");
        return Effects.document(item.withStoreBehind(evidence).document())
                .withEvent(EventKind.STORE_BEHIND.says(
                        "item " + item.id() + ": " + evidence + "; the engine leaves it alone"));
    }

    /** What a step of a job says that was under way when it was found. */
    static OperationFailedException refusal(ItemId item, String evidence) {
        return new OperationFailedException(Problem.of("STORE_BEHIND")
                .attempted("go on with a job of item " + item)
                .state(evidence + ": the store is an old copy, or the item was adopted from the wrong site")
                .remedy("build an engine with an empty data directory and adopt the item from the site that is"
                        + " active"));
    }
}
