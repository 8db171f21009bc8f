package io.sdr.core.state;

/** A move that the table does not know: an error in the engine, never in what a user asked. */
public final class IllegalTransitionException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    IllegalTransitionException(String message) {
        super(message);
    }
}
