package io.sdr.core.state;

import io.sdr.api.Operation;

/** What moves an item from one state to the next. */
public sealed interface Trigger {
    /**
     * Gives the name for people.
     *
     * @return the words
     */
    String words();

    /**
     * A job of an operation reaches a milestone.
     *
     * @param operation the operation
     * @param milestone the milestone
     */
    record OfJob(Operation operation, Milestone milestone) implements Trigger {
        @Override
        public String words() {
            return operation.words() + " " + milestone.words();
        }
    }

    /**
     * Something happens.
     *
     * @param event what
     */
    record OfEvent(StateEvent event) implements Trigger {
        @Override
        public String words() {
            return event.words();
        }
    }
}
