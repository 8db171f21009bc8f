package io.sdr.testkit;

/**
 * The life of one simulated process. Everything that belongs to it (storage folders, sites) dies at the same moment: after
 * {@link #die} each of them throws {@link SimulatedDeath} at every call, so that nothing of an abandoned engine acts any more.
 * Closing a file stays possible. Thread-safe.
 */
public final class SimulatedProcess {
    private volatile String end = "";

    /** Starts a process. */
    public SimulatedProcess() {}

    /**
     * Ends the process.
     *
     * @param where what was about to happen, or had just happened
     * @return never
     * @throws SimulatedDeath always
     */
    public SimulatedDeath die(String where) {
        endAt(where);
        throw new SimulatedDeath(end);
    }

    /** Ends the process from outside, without throwing: what it calls next finds it dead. */
    public void kill() {
        endAt("killed from outside");
    }

    private synchronized void endAt(String where) {
        if (end.isEmpty()) {
            end = where.isEmpty() ? "somewhere" : where;
        }
    }

    /**
     * Tells whether it lives.
     *
     * @return false after its end
     */
    public boolean isAlive() {
        return end.isEmpty();
    }

    /**
     * Lets the caller go on only while the process lives.
     *
     * @throws SimulatedDeath after its end
     */
    public void check() {
        if (!end.isEmpty()) {
            throw new SimulatedDeath(end);
        }
    }
}
