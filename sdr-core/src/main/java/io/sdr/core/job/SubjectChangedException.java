package io.sdr.core.job;

import io.sdr.api.Problem;
import io.sdr.api.RetryableException;

/** The subject is no longer what the caller saw. Nothing was changed: look again and decide anew. */
public final class SubjectChangedException extends RetryableException {
    private static final long serialVersionUID = 1L;

    SubjectChangedException(String subject, String state) {
        super(Problem.of("ITEM_CHANGED")
                .attempted("change " + subject)
                .state(state + "; nothing was changed")
                .remedy("look at it again and repeat the request if it still makes sense"));
    }
}
