package io.sdr.core.job;

import io.sdr.api.JobStatus;
import io.sdr.api.Timekeeper;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** How a job comes into being: the subject's change, the job, and the end of the one that it supersedes, in one transaction. */
final class JobCreation {
    private final JobDefinitions definitions;
    private final Supplier<String> ids;
    private final Timekeeper time;
    private final Limits limits;
    private final String owner;
    private final Function<String, Optional<JobRun>> runs;

    /**
     * Makes one.
     *
     * @param owner the engine that has the lease of what is made
     * @param runs gives the run of a job that is at work in this process
     */
    JobCreation(
            JobDefinitions definitions,
            Supplier<String> ids,
            Timekeeper time,
            Limits limits,
            String owner,
            Function<String, Optional<JobRun>> runs) {
        this.definitions = definitions;
        this.ids = ids;
        this.time = time;
        this.limits = limits;
        this.owner = owner;
        this.runs = runs;
    }

    /**
     * Creates a job.
     *
     * @throws SubjectChangedException if the subject has another version than expected, or the job to supersede is no longer its
     *     job
     * @throws SubjectBusyException if another job holds the subject
     */
    JobState create(JobStore.Transaction tx, NewJob request) {
        JobDefinition definition = definitions.require(request.kind());
        String id = ids.get();
        Subject subject = tx.requireSubject(request.subject());
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

    private Subject supersede(JobStore.Transaction tx, JobRecord old, Subject subject, String by, Instant now) {
        Effects effects = definitions
                .find(old.kind())
                .filter(each -> !old.decided())
                .map(each -> each.onSuperseded(subject, old, begun(tx, old.id())))
                .orElse(Effects.NONE);
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

    /** What the old job may still be doing the new one has to wait for. */
    private void inherit(JobStore.Transaction tx, JobRecord old, String heir, Instant now) {
        Optional<JobRun> run = runs.apply(old.id());
        Optional<JobDefinition> definition = definitions.known(tx, old);
        for (StepRecord step : tx.steps(old.id())) {
            if (mayChangeAnything(step, definition)) {
                inDoubtUntil(step, run, now)
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
    private Optional<Instant> inDoubtUntil(StepRecord step, Optional<JobRun> run, Instant now) {
        boolean open = step.phase() == Phase.INTENT || step.phase() == Phase.UNDO_INTENT;
        boolean decides = step.kind() == StepKind.DECISION;
        if (open || (decides && step.acted() && step.phase() == Phase.FAILED)) {
            Instant longest = now.plus(limits.longestCall());
            Instant bound =
                    step.notAfter().filter(longest::isAfter).orElse(longest).plus(limits.margin());
            return Optional.of(run.map(each -> each.inDoubt(step).orElse(now)).orElse(bound));
        }
        return decides ? Optional.empty() : step.inDoubtUntil().filter(now::isBefore);
    }

    private static boolean mayChangeAnything(StepRecord step, Optional<JobDefinition> definition) {
        return definition
                .map(each -> each.steps().get(step.number()).changesAnything())
                .orElse(true);
    }
}
