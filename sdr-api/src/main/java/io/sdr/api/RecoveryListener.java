package io.sdr.api;

/** Hears of events. A listener that throws hears of the same event again. */
@FunctionalInterface
public interface RecoveryListener {
    /**
     * Takes an event; returning means it was taken and will not come again.
     *
     * @param event the event
     */
    void on(RecoveryEvent event);
}
