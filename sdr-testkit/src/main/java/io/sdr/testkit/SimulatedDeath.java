package io.sdr.testkit;

/**
 * The simulated end of a process. It is an {@link Error} so that nobody handles it by mistake: code that catches it behaves as
 * no code can when the power goes.
 */
public final class SimulatedDeath extends Error {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the death.
     *
     * @param where what was about to happen, or had just happened
     */
    public SimulatedDeath(String where) {
        super("simulated death: " + where);
    }
}
