package io.sdr.testkit;

/** What a simulated site knows of the guest in a running VM: that it can be asked. Called by the site while it holds the VM. */
public interface Workload {
    /**
     * Asks the guest to finish what it is writing and to flush, before an application-consistent checkpoint. It writes nothing
     * more until {@link #thaw}.
     *
     * @return whether it did; false makes the checkpoint crash-consistent
     */
    boolean quiesce();

    /** Lets the guest write again. */
    void thaw();

    /**
     * Tells the guest that it is shut down in order: it finishes what it is writing and flushes. It writes nothing more until
     * {@link #thaw}, which comes when the VM is off.
     */
    void shutDown();

    /**
     * Asks whether the guest answers.
     *
     * @return the heartbeat
     */
    boolean answers();
}
