package io.sdr.core.job;

import java.util.Optional;

/**
 * A job to be created.
 *
 * @param kind the kind of its definition
 * @param subject the subject's id
 * @param expectedVersion the version of the subject for which the request was found to be allowed
 * @param spec what is asked
 * @param actor who asks
 * @param supersedes the job whose place it takes
 */
public record NewJob(
        String kind, String subject, long expectedVersion, Values spec, String actor, Optional<String> supersedes) {
    /**
     * A job that takes no other's place.
     *
     * @param kind the kind of its definition
     * @param subject the subject as it was seen
     * @param spec what is asked
     * @param actor who asks
     * @return the job
     */
    public static NewJob of(String kind, Subject subject, Values spec, String actor) {
        return new NewJob(kind, subject.id(), subject.version(), spec, actor, Optional.empty());
    }

    /**
     * Makes it take another one's place.
     *
     * @param job the id of the subject's present job
     * @return a copy
     */
    public NewJob superseding(String job) {
        return new NewJob(kind, subject, expectedVersion, spec, actor, Optional.of(job));
    }
}
