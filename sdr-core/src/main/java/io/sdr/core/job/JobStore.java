package io.sdr.core.job;

import io.sdr.api.InvalidRequestException;
import io.sdr.api.Problem;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Where jobs are kept. One transaction is all or nothing; when {@link #write} returns, it is forced to the disk. Thread-safe.
 * Failures are of the {@link io.sdr.api.SdrException} family: {@link io.sdr.api.RetryableException} if nothing was changed,
 * {@link io.sdr.api.CorruptException} if stored data contradicts itself. After a failure that leaves open what is on the disk
 * the store closes itself: only opening it again tells.
 */
public interface JobStore extends AutoCloseable {
    /**
     * Reads one consistent state.
     *
     * @param work reads; must not write elsewhere in this store
     * @param <T> the type of the result
     * @return what the work returned
     */
    <T> T read(Function<? super View, T> work);

    /**
     * Changes all or nothing. Anything thrown by the work takes the whole back and is thrown again.
     *
     * @param work reads and writes; may be run once only, must not block
     * @param <T> the type of the result
     * @return what the work returned, after its changes were forced
     */
    <T> T write(Function<? super Transaction, T> work);

    /**
     * Tells whether it can still be used.
     *
     * @return false once it was closed or failed
     */
    boolean isOpen();

    @Override
    void close();

    /** What can be read. */
    interface View {
        /**
         * Looks for a subject.
         *
         * @param id its id
         * @return the subject
         */
        Optional<Subject> subject(String id);

        /**
         * Gives a subject.
         *
         * @param id its id
         * @return the subject
         * @throws InvalidRequestException code {@code UNKNOWN_ITEM}
         */
        default Subject requireSubject(String id) {
            return subject(id)
                    .orElseThrow(() -> new InvalidRequestException(Problem.of("UNKNOWN_ITEM")
                            .attempted("find item " + id)
                            .state("there is none of that id")
                            .remedy("list the items and use one of their ids")));
        }

        /**
         * Lists the subjects.
         *
         * @return ordered by id
         */
        List<Subject> subjects();

        /**
         * Looks for a job.
         *
         * @param id its id
         * @return the job
         */
        Optional<JobRecord> job(String id);

        /**
         * Gives a job.
         *
         * @param id its id
         * @return the job
         * @throws InvalidRequestException code {@code UNKNOWN_JOB}
         */
        default JobRecord requireJob(String id) {
            return job(id).orElseThrow(() -> new InvalidRequestException(Problem.of("UNKNOWN_JOB")
                    .attempted("find job " + id)
                    .state("there is none of that id")
                    .remedy("list the item's jobs and use one of their ids")));
        }

        /**
         * Gives the one job that holds a subject.
         *
         * @param subject the subject's id
         * @return the job
         */
        Optional<JobRecord> holder(String subject);

        /**
         * Lists the open jobs.
         *
         * @return the oldest first
         */
        List<JobRecord> openJobs();

        /**
         * Lists the jobs of a subject.
         *
         * @param subject the subject's id
         * @param before only those that started earlier; empty for all
         * @param limit how many at most
         * @return the newest first
         */
        List<JobRecord> jobs(String subject, Optional<Instant> before, int limit);

        /**
         * Lists the steps of a job.
         *
         * @param job the job's id
         * @return in order
         */
        List<StepRecord> steps(String job);

        /**
         * Lists what was said to a job.
         *
         * @param job the job's id
         * @return the oldest first
         */
        List<SignalRecord> signals(String job);

        /**
         * Lists what a job inherited.
         *
         * @param job the job's id
         * @return in order
         */
        List<InheritedStep> inherited(String job);

        /**
         * Lists notes not delivered to a site.
         *
         * @param site the site
         * @return the oldest first
         */
        List<NoteRecord> notesForSite(String site);

        /**
         * Lists notes of a subject that are not delivered.
         *
         * @param subject the subject's id
         * @return the oldest first
         */
        List<NoteRecord> notesOfSubject(String subject);

        /**
         * Lists events.
         *
         * @param after only those with a higher sequence
         * @param limit how many at most
         * @return the oldest first
         */
        List<EventRecord> events(long after, int limit);

        /**
         * Gives the cursor of a listener.
         *
         * @param name the listener's name
         * @return the last sequence it took; 0 at first
         */
        long cursor(String name);
    }

    /** What can be written, too. */
    interface Transaction extends View {
        /**
         * Counts a start of an engine.
         *
         * @return the number of starts over this store, from 1
         */
        long nextIncarnation();

        /**
         * Adds a subject.
         *
         * @param subject the subject
         * @return false if the id is taken
         */
        boolean insert(Subject subject);

        /**
         * Changes a subject by compare-and-set.
         *
         * @param subject the new content, with the new version
         * @param expectedVersion the version it must have
         * @return false if it has another one
         */
        boolean update(Subject subject, long expectedVersion);

        /**
         * Adds a job. At most one holds a subject.
         *
         * @param job the job
         */
        void insert(JobRecord job);

        /**
         * Changes a job if the lease is still the one named.
         *
         * @param job the new content
         * @param leaseEpoch the lease's epoch that it must have
         * @return false if it has another one: the writer lost the job and must stop at once
         */
        boolean update(JobRecord job, long leaseEpoch);

        /**
         * Claims a job if nobody has it or the owner's time is over.
         *
         * @param job the job's id
         * @param owner who claims
         * @param now the time
         * @param until when the lease ends
         * @return the lease, or empty if another one has it
         */
        Optional<Lease> claim(String job, String owner, Instant now, Instant until);

        /**
         * Adds or replaces a step.
         *
         * @param step the step
         */
        void put(StepRecord step);

        /**
         * Adds what was said.
         *
         * @param job the job's id
         * @param signal what was said
         */
        void add(String job, SignalRecord signal);

        /**
         * Adds or replaces an inherited step.
         *
         * @param step the step
         */
        void put(InheritedStep step);

        /**
         * Queues a note.
         *
         * @param subject the subject's id
         * @param note the note
         * @param now when
         */
        void queue(String subject, Note note, Instant now);

        /**
         * Marks a note as delivered.
         *
         * @param sequence its number
         * @param now when
         */
        void markDelivered(long sequence, Instant now);

        /**
         * Adds an event.
         *
         * @param at when
         * @param subject the subject's id
         * @param job the job's id, if any
         * @param kind its kind
         * @param text its text
         */
        void addEvent(Instant at, String subject, Optional<String> job, String kind, String text);

        /**
         * Moves the cursor of a listener forward.
         *
         * @param name the listener's name
         * @param sequence the last sequence it took
         */
        void setCursor(String name, long sequence);
    }
}
