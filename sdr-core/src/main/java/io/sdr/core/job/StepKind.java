package io.sdr.core.job;

/** What a step is for. */
public enum StepKind {
    /** Changes the world. */
    ACT,
    /** Must be true; observed again just before the job's decision, however old its success is. */
    GUARD,
    /** Waits for time, the world or a person; may work while it waits. */
    WAIT,
    /** The point of no return: one publish that fails if the name exists. At most one in a job. */
    DECISION
}
