package io.sdr.core.engine;

/** Hears what was committed to the store, on the thread that committed it, right after. For tools that test crashes. */
public interface StoreObserver {
    /**
     * The intent of a step is durable; nothing has been done about it yet.
     *
     * @param job the job's id
     * @param step the step's name
     */
    default void stepIntended(String job, String step) {}

    /**
     * The intent to undo a step is durable; nothing has been taken back yet.
     *
     * @param job the job's id
     * @param step the step's name
     */
    default void undoIntended(String job, String step) {}

    /**
     * A signal to a job is durable.
     *
     * @param job the job's id
     * @param kind the kind of answer, or of request
     */
    default void signalled(String job, String kind) {}

    /** Something is durable. */
    default void committed() {}
}
