package io.sdr.core.engine;

import io.sdr.api.Adoption;
import io.sdr.api.AdoptionRequest;
import io.sdr.api.Answer;
import io.sdr.api.CorruptException;
import io.sdr.api.Denial;
import io.sdr.api.Forecast;
import io.sdr.api.InvalidRequestException;
import io.sdr.api.ItemId;
import io.sdr.api.ItemRef;
import io.sdr.api.ItemRequest;
import io.sdr.api.Job;
import io.sdr.api.JobId;
import io.sdr.api.JobOutcome;
import io.sdr.api.JobStatus;
import io.sdr.api.Operation;
import io.sdr.api.OperationNotAllowedException;
import io.sdr.api.Pause;
import io.sdr.api.Place;
import io.sdr.api.Problem;
import io.sdr.api.Prompt;
import io.sdr.api.ProtectionRequest;
import io.sdr.api.ProtectionState;
import io.sdr.api.RecoveryListener;
import io.sdr.api.RecoveryPoint;
import io.sdr.api.ReplicatedItem;
import io.sdr.api.ReplicationPolicy;
import io.sdr.api.Request;
import io.sdr.api.RetryableException;
import io.sdr.api.Side;
import io.sdr.api.SiteId;
import io.sdr.api.SiteRecovery;
import io.sdr.api.Subscription;
import io.sdr.api.Timekeeper;
import io.sdr.api.VirtualMachine;
import io.sdr.api.VirtualNetwork;
import io.sdr.core.job.CancelResult;
import io.sdr.core.job.Effects;
import io.sdr.core.job.EventRecord;
import io.sdr.core.job.JobEngine;
import io.sdr.core.job.JobRecord;
import io.sdr.core.job.JobSnapshot;
import io.sdr.core.job.NewEvent;
import io.sdr.core.job.NewJob;
import io.sdr.core.job.RetryResult;
import io.sdr.core.job.Subject;
import io.sdr.core.job.SubjectChangedException;
import io.sdr.core.operation.EventKind;
import io.sdr.core.operation.Housekeeping;
import io.sdr.core.operation.ItemState;
import io.sdr.core.operation.Notes;
import io.sdr.core.operation.RequestCodec;
import io.sdr.core.operation.Surroundings;
import io.sdr.core.state.ItemFacts;
import io.sdr.core.state.StateTable;
import io.sdr.core.state.Verdict;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** The engine behind {@link SiteRecovery}: refuses what cannot work, creates jobs, and answers from the store. */
final class Engine implements SiteRecovery {
    private static final int MOST_CHANGES_AT_ONCE = 100;
    private static final int LONGEST_ACTOR = 200;

    private final Surroundings world;
    private final Timekeeper time;
    private final Supplier<String> ids;
    private final String user;
    private final Runnable onClose;
    private final boolean isView;
    private final ObservedStore store;
    private final JobEngine jobs;
    private final EventPump pump;
    private final ItemViews views;
    private final SiteLists lists;
    private final RequestChecks checks;
    private final Background background;
    private final Subscriptions subscriptions;
    private final Map<JobId, CompletableFuture<JobOutcome>> completions;

    Engine(
            Surroundings world,
            JobEngine jobs,
            ObservedStore store,
            Timekeeper time,
            Supplier<String> ids,
            String user,
            Runnable onClose) {
        this.world = world;
        this.time = time;
        this.ids = ids;
        this.user = user;
        this.onClose = onClose;
        this.isView = false;
        this.store = store;
        this.jobs = jobs;
        this.pump = new EventPump(jobs, time, this::happened);
        this.views = new ItemViews(jobs, world, time);
        this.lists = new SiteLists(jobs, world, time);
        this.checks = new RequestChecks(world, time);
        Survey survey = new Survey(jobs, world, time);
        SiteContacts contacts = new SiteContacts(world, time, survey::firstAct, jobs::tell);
        this.background = new Background(
                jobs,
                survey,
                new NoteCourier(jobs, new Notes(world, time), contacts),
                new Housekeeping(world, time),
                contacts,
                world,
                time);
        this.subscriptions = new Subscriptions(jobs, time);
        this.completions = new ConcurrentHashMap<>();
    }

    /** The same engine in somebody's name: it shares all parts, and is closed by nobody but the engine that it was made from. */
    private Engine(Engine same, String user) {
        this.user = user;
        this.onClose = same.onClose;
        this.world = same.world;
        this.time = same.time;
        this.ids = same.ids;
        this.store = same.store;
        this.jobs = same.jobs;
        this.pump = same.pump;
        this.views = same.views;
        this.checks = same.checks;
        this.background = same.background;
        this.subscriptions = same.subscriptions;
        this.completions = same.completions;
        this.lists = same.lists;
        this.isView = true;
    }

