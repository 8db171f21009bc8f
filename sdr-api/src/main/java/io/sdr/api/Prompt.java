package io.sdr.api;

import java.util.Set;

/** What a waiting job asks. Answer it with {@link Job#answer(Answer)} or, for {@link ReadyToComplete}, with {@link SiteRecovery#completeFailover}. */
public sealed interface Prompt {
    /**
     * Names the step that asks.
     *
     * @return the step's name
     */
    String step();

    /**
     * Gives the question.
     *
     * @return the question for people
     */
    String question();

    /**
     * Names the kinds of answers that the job takes.
     *
     * @return the kinds
     */
    Set<Answer.Kind> answers();

    /**
     * The delta phase of a planned failover is ready; cycles go on until the word comes.
     *
     * @param step the step
     * @param question the question
     */
    record ReadyToComplete(String step, String question) implements Prompt {
        @Override
        public Set<Answer.Kind> answers() {
            return Set.of(Answer.Kind.COMPLETE);
        }
    }

    /**
     * Something dangerous needs a word.
     *
     * @param step the step
     * @param question the question
     * @param answers what may be answered
     */
    record Confirmation(String step, String question, Set<Answer.Kind> answers) implements Prompt {
        /** Copies the set. */
        public Confirmation {
            answers = Set.copyOf(answers);
        }
    }

    /**
     * The world contradicts what the job did or expects.
     *
     * @param step the step
     * @param question the question
     * @param evidence what was seen
     * @param answers what may be answered
     */
    record Contradiction(String step, String question, String evidence, Set<Answer.Kind> answers) implements Prompt {
        /** Copies the set. */
        public Contradiction {
            answers = Set.copyOf(answers);
        }
    }
}
