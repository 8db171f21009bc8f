package io.sdr.core.job;

import io.sdr.core.store.SqliteCrash;

/** One disturbance of a run, as data. */
sealed interface ToyFault {
    /** None. */
    record None() implements ToyFault {}

    /** The process dies at the n-th commit or checkpoint. */
    record AtStore(SqliteCrash.Moment moment, int number) implements ToyFault {}

    /** Something happens in the n-th call of a step. */
    record AtCall(Call call, String step, int number, What what) implements ToyFault {}

    /** Which call. */
    enum Call {
        PREPARE,
        OBSERVE,
        ACT,
        UNDO
    }

    /** What happens there. */
    enum What {
        /** The process dies before anything happens. */
        DIE_BEFORE,
        /** The process dies with a part of the effect there, where it has parts. */
        DIE_MIDWAY,
        /** The process dies with the effect there and nothing returned. */
        DIE_AFTER,
        /** The process dies, and the call acts later. */
        DIE_AND_ACT_LATE,
        /** No answer, and nothing happened. */
        LOST_BEFORE,
        /** No answer, and it happened. */
        LOST_AFTER,
        /** No answer, and it happens later. */
        LOST_AND_ACT_LATE,
        /** It surely did not happen. */
        RETRY,
        /** It says that all is well, and nothing happened. */
        SILENTLY_DROPPED,
        /** It is not seen though it may be there. */
        LIE_NOT_DONE,
        /** Nothing can be seen. */
        LIE_UNKNOWN,
        /** Seen as done, and right after that no longer true. */
        TURNS_FALSE
    }
}