    /** From now on background work is done by itself. */
    void startScheduler() {
        background.startScheduler();
    }

    void start() {
        jobs.subjects().forEach(Engine::checkDocument);
        for (Subject subject : jobs.subjects()) {
            ItemState item = ItemState.read(subject.document());
            world.pause(item.id(), item.paused().by() != Pause.By.NOBODY);
        }
        store.add(pump);
        background.deliverNotes(); // before anything else is asked of a site, it is looked at
        jobs.start();
        pump.committed();
        jobs.subjects().forEach(subject -> background.takeUp(subject.id()));
    }

    /** A damaged item is found when the store is opened, not when it is needed. */
    private static void checkDocument(Subject subject) {
        try {
            ItemState unused = ItemState.read(subject.document());
        } catch (CorruptException e) {
            throw new CorruptException(
                    Problem.of(e.code())
                            .attempted("read item " + subject.id() + " in the store")
                            .state(e.problem().state())
                            .remedy(e.problem().remedy()),
                    e);
        }
    }

    /** Something happened: listeners and those who wait for a job's end look again. */
    private void happened(EventRecord event) {
        event.job().map(jobs::snapshot).filter(job -> !job.status().isOpen()).ifPresent(job -> {
            CompletableFuture<JobOutcome> waiting = completions.remove(new JobId(job.id()));
            if (waiting != null) {
                JobOutcome outcome = outcomeOf(job);
                time.execute(() -> waiting.complete(outcome)); // what waits for it is the user's, and may take its time
            }
            background.afterJob(job.record().subject());
        });
        subscriptions.wake();
    }

    // ---- starting

    @Override
    public Job start(Request request) {
        return request instanceof ProtectionRequest protection ? protect0(protection) : operate((ItemRequest) request);
    }

    private Job protect0(ProtectionRequest request) {
        String id = request.id().map(ItemId::value).orElseGet(ids);
        ItemState item = checks.newItem(new ItemId(id), request);
        if (jobs.subject(id).isPresent()) {
            throw new InvalidRequestException(Problem.of("ITEM_EXISTS")
                    .attempted("protect VM " + request.vm() + " as item " + id)
                    .state("an item of this id is there already")
                    .remedy("choose another id, or let the engine choose one"));
        }
        checks.notProtectedYet(item, jobs.subjects());
        background.beforeRequest(); // what an earlier protection left at its sites may stand in the way
        checks.refuseBlockers(request.vm(), checks.readiness(item, jobs.subjects()));
        JobRecord job = jobs.createSubject(
                id,
                1,
                item.document(),
                RequestCodec.kind(request),
                RequestCodec.protection(),
                request.actor().orElse(user));
        return handle(new JobId(job.id()));
    }

    private Job operate(ItemRequest request) {
        Subject before = subject(request.item());
        check(request, before); // refused before anything is touched, were it only a cycle that would have to stop
        background.beforeRequest();
        return background.alone(request.item(), () -> {
            Subject subject = subject(request.item());
            Optional<JobRecord> present = jobs.holder(subject.id());
            ItemState item = ItemState.read(subject.document());
            Verdict.Allowed verdict = subject.version() == before.version()
                    ? allowed(request, subject, present)
                    : check(request, subject);
            NewJob job = new NewJob(
                    RequestCodec.kind(request, item),
                    subject.id(),
                    subject.version(),
                    checks.spec(request, item, subject.epoch(), present.map(each -> jobs.snapshot(each.id()))),
                    request.actor().orElse(user),
                    verdict.supersedes() ? present.map(JobRecord::id) : Optional.empty());
            return handle(new JobId(jobs.create(job).id()));
        });
    }

    private Verdict.Allowed check(ItemRequest request, Subject subject) {
        ItemState item = ItemState.read(subject.document());
        Verdict.Allowed verdict = allowed(request, subject, jobs.holder(subject.id()));
        checks.direction(request, item);
        checks.inPlace(request, item);
        checks.placement(request, item, subject.epoch());
        checks.point(request, item, subject.epoch());
        checks.drill(request, item, subject.epoch());
        return verdict;
    }

    private Verdict.Allowed allowed(ItemRequest request, Subject subject, Optional<JobRecord> present) {
        Verdict verdict = StateTable.TABLE.verdict(request.operation(), facts(subject, present));
        if (verdict instanceof Verdict.Denied denied) {
            throw new OperationNotAllowedException(request.item(), denied.denial());
        }
        checks.unconfirmed(request, verdict, ItemState.read(subject.document())).ifPresent(denial -> {
            throw new OperationNotAllowedException(request.item(), denial);
        });
        return (Verdict.Allowed) verdict;
    }

