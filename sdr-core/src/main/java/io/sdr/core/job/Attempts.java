package io.sdr.core.job;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What a run remembers of its attempts at one step. Lost with the run; what must survive is in {@link StepRecord}. */
final class Attempts {
    /** Attempts so far. */
    int count;

    /** Fruitless tries since the last good news. */
    int retries;

    /** Whether the step may have acted, in this run or before. */
    boolean acted;

    /** Whether it acted and has not been looked at since. */
    boolean justActed;

    /** When this run took up a step that was begun before and did not ask. */
    Instant takenUp = Instant.EPOCH;

    /** Until when silence or a lost answer last kept the step from looking, as far as that time does not count. */
    Instant uncounted = Instant.EPOCH;

    /** The step fails if it is not done then. */
    @Nullable
    Instant deadline;

    /** A call may still act until then: nothing contrary before. */
    @Nullable
    Instant inDoubtUntil;

    /** The answer to a call was lost: not even looked at before. */
    @Nullable
    Instant blindUntil;

    /** No undo before. */
    @Nullable
    Instant nextUndo;

    /** Whether undoing found that it had decided: it is never undone again by itself, whether that can be looked at or not. */
    boolean pastDecision;

    /** What keeps it from being undone. */
    String hindered = "";

    /** Since when its undo would leave something to be taken back later. */
    @Nullable
    Instant leavesSince;

    /** How often the deadline was renewed after an unknown outcome. */
    int unknowns;

    /** The last trouble, for the failure at the deadline. */
    io.sdr.api.@Nullable SdrException trouble;
}
