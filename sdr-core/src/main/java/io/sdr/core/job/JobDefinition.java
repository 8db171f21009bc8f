package io.sdr.core.job;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The steps of one kind of job. Stateless. */
public interface JobDefinition {
    /**
     * Names the kind.
     *
     * @return lower case with dashes, such as {@code unplanned-failover}
     */
    String kind();

    /**
     * Numbers the list of steps. A stored job of a number that this code does not know waits for input; it is never guessed.
     *
     * @return the number, from 1
     */
    int specVersion();

    /**
     * Gives the steps.
     *
     * @return the steps in order; the list depends on nothing but kind and version
     */
    List<Step> steps();

    /**
     * Tells what goes into the store when the job is created.
     *
     * @param subject the subject before
     * @param spec what was asked
     * @return the effects
     */
    Effects onCreated(Subject subject, Values spec);

    /**
     * Tells what goes into the store when the job was undone.
     *
     * @param subject the subject now
     * @param origin the subject's document when the job was created
     * @param spec what was asked
     * @return the effects
     */
    Effects onUndone(Subject subject, String origin, Values spec);

    /**
     * Tells what follows a job that succeeded. The job that follows is created in the transaction that ends this one, for the same
     * subject and actor.
     *
     * @param subject the subject as the job leaves it
     * @param spec what was asked
     * @return what follows, or empty
     */
    default Optional<FollowUp> followUp(Subject subject, Values spec) {
        return Optional.empty();
    }

    /**
     * A job that follows another.
     *
     * @param kind the kind of its definition
     * @param spec what is asked
     */
    record FollowUp(String kind, Values spec) {}

    /**
     * Tells what goes into the store when another job took this one's place before its decision. What it did is not undone then.
     *
     * @param subject the subject now
     * @param job the job
     * @param begun the names of its steps that acted or may have
     * @return the effects; by default those of an undone job
     */
    default Effects onSuperseded(Subject subject, JobRecord job, Set<String> begun) {
        return onUndone(subject, job.origin(), job.spec());
    }

    /**
     * Tells what is stored as asked when the job takes another one's place. It is called in the transaction that ends that job, which
     * may have gone on since somebody looked at it.
     *
     * @param spec what is asked
     * @param intents the intents of the other job's steps begun, by step name
     * @return what is stored
     */
    default Values inheriting(Values spec, Map<String, Values> intents) {
        return spec;
    }

    /**
     * Tells whether a job that failed stays the subject's job, so that it can be retried or cancelled and no other takes its place.
     *
     * @param subject the subject as the failure leaves it
     * @return true unless the subject is free again
     */
    default boolean staysAfterFailure(Subject subject) {
        return true;
    }
}