    private ItemFacts facts(Subject subject, Optional<JobRecord> present) {
        return views.facts(ItemState.read(subject.document()), subject.epoch(), present);
    }

    @Override
    public Forecast dryRun(Request request) {
        return new Forecasts(jobs, checks, views).of(request, this::subject);
    }

    @Override
    public Job completeFailover(ItemRef item) {
        Subject subject = subject(item.itemId());
        Optional<JobRecord> present = jobs.holder(subject.id());
        Verdict verdict = StateTable.TABLE.verdict(Operation.COMPLETE_FAILOVER, facts(subject, present));
        if (verdict instanceof Verdict.Denied denied) {
            throw new OperationNotAllowedException(item.itemId(), denied.denial());
        }
        JobId job = new JobId(present.orElseThrow().id());
        jobs.signal(job.value(), new Answer(Answer.Kind.COMPLETE, user, ""));
        return handle(job);
    }

    // ---- changes without a job

    @Override
    public ReplicatedItem pause(ItemRef item, String reason) {
        return change(
                item,
                Operation.PAUSE,
                before -> before.withPause(new Pause(Pause.By.USER, reason)),
                EventKind.REPLICATION_PAUSED.says("by " + user + ": " + reason));
    }

    @Override
    public ReplicatedItem resume(ItemRef item) {
        return change(
                item,
                Operation.RESUME,
                before -> before.withPause(Pause.NO),
                EventKind.REPLICATION_RESUMED.says("by " + user));
    }

    @Override
    public ReplicatedItem updateSettings(ItemRef item, ReplicationPolicy policy) {
        return updateSettings(item, present -> policy);
    }

    @Override
    public ReplicatedItem updateSettings(ItemRef item, UnaryOperator<ReplicationPolicy> change) {
        return change(item, Operation.UPDATE_SETTINGS, before -> {
            ReplicationPolicy policy = change.apply(before.policy());
            checks.sameDriver(before, policy);
            ItemState after = before.withPolicy(policy);
            return new Change(
                    after,
                    EventKind.SETTINGS_CHANGED.says("by " + user + ": " + ItemState.settingsChanged(before, after)));
        });
    }

    /** What becomes of an item, and what listeners hear. */
    private record Change(ItemState after, NewEvent event) {}

    private ReplicatedItem change(ItemRef ref, Operation operation, UnaryOperator<ItemState> change, NewEvent event) {
        return change(ref, operation, before -> new Change(change.apply(before), event));
    }

    /** Takes effect beside whatever job is under way; that job may change the item at the same time. */
    private ReplicatedItem change(ItemRef ref, Operation operation, Function<ItemState, Change> change) {
        ItemId id = ref.itemId();
        requireAllowed(id, operation, subject(id));
        ItemState after = background.alone(id, () -> {
            for (int tries = 1; ; tries++) {
                Subject subject = subject(id);
                requireAllowed(id, operation, subject);
                Change made = change.apply(ItemState.read(subject.document()));
                try {
                    Subject unused = jobs.updateSubject(
                            id.value(),
                            subject.version(),
                            Effects.document(made.after().document()).withEvent(made.event()));
                    return made.after();
                } catch (SubjectChangedException e) {
                    if (tries == MOST_CHANGES_AT_ONCE) {
                        throw e;
                    }
                }
            }
        });
        world.pause(id, after.paused().by() != Pause.By.NOBODY);
        jobs.holder(id.value())
                .filter(job -> job.status().isOpen())
                .ifPresent(job -> jobs.signal(job.id(), Answer.lookAgain(user)));
        background.afterJob(id.value());
        return item(id);
    }

    @Override
    public ReplicatedItem forgetUnreachable(ItemRef ref, Side side) {
        ItemId id = ref.itemId();
        Subject subject = subject(id);
        requireAllowed(id, Operation.FORGET_UNREACHABLE, subject);
        checks.unreachable(ItemState.read(subject.document()), side, subject.epoch());
        ReplicatedItem item = change(
                ref,
                Operation.FORGET_UNREACHABLE,
                before -> before.withGivenUp(side),
                EventKind.SIDE_GIVEN_UP.says("the " + side + " side of item " + id + " by " + user));
        jobs.holder(id.value()).filter(job -> !job.status().isOpen()).ifPresent(job -> jobs.retry(job.id(), user));
        return item;
    }

