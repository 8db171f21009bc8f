package io.sdr.testkit.contract;

import io.sdr.api.Side;

/**
 * What all traces share: a world to run in, and the direction. A provider makes one subclass of each kind of traces for each world
 * and direction.
 */
public abstract sealed class Traces
        permits AdoptTraces,
                DisableTraces,
                DivergenceTraces,
                DrillTraces,
                FailoverTraces,
                LifeCycleTraces,
                NetworkTraces,
                PauseTraces,
                RepairTraces {
    /** For subclasses. */
    protected Traces() {}

    /**
     * Makes an empty world.
     *
     * @return the world; each trace closes its own
     */
    protected abstract TraceWorld newWorld();

    /**
     * Tells in which direction the traces run.
     *
     * @return the side that is active when a trace begins
     */
    protected abstract Side activeAtFirst();

    /**
     * Tells whether engine and sites are closed and opened again between any two steps.
     *
     * @return true if so
     */
    protected boolean restartsBetweenSteps() {
        return false;
    }

    /** A protected VM that runs at a side of a new world. */
    Trace protectedAt(Side active) {
        return Trace.protectedAt(newWorld(), restartsBetweenSteps(), active);
    }
}
