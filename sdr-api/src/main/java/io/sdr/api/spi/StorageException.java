package io.sdr.api.spi;

import io.sdr.api.Problem;
import io.sdr.api.RetryableException;

/** A file or disk could not be read or written. The code tells why: {@link #FULL}, {@link #MISSING}, {@link #FAILED}. */
public class StorageException extends RetryableException {
    /** No room is left. */
    public static final String FULL = "STORAGE_FULL";
    /** The file is not there. */
    public static final String MISSING = "STORAGE_MISSING";
    /** Any other failure of input or output. */
    public static final String FAILED = "STORAGE_FAILED";

    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception without a cause.
     *
     * @param problem what happened, under one of the codes of this class
     */
    public StorageException(Problem problem) {
        super(problem);
    }

    /**
     * Makes the exception.
     *
     * @param problem what happened, under one of the codes of this class
     * @param cause the cause
     */
    public StorageException(Problem problem, Throwable cause) {
        super(problem, cause);
    }
}