    @Override
    public Adoption adopt(AdoptionRequest request) {
        Adoption adoption = new Adopter(jobs, world, views, time)
                .adopt(request, request.actor().orElse(user));
        for (ReplicatedItem item : adoption.adopted()) {
            world.pause(item.id(), item.paused().by() != Pause.By.NOBODY);
            background.afterJob(item.id().value());
        }
        return adoption;
    }

    private void requireAllowed(ItemId id, Operation operation, Subject subject) {
        Verdict verdict = StateTable.TABLE.verdict(operation, facts(subject, jobs.holder(subject.id())));
        if (verdict instanceof Verdict.Denied denied) {
            throw new OperationNotAllowedException(id, denied.denial());
        }
    }

    // ---- jobs

    void cancel(JobId id) {
        JobRecord record = snapshot(id).record();
        refuseUnlessAllowed(Operation.CANCEL_JOB, record);
        if (jobs.isDecisionInDoubt(id.value())) {
            checks.decidedAtSilentSite(
                    record, ItemState.read(subject(new ItemId(record.subject())).document()));
        }
        CancelResult result = jobs.cancel(id.value(), user);
        if (result != CancelResult.ACCEPTED) {
            boolean decided = result == CancelResult.PAST_DECISION;
            boolean bound = result == CancelResult.NOTHING_TO_GO_BACK_TO;
            throw new OperationNotAllowedException(
                    new ItemId(record.subject()),
                    new Denial(
                            Operation.CANCEL_JOB,
                            code(result),
                            reason(result),
                            decided
                                    ? "use cancel failover"
                                    : bound ? "let it go on, or retry it" : "look at the job's state",
                            decided ? Set.of(Operation.CANCEL_FAILOVER) : Set.of()));
        }
    }

    private static String reason(CancelResult refused) {
        return switch (refused) {
            case PAST_DECISION -> "the job is past its point of no return";
            case NOTHING_TO_GO_BACK_TO ->
                "the disks of the other side are being replaced in place: there is nothing left to go back to";
            case UNKNOWN_STEPS -> "the job is of another version of sdr: this one does not know how to undo its steps";
            case ACCEPTED, ENDED -> "the job has ended";
        };
    }

    /** What the state table says of the item's own job has the same codes. */
    private static String code(CancelResult refused) {
        return switch (refused) {
            case PAST_DECISION -> "PAST_DECISION";
            case NOTHING_TO_GO_BACK_TO -> "NOTHING_TO_GO_BACK_TO";
            case ENDED -> "NO_JOB_TO_CANCEL";
            case UNKNOWN_STEPS -> "UNKNOWN_STEPS";
            case ACCEPTED -> throw new IllegalStateException("it is cancelled");
        };
    }

    /** The table speaks of the item's own job; one that ended or was superseded is refused by the job engine. */
    private void refuseUnlessAllowed(Operation operation, JobRecord record) {
        Optional<JobRecord> present = jobs.holder(record.subject());
        boolean own = present.map(JobRecord::id).equals(Optional.of(record.id()));
        ItemId id = new ItemId(record.subject());
        Verdict verdict = StateTable.TABLE.verdict(operation, facts(subject(id), present));
        if (own && verdict instanceof Verdict.Denied denied) {
            throw new OperationNotAllowedException(id, denied.denial());
        }
    }

    void retry(JobId id) {
        JobRecord record = snapshot(id).record();
        refuseUnlessAllowed(Operation.RETRY_JOB, record);
        if (jobs.retry(id.value(), user) != RetryResult.ACCEPTED) {
            throw new OperationNotAllowedException(
                    new ItemId(record.subject()),
                    new Denial(
                            Operation.RETRY_JOB,
                            "NO_FAILED_JOB",
                            "the job has not failed, or another one took its place",
                            "start the operation anew",
                            Set.of()));
        }
    }

    void answer(JobId id, Answer answer) {
        List<Prompt> prompts = snapshot(id).prompts();
        if (prompts.stream().noneMatch(prompt -> prompt.answers().contains(answer.kind()))) {
            throw new InvalidRequestException(Problem.of("ANSWER_NOT_ASKED")
                    .attempted("answer " + answer.kind() + " to job " + id)
                    .state(
                            prompts.isEmpty()
                                    ? "the job asks nothing"
                                    : "the job asks: " + prompts.get(0).question())
                    .remedy("give one of the answers that its prompts name"));
        }
        jobs.signal(id.value(), answer);
    }

    JobSnapshot snapshot(JobId id) {
        return jobs.snapshot(id.value());
    }

    JobStatus statusOf(JobId id) {
        return snapshot(id).status();
    }

