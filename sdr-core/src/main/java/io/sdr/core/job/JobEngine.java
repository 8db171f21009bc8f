package io.sdr.core.job;

import io.sdr.api.Answer;
import io.sdr.api.InvalidRequestException;
import io.sdr.api.JobStatus;
import io.sdr.api.Problem;
import io.sdr.api.Prompt;
import io.sdr.api.RetryableException;
import io.sdr.api.SdrException;
import io.sdr.api.Timekeeper;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs jobs so that a death at any moment changes nothing but time. Whatever a method accepts is stored before it returns.
 * Thread-safe. One engine works on a job at a time, by lease; a closed or lost store stops the engine at once.
 */
public class JobEngine implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(JobEngine.class);
    private static final Duration CLOSING = Duration.ofMinutes(1);

    private final JobStore store;
    private final Timekeeper time;
    private final Supplier<String> ids;
    private final Limits limits;
    private final Transfers transfers;
    private final Map<String, JobDefinition> definitions = new HashMap<>();
    private final Map<String, JobTask> tasks = new ConcurrentHashMap<>();
    private final String owner;
    private volatile boolean stopping;
    private volatile @Nullable SdrException halted;

    /**
     * Makes an engine; {@link #start} sets it to work.
     *
     * @param store where jobs are kept; the engine does not close it
     * @param definitions the kinds of jobs
     * @param time time and threads
     * @param ids gives a new id each time
     * @param limits the limits
     */
    public JobEngine(
            JobStore store,
            Collection<? extends JobDefinition> definitions,
            Timekeeper time,
            Supplier<String> ids,
            Limits limits) {
        this.store = store;
        this.time = time;
        this.ids = ids;
        this.limits = limits;
        this.transfers = new Transfers(limits.transfers());
        for (JobDefinition each : definitions) {
            check(each);
            if (this.definitions.put(each.kind(), each) != null) {
                throw new IllegalArgumentException("two definitions of " + each.kind());
            }
        }
        this.owner = "engine-" + store.write(JobStore.Transaction::nextIncarnation);
    }

    private static void check(JobDefinition definition) {
        List<Step> steps = definition.steps();
        long names = steps.stream().map(Step::name).distinct().count();
        long decisions =
                steps.stream().filter(each -> each.kind() == StepKind.DECISION).count();
        if (steps.isEmpty() || names != steps.size() || decisions > 1) {
            throw new IllegalArgumentException("steps of " + definition.kind()
                    + ": at least one, distinct names, at most one decision; found " + names + " names of "
                    + steps.size() + " steps and " + decisions + " decisions");
        }
    }

    /** Goes on with all open jobs. */
    public void start() {
        List<JobRecord> open = store.read(JobStore.View::openJobs);
        for (JobRecord job : open) {
            takeUp(job.id());
        }
    }

    // ---- subjects

    /**
     * Adds a subject.
     *
     * @param id its id
     * @param epoch its epoch
     * @param document its document
     * @return the subject, stored
     * @throws InvalidRequestException code {@code ITEM_EXISTS}
     */
    public Subject createSubject(String id, long epoch, String document) {
        return write(tx -> insert(tx, id, epoch, document));
    }

    /**
     * Adds a subject that was found elsewhere, together with its notes and an event, in one transaction.
     *
     * @param id its id
     * @param epoch its epoch
     * @param document its document
     * @param notes what waits for sites
     * @param event what listeners hear
     * @return the subject, stored
     * @throws InvalidRequestException code {@code ITEM_EXISTS}
     */
    public Subject createSubject(String id, long epoch, String document, List<Note> notes, NewEvent event) {
        Subject created = write(tx -> {
            Subject subject = insert(tx, id, epoch, document);
            return EffectsWriter.apply(
                            tx, subject, Effects.NONE.withNotes(notes).withEvent(event), Optional.empty(), time.now())
                    .orElseThrow(() -> new SubjectChangedException(id, "it changed meanwhile"));
        });
        time.signal();
        return created;
    }

    /**
     * Adds a subject together with its first job, in one transaction.
     *
     * @param id its id
     * @param epoch its epoch
     * @param document its document
     * @param kind the kind of the job
     * @param spec what is asked
     * @param actor who asks
     * @return the job, stored and at work
     * @throws InvalidRequestException code {@code ITEM_EXISTS}
     */
    public JobRecord createSubject(String id, long epoch, String document, String kind, Values spec, String actor) {
        String jobId = ids.get();
        JobDefinition definition = definition(kind);
        JobState state = write(tx -> {
            Subject subject = insert(tx, id, epoch, document);
            return create(tx, definition, NewJob.of(kind, subject, spec, actor), jobId);
        });
        run(state, definition);
        return state.job();
    }

    private Subject insert(JobStore.Transaction tx, String id, long epoch, String document) {
        Subject subject = new Subject(id, 1, epoch, document);
        if (!tx.insert(subject)) {
            throw new InvalidRequestException(Problem.of("ITEM_EXISTS")
                    .attempted("create item " + id)
                    .state("there is one of that id; nothing was changed")
                    .remedy("use another id"));
        }
        return subject;
    }

    /**
     * Tells listeners what is about no subject.
     *
     * @param event what happened
     */
    public void tell(NewEvent event) {
        write(tx -> {
            tx.addEvent(time.now(), EventRecord.NO_SUBJECT, Optional.empty(), event.kind(), event.text());
            return event;
        });
    }

    /**
     * Looks for a subject.
     *
     * @param id its id
     * @return the subject
     */
    public Optional<Subject> subject(String id) {
        return read(view -> view.subject(id));
    }

    /**
     * Lists the subjects.
     *
     * @return ordered by id
     */
    public List<Subject> subjects() {
        return read(JobStore.View::subjects);
    }

    /**
     * Changes a subject outside of any job.
     *
     * @param id its id
     * @param expectedVersion the version on which the change rests
     * @param effects the change
     * @return the subject after, stored
     * @throws SubjectChangedException if it has another version
     */
    public Subject updateSubject(String id, long expectedVersion, Effects effects) {
        Subject after = write(tx -> {
            Subject basis = existing(tx, id);
            if (basis.version() != expectedVersion) {
                throw new SubjectChangedException(
                        id, "it has version " + basis.version() + " instead of " + expectedVersion);
            }
            return EffectsWriter.apply(tx, basis, effects, Optional.empty(), time.now())
                    .orElseThrow(() -> new SubjectChangedException(id, "it changed meanwhile"));
        });
        time.signal();
        return after;
    }

    private static Subject existing(JobStore.View view, String id) {
        return view.subject(id)
                .orElseThrow(() -> new InvalidRequestException(Problem.of("UNKNOWN_ITEM")
                        .attempted("find item " + id)
                        .state("there is none of that id")
                        .remedy("list the items and use one of their ids")));
    }

    // ---- jobs

    /**
     * Creates a job: the subject's change, the job and the end of the job it supersedes are one transaction.
     *
     * @param request what is asked
     * @return the job, stored and at work
     * @throws SubjectChangedException if the subject has another version than expected, or the job to supersede is no longer its
     *     job
     * @throws SubjectBusyException if another job holds the subject
     */
    public JobRecord create(NewJob request) {
        JobDefinition definition = definition(request.kind());
        String id = ids.get();
        Optional<JobTask> old = request.supersedes().map(tasks::get);
        old.ifPresent(task -> task.run.drop());
        JobState state;
        try {
            state = write(tx -> create(tx, definition, request, id));
        } catch (RuntimeException e) {
            request.supersedes().ifPresent(this::takeUp);
            throw e;
        }
        run(state, definition);
        return state.job();
    }

    private JobState create(JobStore.Transaction tx, JobDefinition definition, NewJob request, String id) {
        Subject subject = existing(tx, request.subject());
        if (subject.version() != request.expectedVersion()) {
            throw new SubjectChangedException(
                    subject.id(), "it has version " + subject.version() + " instead of " + request.expectedVersion());
        }
        Instant now = time.now();
        Optional<JobRecord> holder = tx.holder(subject.id());
        if (holder.isPresent() && !request.supersedes().equals(holder.map(JobRecord::id))) {
            throw new SubjectBusyException(holder.get());
        }
        if (holder.isEmpty() && request.supersedes().isPresent()) {
            throw new SubjectChangedException(
                    subject.id(), "job " + request.supersedes().get() + " is no longer its job");
        }
        Subject basis = subject;
        if (holder.isPresent()) {
            basis = supersede(tx, holder.get(), subject, id, now);
        }
        Values spec = holder.map(old -> definition.inheriting(request.spec(), intents(tx, old.id())))
                .orElse(request.spec());
        Effects effects = definition.onCreated(basis, spec);
        JobRecord job = new JobRecord(
                id,
                definition.kind(),
                definition.specVersion(),
                subject.id(),
                spec,
                basis.document(),
                basis.epoch(),
                JobStatus.RUNNING,
                true,
                false,
                request.actor(),
                false,
                Optional.empty(),
                Optional.empty(),
                new Lease(Optional.of(owner), 1, now.plus(limits.leaseTtl())),
                now,
                Optional.empty(),
                request.supersedes(),
                Optional.empty());
        tx.insert(job);
        List<Step> steps = definition.steps();
        for (int i = 0; i < steps.size(); i++) {
            tx.put(StepRecord.pending(id, i, steps.get(i)));
        }
        holder.ifPresent(old -> inherit(tx, old, id, now));
        if (EffectsWriter.apply(tx, basis, effects, Optional.of(id), now).isEmpty()) {
            throw new SubjectChangedException(subject.id(), "it changed meanwhile");
        }
        tx.addEvent(
                now,
                subject.id(),
                Optional.of(id),
                JobEvent.JOB_STARTED.name(),
                definition.kind() + " by " + request.actor());
        return JobState.read(tx, job);
    }

    JobState createFollowUp(JobStore.Transaction tx, NewJob request) {
        return create(tx, definition(request.kind()), request, ids.get());
    }

    void runFollowUp(JobState state) {
        run(state, definition(state.job().kind()));
    }

    private Subject supersede(JobStore.Transaction tx, JobRecord old, Subject subject, String by, Instant now) {
        JobDefinition definition = definitions.get(old.kind());
        Effects effects = definition == null || old.decided()
                ? Effects.NONE
                : definition.onSuperseded(subject, old, begun(tx, old.id()));
        Subject after = EffectsWriter.apply(tx, subject, effects, Optional.of(old.id()), now)
                .orElseThrow(() -> new SubjectChangedException(subject.id(), "it changed meanwhile"));
        Lease fenced = new Lease(Optional.empty(), old.lease().epoch() + 1, now);
        JobRecord ended =
                old.end(JobStatus.SUPERSEDED, false, now).withSupersededBy(by).withLease(fenced);
        tx.update(ended, old.lease().epoch());
        tx.addEvent(
                now, subject.id(), Optional.of(old.id()), JobEvent.JOB_SUPERSEDED.name(), old.kind() + " by job " + by);
        return after;
    }

    private static Map<String, Values> intents(JobStore.View view, String job) {
        Map<String, Values> intents = new HashMap<>();
        view.steps(job).forEach(step -> step.intent().ifPresent(intent -> intents.put(step.name(), intent)));
        return intents;
    }

    private static Set<String> begun(JobStore.View view, String job) {
        return view.steps(job).stream()
                .filter(step -> step.phase() != Phase.PENDING && step.phase() != Phase.SKIPPED)
                .map(StepRecord::name)
                .collect(Collectors.toSet());
    }

    private void inherit(JobStore.Transaction tx, JobRecord old, String heir, Instant now) {
        JobTask task = tasks.get(old.id());
        Optional<JobDefinition> definition = known(tx, old);
        for (StepRecord step : tx.steps(old.id())) {
            if (mayChangeAnything(step, definition)) {
                inDoubtUntil(step, Optional.ofNullable(task), now)
                        .ifPresent(until ->
                                tx.put(new InheritedStep(heir, old.id(), step.name(), until, Optional.empty())));
            }
        }
        tx.inherited(old.id()).stream()
                .filter(each -> each.known().isEmpty())
                .forEach(each ->
                        tx.put(new InheritedStep(heir, each.from(), each.step(), each.until(), Optional.empty())));
    }

    /** Until when a step of an ended job is to be looked at: its outcome is not known, or a call of it whose answer was lost may act. */
    private Optional<Instant> inDoubtUntil(StepRecord step, Optional<JobTask> task, Instant now) {
        boolean open = step.phase() == Phase.INTENT || step.phase() == Phase.UNDO_INTENT;
        boolean decides = step.kind() == StepKind.DECISION;
        if (open || (decides && step.acted() && step.phase() == Phase.FAILED)) {
            Instant longest = now.plus(limits.longestCall());
            Instant bound =
                    step.notAfter().filter(longest::isAfter).orElse(longest).plus(limits.margin());
            return Optional.of(
                    task.map(each -> each.run.inDoubt(step).orElse(now)).orElse(bound));
        }
        return decides ? Optional.empty() : step.inDoubtUntil().filter(now::isBefore);
    }

    private static boolean mayChangeAnything(StepRecord step, Optional<JobDefinition> definition) {
        return definition
                .map(each -> each.steps().get(step.number()).changesAnything())
                .orElse(true);
    }

    /**
     * Stores an answer and wakes the job.
     *
     * @param jobId the job
     * @param answer the answer
     * @throws InvalidRequestException code {@code UNKNOWN_JOB}, or {@code ANSWER_NOT_ASKED} if the job does not ask that now
     */
    public void signal(String jobId, Answer answer) {
        write(tx -> {
            JobRecord job = existingJob(tx, jobId);
            Set<Answer.Kind> asked = job.prompt().map(Prompt::answers).orElse(Set.of());
            boolean looksAgain =
                    answer.kind() == Answer.Kind.LOOK_AGAIN && job.status().isOpen();
            if (!asked.contains(answer.kind()) && !looksAgain) {
                throw new InvalidRequestException(Problem.of("ANSWER_NOT_ASKED")
                        .attempted("answer " + answer.kind() + " to job " + jobId)
                        .state("the job is " + job.status()
                                + (asked.isEmpty() ? " and asks nothing" : " and asks for one of " + asked))
                        .remedy("look at the job's prompts"));
            }
            tx.add(jobId, SignalRecord.of(answer, time.now()));
            if (job.status() == JobStatus.WAITING_FOR_INPUT) {
                tx.update(job.open(JobStatus.RUNNING), job.lease().epoch());
            }
            return true;
        });
        wakeOrTakeUp(jobId);
    }

    /**
     * Asks to cancel a job; stored before this returns.
     *
     * @param jobId the job
     * @param actor who asks
     * @return what becomes of it
     * @throws InvalidRequestException code {@code UNKNOWN_JOB}
     */
    public CancelResult cancel(String jobId, String actor) {
        CancelResult result = write(tx -> {
            JobRecord job = existingJob(tx, jobId);
            if (!job.status().isOpen() && !job.isStuck()) {
                return CancelResult.ENDED;
            }
            if (job.decided()) {
                return CancelResult.PAST_DECISION;
            }
            if (known(tx, job).isEmpty()) {
                return CancelResult.UNKNOWN_STEPS;
            }
            Instant now = time.now();
            if (job.cancelRequested()) {
                return CancelResult.ACCEPTED;
            }
            if (isBound(tx, job)) {
                return CancelResult.NOTHING_TO_GO_BACK_TO;
            }
            JobRecord wanted = job.withCancelRequested(true);
            JobStatus status =
                    job.status() == JobStatus.CANCELLING || job.isStuck() ? JobStatus.CANCELLING : JobStatus.RUNNING;
            tx.update(wanted.open(status), job.lease().epoch());
            tx.add(jobId, new SignalRecord(SignalRecord.CANCEL, actor, "", now));
            tx.addEvent(
                    now,
                    job.subject(),
                    Optional.of(jobId),
                    JobEvent.JOB_CANCEL_REQUESTED.name(),
                    job.kind() + " by " + actor);
            return CancelResult.ACCEPTED;
        });
        if (result == CancelResult.ACCEPTED) {
            JobTask task = tasks.get(jobId);
            if (task != null) {
                task.run.cancelWanted(true);
            }
            wakeOrTakeUp(jobId);
        }
        return result;
    }

    /**
     * Goes on with a failed job from its first step not done; stored before this returns.
     *
     * @param jobId the job
     * @param actor who asks
     * @return what becomes of it
     * @throws InvalidRequestException code {@code UNKNOWN_JOB}
     */
    public RetryResult retry(String jobId, String actor) {
        boolean accepted = write(tx -> {
            JobRecord job = existingJob(tx, jobId);
            if (!job.isStuck()) {
                return false;
            }
            Instant now = time.now();
            for (StepRecord step : tx.steps(jobId)) {
                if (step.phase() == Phase.FAILED) {
                    tx.put(step.intent().isPresent() ? step.at(Phase.INTENT, "", Optional.empty()) : step.reset());
                }
            }
            tx.update(
                    job.withFailure(Optional.empty()).open(JobStatus.RUNNING),
                    job.lease().epoch());
            tx.add(jobId, new SignalRecord(SignalRecord.RETRY, actor, "", now));
            tx.addEvent(
                    now, job.subject(), Optional.of(jobId), JobEvent.JOB_RETRIED.name(), job.kind() + " by " + actor);
            return true;
        });
        if (accepted) {
            wakeOrTakeUp(jobId);
        }
        return accepted ? RetryResult.ACCEPTED : RetryResult.NOT_FAILED;
    }

    private static JobRecord existingJob(JobStore.View view, String id) {
        return view.job(id)
                .orElseThrow(() -> new InvalidRequestException(Problem.of("UNKNOWN_JOB")
                        .attempted("find job " + id)
                        .state("there is none of that id")
                        .remedy("list the item's jobs and use one of their ids")));
    }

    /**
     * Gives a job as it is now.
     *
     * @param jobId the job
     * @return the snapshot
     * @throws InvalidRequestException code {@code UNKNOWN_JOB}
     */
    public JobSnapshot snapshot(String jobId) {
        JobState state = read(view -> JobState.read(view, existingJob(view, jobId)));
        return snapshot(state);
    }

    private JobSnapshot snapshot(JobState state) {
        JobTask task = tasks.get(state.job().id());
        return Snapshots.of(state, Optional.ofNullable(task).map(each -> each.run.live.now()));
    }

    /**
     * Lists the open jobs.
     *
     * @return the oldest first
     */
    public List<JobRecord> openJobs() {
        return read(JobStore.View::openJobs);
    }

    private boolean isBound(JobStore.View tx, JobRecord job) {
        List<Step> steps = known(tx, job).orElseThrow().steps();
        return tx.steps(job.id()).stream()
                .filter(row -> row.phase() == Phase.INTENT || row.phase() == Phase.DONE)
                .anyMatch(row ->
                        row.intent().filter(steps.get(row.number())::isBinding).isPresent());
    }

    /**
     * Gives the job that holds a subject: open, or failed and waiting for retry or cancel.
     *
     * @param subject the subject's id
     * @return the job
     */
    public Optional<JobRecord> holder(String subject) {
        return read(view -> view.holder(subject));
    }

    /**
     * Lists the jobs of a subject.
     *
     * @param subject the subject's id
     * @param before only those that started earlier; empty for all
     * @param limit how many at most
     * @return the newest first
     */
    public List<JobRecord> jobs(String subject, Optional<Instant> before, int limit) {
        return read(view -> view.jobs(subject, before, limit));
    }

    /**
     * Walks the steps of a job without acting or storing.
     *
     * @param kind the kind of its definition
     * @param spec what would be asked
     * @param subject the subject
     * @return what would be done
     */
    public DryRun dryRun(String kind, Values spec, Subject subject) {
        return DryRun.of(definition(kind), spec, subject, time);
    }

    // ---- notes and events

    /**
     * Lists notes for a site.
     *
     * @param site the site
     * @return those not delivered, in order
     */
    public List<NoteRecord> pendingNotesForSite(String site) {
        return read(view -> view.notesForSite(site));
    }

    /**
     * Lists notes of a subject.
     *
     * @param subject the subject's id
     * @return those not delivered, in order
     */
    public List<NoteRecord> pendingNotesOf(String subject) {
        return read(view -> view.notesOfSubject(subject));
    }

    /**
     * Marks a note as delivered.
     *
     * @param sequence its number
     */
    public void markDelivered(long sequence) {
        write(tx -> {
            tx.markDelivered(sequence, time.now());
            return true;
        });
    }

    /**
     * Lists events.
     *
     * @param after only those with a higher sequence
     * @param limit how many at most
     * @return in order
     */
    public List<EventRecord> events(long after, int limit) {
        return read(view -> view.events(after, limit));
    }

    /**
     * Gives a listener's cursor.
     *
     * @param listener its name
     * @return the last sequence it took; 0 at first
     */
    public long cursor(String listener) {
        return read(view -> view.cursor(listener));
    }

    /**
     * Stores a listener's cursor.
     *
     * @param listener its name
     * @param sequence the last sequence it took
     */
    public void setCursor(String listener, long sequence) {
        write(tx -> {
            tx.setCursor(listener, sequence);
            return true;
        });
    }

    // ---- work

    /** Stops at the next safe moment. Open jobs go on when another engine starts over the store. */
    @Override
    public void close() {
        if (stopping) {
            return;
        }
        stopping = true;
        time.signal();
        tasks.values().forEach(JobTask::stopTimer);
        time.await(
                () -> tasks.values().stream().noneMatch(JobTask::isBusyElsewhere),
                time.now().plus(CLOSING));
        if (!store.isOpen()) {
            return;
        }
        try {
            store.write(tx -> {
                for (JobRecord job : tx.openJobs()) {
                    if (job.lease().owner().filter(owner::equals).isPresent() && !isBusy(job.id())) {
                        Lease free = new Lease(Optional.empty(), job.lease().epoch(), time.now());
                        tx.update(job.withLease(free), job.lease().epoch());
                    }
                }
                return true;
            });
        } catch (SdrException e) {
            LOG.warn("leases were not given back: {}", e.getMessage());
        }
    }

    private boolean isBusy(String job) {
        JobTask task = tasks.get(job);
        return task != null && task.isBusyElsewhere();
    }

    String owner() {
        return owner;
    }

    JobStore store() {
        return store;
    }

    Timekeeper time() {
        return time;
    }

    Limits limits() {
        return limits;
    }

    Transfers transfers() {
        return transfers;
    }

    /** A run that waited for a transfer has it. */
    void wake(JobRun run) {
        JobTask task = tasks.get(run.job);
        if (task != null && task.run == run) {
            task.wake();
        } else {
            transfers.leave(run);
        }
    }

    boolean isStopping() {
        return stopping || halted != null || !store.isOpen();
    }

    boolean isCallUnderWay(String job) {
        JobTask task = tasks.get(job);
        return task != null && task.run.isCallUnderWay();
    }

    /**
     * Tells whether a job may have made its decision, and nobody knows.
     *
     * @param jobId the job
     * @return true if its decision has begun to act and its outcome was not seen
     */
    public boolean isDecisionInDoubt(String jobId) {
        return read(view -> view.job(jobId)).filter(job -> !job.decided()).isPresent()
                && read(view -> view.steps(jobId)).stream()
                        .anyMatch(row -> row.kind() == StepKind.DECISION && row.acted() && row.phase() != Phase.UNDONE);
    }

    /** Whether an inherited step is a decision that may have been made. */
    boolean mayHaveDecided(InheritedStep inherited) {
        return store.read(view -> view.steps(inherited.from())).stream()
                .filter(row -> row.name().equals(inherited.step()))
                .anyMatch(row -> row.kind() == StepKind.DECISION && row.acted());
    }

    /** Whether the superseded job was taking a step back: that its effect is there does not tell that it stays. */
    boolean wasBeingUndone(InheritedStep inherited) {
        return store.read(view -> view.steps(inherited.from())).stream()
                .filter(row -> row.name().equals(inherited.step()))
                .anyMatch(row -> row.phase() == Phase.UNDO_INTENT && row.kind() != StepKind.DECISION);
    }

    /** Whether an inherited step acts where steps of a lane do; one of which that is not known does. */
    boolean mayActIn(String lane, InheritedStep inherited) {
        return store.read(view -> view.job(inherited.from()))
                .map(JobRecord::kind)
                .map(definitions::get)
                .flatMap(each -> each.steps().stream()
                        .filter(step -> step.name().equals(inherited.step()))
                        .findFirst())
                .map(step -> step.undoLane().equals(lane))
                .orElse(true);
    }

    /** Looks at a step of a job that has ended. */
    Observation observeStored(String job, String stepName) {
        JobState state = store.read(view -> JobState.read(view, existingJob(view, job)));
        Optional<JobDefinition> definition = known(state);
        Optional<StepRecord> row = state.steps().stream()
                .filter(each -> each.name().equals(stepName))
                .findFirst();
        if (definition.isEmpty() || row.isEmpty() || row.get().intent().isEmpty()) {
            return new Observation.Unknown("its steps are not known to this version");
        }
        Step step = definition.get().steps().get(row.get().number());
        StepContext context = new StepContext(
                job,
                state.job().spec(),
                state.subject(),
                state.outcomes(),
                state.intents(),
                state.answers(),
                Math.max(1, row.get().attempt()),
                Instant.EPOCH,
                Instant.EPOCH,
                time.now().plus(limits.longestCall()),
                this::isStopping,
                (done, total) -> {},
                time);
        try {
            return step.observe(row.get().intent().get(), context);
        } catch (RuntimeException e) {
            return new Observation.Unknown(String.valueOf(e.getMessage()));
        }
    }

    /** Trouble in a run that is not of its step: the store, or an error of the engine itself. */
    Turn troubled(JobRun run, RuntimeException e) {
        if (!store.isOpen()) {
            if (!stopping) {
                LOG.error("the store is lost: this engine stops ({})", e.getMessage());
            }
            stopping = true;
            time.signal();
            return Turn.END;
        }
        LOG.error("job {} cannot go on now; tries again in {}", run.job, limits.longestPause(), e);
        if (e instanceof io.sdr.api.CorruptException corrupt) {
            halted = corrupt;
            time.signal();
            return Turn.END;
        }
        return Turn.pause(limits.longestPause());
    }

    void ended(JobTask task) {
        tasks.remove(task.run.job, task);
        time.signal();
    }

    private void wakeOrTakeUp(String job) {
        JobTask task = tasks.get(job);
        if (task == null) {
            takeUp(job);
        } else {
            task.wake();
        }
        time.signal();
    }

    /** Claims an open job and runs it. */
    private void takeUp(String id) {
        if (isStopping()) {
            return;
        }
        Optional<JobState> claimed = write(tx -> {
            JobRecord job = existingJob(tx, id);
            if (!job.status().isOpen()) {
                return Optional.empty();
            }
            Instant now = time.now();
            Optional<Lease> lease = tx.claim(id, owner, now, now.plus(limits.leaseTtl()));
            return lease.map(each -> JobState.read(tx, existingJob(tx, id)));
        });
        if (claimed.isEmpty()) {
            retryClaim(id);
            return;
        }
        JobState state = claimed.get();
        Optional<JobDefinition> definition = known(state);
        if (definition.isPresent()) {
            run(state, definition.get());
        } else {
            askForVersion(state);
        }
    }

    /** Somebody else works on it: look again when its lease ends. */
    private void retryClaim(String id) {
        read(view -> view.job(id)).filter(job -> job.status().isOpen()).ifPresent(job -> {
            Duration wait = Duration.between(time.now(), job.lease().until()).plusMillis(1);
            LOG.info(
                    "job {} is worked on by {}; looks again in {}",
                    id,
                    job.lease().owner().orElse("nobody"),
                    wait);
            time.schedule(wait, () -> takeUpQuietly(id));
        });
    }

    private void takeUpQuietly(String id) {
        try {
            takeUp(id);
        } catch (SdrException e) {
            LOG.warn("job {} cannot be taken up: {}", id, e.getMessage());
        }
    }

    private void run(JobState state, JobDefinition definition) {
        JobTask task =
                new JobTask(this, newRun(state, definition), state.subject().id());
        JobTask old = tasks.put(state.job().id(), task);
        if (old != null) {
            old.run.drop();
            old.stopTimer();
        }
        state.job().supersedes().map(tasks::get).ifPresent(JobTask::wake);
        task.wake();
        time.signal();
    }

    /** Mutants of the tests run otherwise. */
    JobRun newRun(JobState state, JobDefinition definition) {
        JobJournal journal = new JobJournal(
                store, time, state.job().id(), state.job().lease().epoch());
        return new JobRun(this, state, definition, journal);
    }

    private void askForVersion(JobState state) {
        JobRecord job = state.job();
        String step = state.firstAhead().map(StepRecord::name).orElse("");
        Prompt prompt = new Prompt.Contradiction(
                step,
                "The steps of this job are not known to this version of the engine",
                "stored: " + job.kind() + " version " + job.specVersion() + ", known: "
                        + Optional.ofNullable(definitions.get(job.kind()))
                                .map(each -> "version " + each.specVersion())
                                .orElse("none of that kind"),
                Set.of(Answer.Kind.LOOK_AGAIN));
        LOG.error("job {}: {}", job.id(), prompt.question());
        new JobJournal(store, time, job.id(), job.lease().epoch()).ask(prompt);
    }

    private JobDefinition definition(String kind) {
        JobDefinition definition = definitions.get(kind);
        if (definition == null) {
            throw new IllegalArgumentException("no definition of " + kind);
        }
        return definition;
    }

    private Optional<JobDefinition> known(JobState state) {
        return known(state.job(), state.steps());
    }

    private Optional<JobDefinition> known(JobStore.View view, JobRecord job) {
        return known(job, view.steps(job.id()));
    }

    private Optional<JobDefinition> known(JobRecord job, List<StepRecord> stored) {
        JobDefinition definition = definitions.get(job.kind());
        if (definition == null || definition.specVersion() != job.specVersion()) {
            return Optional.empty();
        }
        List<String> names = definition.steps().stream().map(Step::name).toList();
        boolean same = names.equals(stored.stream().map(StepRecord::name).toList());
        return same ? Optional.of(definition) : Optional.empty();
    }

    private <T> T read(java.util.function.Function<? super JobStore.View, T> work) {
        return store.read(work);
    }

    private <T> T write(java.util.function.Function<? super JobStore.Transaction, T> work) {
        SdrException why = halted;
        if (why != null) {
            throw why;
        }
        if (stopping) {
            throw new RetryableException(Problem.of("ENGINE_CLOSED")
                    .attempted("change the store")
                    .state("this engine is closed; nothing was changed")
                    .remedy("open the store with a new engine"));
        }
        return store.write(work);
    }
}
