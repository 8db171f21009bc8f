package io.sdr.core.call;

import io.sdr.api.Problem;
import io.sdr.api.RetryableException;
import io.sdr.api.SdrException;

/** A call was not answered, because the connection broke, or the other end hangs: whether it did anything is not known. */
public final class CallLostException extends RetryableException {
    private static final long serialVersionUID = 1L;

    CallLostException(SdrException why) {
        super(why.problem(), why);
    }

    /** It was cancelled, and the other end has not come to rest since: it may still be at work. */
    static CallLostException unanswered(String peer, long seconds) {
        return new CallLostException(new RetryableException(Problem.of("CALL_UNANSWERED")
                .attempted("stop a call of " + peer)
                .state("it was told to stop " + seconds + " s ago and has not answered; it may still be at work")
                .remedy("see whether its storage, or what it waits for, hangs; then run it again")));
    }

    static CallLostException closed(String peer) {
        return new CallLostException(new RetryableException(Problem.of("LINK_LOST")
                .attempted("call " + peer)
                .state("the connection is closed")
                .remedy("see that the other end runs and can be reached, then run it again")));
    }
}