    long storeChanges() {
        return store.changes();
    }

    Timekeeper timekeeper() {
        return time;
    }

    JobOutcome outcomeOf(JobSnapshot snapshot) {
        return new JobOutcome(
                snapshot.status(),
                snapshot.warnings(),
                item(new ItemId(snapshot.record().subject())),
                Reports.of(snapshot));
    }

    CompletableFuture<JobOutcome> completionOf(JobId id) {
        CompletableFuture<JobOutcome> future = completions.computeIfAbsent(id, each -> new CompletableFuture<>());
        JobSnapshot snapshot = snapshot(id);
        if (!snapshot.status().isOpen()) {
            completions.remove(id);
            future.complete(outcomeOf(snapshot));
        }
        return future;
    }

    private Job handle(JobId id) {
        return new JobHandle(this, snapshot(id));
    }

    @Override
    public Job job(JobId id) {
        return handle(id);
    }

    @Override
    public List<Job> openJobs() {
        return jobs.openJobs().stream().map(job -> handle(new JobId(job.id()))).toList();
    }

    @Override
    public List<Job> jobs(ItemRef ref, Optional<Instant> before, int limit) {
        if (limit < 1 || limit > 1000) {
            throw new InvalidRequestException(Problem.of("LIMIT_OUT_OF_RANGE")
                    .attempted("list " + limit + " jobs")
                    .state("nothing was read")
                    .remedy("ask for 1 to 1000"));
        }
        return jobs.jobs(subject(ref.itemId()).id(), before, limit).stream()
                .map(job -> handle(new JobId(job.id())))
                .toList();
    }

    // ---- reading

    @Override
    public List<ReplicatedItem> items() {
        return items(state -> state != ProtectionState.DISABLED);
    }

    @Override
    public List<ReplicatedItem> disabledItems() {
        return items(state -> state == ProtectionState.DISABLED);
    }

    private List<ReplicatedItem> items(Predicate<ProtectionState> wanted) {
        return views.views(jobs.subjects().stream()
                .filter(subject ->
                        wanted.test(ItemState.read(subject.document()).state()))
                .sorted(Comparator.comparing(Subject::id))
                .toList());
    }

    @Override
    public ReplicatedItem item(ItemRef ref) {
        return views.view(subject(ref.itemId()));
    }

    private Subject subject(ItemId id) {
        return jobs.subject(id.value())
                .orElseThrow(() -> new InvalidRequestException(Problem.of("UNKNOWN_ITEM")
                        .attempted("find item " + id)
                        .state("the store has no such item")
                        .remedy("list the items")));
    }

    @Override
    public List<RecoveryPoint> recoveryPoints(ItemRef ref) {
        Subject subject = subject(ref.itemId());
        return checks.points(ItemState.read(subject.document()), subject.epoch());
    }

    @Override
    public List<SiteId> sites() {
        return world.siteIds().stream()
                .sorted(Comparator.comparing(SiteId::value))
                .toList();
    }

    @Override
    public List<VirtualMachine> virtualMachines(Place place) {
        return lists.virtualMachines(place);
    }

    @Override
    public List<VirtualNetwork> networks(SiteId site) {
        return lists.networks(site);
    }

    @Override
    public Subscription subscribe(String name, RecoveryListener listener) {
        return subscriptions.subscribe(name, listener);
    }

    @Override
    public void runDue() {
        background.runDue();
    }

    @Override
    public SiteRecovery as(String actor) {
        boolean fit = !actor.isBlank()
                && actor.length() <= LONGEST_ACTOR
                && actor.chars().noneMatch(Character::isISOControl);
        if (!fit) {
            throw new InvalidRequestException(Problem.of("INVALID_ACTOR")
                    .attempted("act in somebody's name")
                    .state("the name is blank, longer than " + LONGEST_ACTOR
                            + " characters, or holds control characters;" + " nothing was changed")
                    .remedy("give a name on one line"));
        }
        return new Engine(this, actor);
    }

    @Override
    public void close() {
        if (isView) {
            return;
        }
        pump.close();
        subscriptions.close();
        background.close();
        jobs.close();
        store.close();
        onClose.run();
        for (JobId id : Set.copyOf(completions.keySet())) {
            CompletableFuture<JobOutcome> waiting = completions.remove(id);
            if (waiting != null) {
                waiting.completeExceptionally(new RetryableException(Problem.of("ENGINE_CLOSED")
                        .attempted("see the end of job " + id)
                        .state("the engine was closed; the job goes on when it is built again")
                        .remedy("build the engine again and ask for the job")));
            }
        }
    }
}
