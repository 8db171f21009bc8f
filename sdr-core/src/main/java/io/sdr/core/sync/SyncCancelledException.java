package io.sdr.core.sync;

import io.sdr.api.OperationFailedException;
import io.sdr.api.Problem;

/** The work was stopped by its flag, between two blocks. Doing it again finds what was written already equal. */
public final class SyncCancelledException extends OperationFailedException {
    /** The code. */
    public static final String CODE = "CANCELLED";

    private static final long serialVersionUID = 1L;

    /**
     * Says where it stopped.
     *
     * @param what what was being done
     * @param bytesDone how many bytes of it were dealt with
     */
    public SyncCancelledException(String what, long bytesDone) {
        super(Problem.of(CODE)
                .attempted(what)
                .state("cancelled after " + bytesDone + " bytes")
                .remedy("start it again if it is still wanted; what was written compares equal then"));
    }

    /**
     * Says it in the words of the other end.
     *
     * @param problem what was being done, and how things stand
     */
    public SyncCancelledException(Problem problem) {
        super(problem);
    }

    SyncCancelledException(Problem problem, SyncCancelledException cause) {
        super(problem, cause);
    }
}
