package io.sdr.testkit.junit;

/**
 * What had happened to the items of a {@link RecoveryTest} when it failed: for each its state, its events and its jobs with their
 * steps. Added to the failure as suppressed; it says nothing about the cause by itself.
 */
public final class RecoveryHistory extends Exception {
    private static final long serialVersionUID = 1L;

    RecoveryHistory(String text) {
        super(text, null, false, false);
    }
}
