package io.sdr.api;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/**
 * The entry point: an engine that protects VMs between two sites. Several may live in one JVM, each with its own data
 * directory. Thread-safe. All state is durable: closing or killing the process changes nothing but time, open jobs go on at the
 * next {@link Builder#build()}.
 */
public interface SiteRecovery extends AutoCloseable {
    /**
     * Starts building an engine. The engine is found with the class loader of this interface first, then with the context class
     * loader.
     *
     * @return a builder
     * @throws InvalidRequestException code {@code NO_ENGINE} if {@code io.sdr:sdr-core} is on neither path
     */
    static Builder builder() {
        Iterator<EngineProvider> own = ServiceLoader.load(EngineProvider.class, SiteRecovery.class.getClassLoader())
                .iterator();
        if (own.hasNext()) {
            return own.next().newBuilder();
        }
        return ServiceLoader.load(EngineProvider.class)
                .findFirst()
                .orElseThrow(() -> new InvalidRequestException(Problem.of("NO_ENGINE")
                        .attempted("find an engine")
                        .state("no io.sdr.api.EngineProvider is on the class path or module path")
                        .remedy("add the artefact io.sdr:sdr-core, and with jlink bind its services")))
                .newBuilder();
    }

    /** Collects what an engine needs. Not thread-safe. */
    interface Builder {
        /**
         * Adds a site.
         *
         * @param site a site made by a provider
         * @return this
         */
        Builder site(Site site);

        /**
         * Says where the engine keeps its store: a folder on a local disk, never on a replicated volume.
         *
         * @param folder the folder; made if missing
         * @return this
         */
        Builder dataDirectory(Path folder);

        /**
         * Sets time and threads. Default: the system's.
         *
         * @param timekeeper the timekeeper; the engine does not close it
         * @return this
         */
        Builder timekeeper(Timekeeper timekeeper);

        /**
         * Makes new ids from a source of random numbers, so that a test that seeds it sees the same ids in each run. Nothing else is
         * drawn from it, least of all keys. Default: random UUIDs.
         *
         * @param random the source
         * @return this
         */
        Builder random(RandomGenerator random);

        /**
         * Registers one's own look at the VM of a test failover. An engine that goes on with such a test must know it, too.
         *
         * @param name the name by which plans ask for it
         * @param probe the probe
         * @return this
         */
        Builder probe(String name, TestProbe probe);

        /**
         * Gives a site a power fence. Without one, two running copies cannot be excluded for unplanned failovers.
         *
         * @param site the site's id, such as {@code east}
         * @param fence the fence
         * @return this
         */
        Builder powerFence(String site, PowerFence fence);

        /**
         * Limits what is sent between two sites for all items together, in either direction. What the policy of an item says holds
         * beside it.
         *
         * @param one the id of a site, such as {@code east}
         * @param other the id of another one
         * @param schedule the limits
         * @return this
         */
        Builder bandwidth(String one, String other, BandwidthSchedule schedule);

        /**
         * Names the user on whose behalf requests without an actor run. Default: the operating system's user.
         *
         * @param name the name
         * @return this
         */
        Builder actor(String name);

        /**
         * Limits how many jobs move whole disks or cycles at once: first copies, resynchronisations, copies back, full downloads,
         * requested cycles. More of them wait, the first first, and say so ("waits for one of 16 transfers"); those for which a VM is
         * down come before the others. So failovers, cancellations and fences of other items always find a thread: they never wait
         * for this, nor does the last cycle of a planned failover. Cycles by the policy are limited by themselves. Default: 16.
         *
         * @param most how many, from 1 to 40: the engine has 64 threads of its own, of which the cycles by the policy take 16
         * @return this
         * @throws InvalidRequestException code {@code TRANSFERS_OUT_OF_RANGE}
         */
        Builder transfersAtOnce(int most);

        /**
         * Switches the scheduler off: what is due in the background is done only by {@link SiteRecovery#runDue}. Default: it is
         * done by itself. Jobs run in either case.
         *
         * @return this
         */
        Builder withoutScheduler();

        /**
         * Opens the store and goes on with open jobs.
         *
         * @return the engine
         * @throws InvalidRequestException if the parts do not fit; codes {@code NO_DATA_DIRECTORY}, {@code DUPLICATE_SITE},
         *     {@code UNKNOWN_SITE} for a power fence or a bandwidth of a site that was not added, {@code STORE_NEWER} if a newer sdr
         *     wrote the store
         * @throws RetryableException code {@code STORE_LOCKED} if another engine has the store open
         * @throws CorruptException code {@code STORE_CORRUPT}
         */
        SiteRecovery build();
    }

    /**
     * The same engine in the name of a user: what is asked through it, and through the jobs that it hands out, is recorded as asked
     * by them: requests without an actor of their own, completing, pausing, new settings, cancelling, retrying, and giving a side up.
     * For programs that serve several people.
     *
     * @param actor the user's name, of one to 200 characters on one line
     * @return the engine seen by them; closing it does nothing
     * @throws InvalidRequestException code {@code INVALID_ACTOR}
     */
    SiteRecovery as(String actor);

    /**
     * Starts a job. What cannot work is refused before anything is changed.
     *
     * @param request what to do
     * @return the job, already durable
     * @throws InvalidRequestException if the request is wrong in itself
     * @throws OperationNotAllowedException if it is not allowed in the item's state
     */
    Job start(Request request);

    /**
     * Walks the steps of a request without acting.
     *
     * @param request what would be done
     * @return what would happen
     * @throws InvalidRequestException if the request is wrong in itself
     */
    Forecast dryRun(Request request);

    /**
     * Protects a VM.
     *
     * @param request which, from where, to where
     * @return the job
     */
    default Job protect(ProtectionRequest request) {
        return start(request);
    }

    /**
     * Fails an item over.
     *
     * @param plan how
     * @return the job
     */
    default Job failOver(FailoverPlan plan) {
        return start(plan);
    }

    /**
     * Removes what a test failover made, and closes the drill's report.
     *
     * @param request how
     * @return the job
     */
    default Job cleanUpTest(TestCleanupRequest request) {
        return start(request);
    }

    /**
     * Ends the sync phase of a planned failover: answers the prompt {@link Prompt.ReadyToComplete} of its job.
     *
     * @param item the item
     * @return the same job
     * @throws OperationNotAllowedException if no planned failover of the item is ready to complete
     */
    Job completeFailover(ItemRef item);

    /**
     * Accepts a failover; all recovery points go.
     *
     * @param item the item
     * @return the job
     */
    default Job commit(ItemRef item) {
        return start(CommitRequest.droppingAllPoints(item));
    }

    /**
     * Goes to another recovery point between failover and commit.
     *
     * @param request which
     * @return the job
     */
    default Job changePoint(ChangePointRequest request) {
        return start(request);
    }

    /**
     * Gives a failover up.
     *
     * @param request how
     * @return the job
     */
    default Job cancelFailover(CancelFailoverRequest request) {
        return start(request);
    }

    /**
     * Replicates from the active side back.
     *
     * @param request in which direction
     * @return the job
     */
    default Job reverseReplicate(ReverseRequest request) {
        return start(request);
    }

    /**
     * Runs one cycle now.
     *
     * @param request of which item and consistency
     * @return the job; it ends when the point is durable at the target
     */
    default Job replicateNow(ReplicateNowRequest request) {
        return start(request);
    }

    /**
     * Starts the active VM of a failover that is not committed, where it does not run.
     *
     * @param item the item
     * @return the job
     */
    default Job startVm(ItemRef item) {
        return start(StartVmRequest.of(item));
    }

    /**
     * Brings a replica whose history broke back in line.
     *
     * @param item the item
     * @return the job
     */
    default Job resynchronize(ItemRef item) {
        return start(ResynchronizeRequest.comparing(item));
    }

    /**
     * Enlarges a replica whose source grew, and goes on with replication.
     *
     * @param item the item
     * @return the job
     */
    default Job growReplica(ItemRef item) {
        return start(GrowReplicaRequest.toSourceSize(item));
    }

    /**
     * Says which copy survives after both ran, or may have run.
     *
     * @param request which
     * @return the job
     */
    default Job resolve(ResolveRequest request) {
        return start(request);
    }

    /**
     * Stops replicating an item until {@link #resume}. A cycle or copy under way stops at its next block and gives its checkpoint
     * up; what tracks changes stays, so that the next cycle sends what changed meanwhile. A copy of whole disks that was not complete
     * goes on where it was, or starts over with a warning if it is not known any more what changed. The pause outlives a failover that is cancelled; a commit ends it.
     *
     * @param item the item
     * @param reason why, for the records; may be empty
     * @return the item, already paused durably
     * @throws OperationNotAllowedException if replication cannot be paused in the item's state
     */
    ReplicatedItem pause(ItemRef item, String reason);

    /**
     * Ends a pause; a cycle is due at once if the last one is long enough ago.
     *
     * @param item the item
     * @return the item
     * @throws OperationNotAllowedException if it is not paused
     */
    ReplicatedItem resume(ItemRef item);

    /**
     * Changes how an item is replicated, in any state but while its protection begins or ends; what is under way follows the limits of
     * bandwidth within a second. Each value was checked when the policy was made; which points are kept is applied at the target as
     * soon as that answers. Replaces the whole policy: use {@link #updateSettings(ItemRef, UnaryOperator)} where somebody else may
     * change it at the same time.
     *
     * @param item the item
     * @param policy the whole new policy
     * @return the item, its policy already durable
     * @throws OperationNotAllowedException if settings cannot be changed in the item's state
     * @throws InvalidRequestException codes {@code UNKNOWN_ITEM}, {@code DRIVER_FIXED} if the policy wants another driver
     */
    ReplicatedItem updateSettings(ItemRef item, ReplicationPolicy policy);

    /**
     * Changes some of how an item is replicated: no change that was made in between is lost.
     *
     * <pre>{@code
     * recovery.updateSettings(vm, policy -> policy.every(Duration.ofMinutes(1)));
     * }</pre>
     *
     * @param item the item
     * @param change makes the new policy of the present one; it may be called more than once
     * @return the item, its policy already durable
     * @throws OperationNotAllowedException if settings cannot be changed in the item's state
     * @throws InvalidRequestException codes {@code UNKNOWN_ITEM}, {@code DRIVER_FIXED} if the policy wants another driver
     */
    ReplicatedItem updateSettings(ItemRef item, UnaryOperator<ReplicationPolicy> change);

    /**
     * Removes a protection.
     *
     * @param request of which item, and what becomes of the other side
     * @return the job; afterwards the item is listed by {@link #disabledItems} alone, and its VM may be protected anew under another
     *     id
     */
    default Job disable(DisableRequest request) {
        return start(request);
    }

    /**
     * Lets an item be disabled without a side that is gone for good. What would have been done there becomes a note, which is
     * delivered if that side comes back after all. The job that disables goes on, also if it had failed.
     *
     * @param item the item, which is being disabled
     * @param side the side that does not answer
     * @return the item; the choice is durable
     * @throws OperationNotAllowedException if the item is not being disabled
     * @throws InvalidRequestException code {@code SITE_ANSWERS} if the side answers
     */
    ReplicatedItem forgetUnreachable(ItemRef item, Side side);

    /**
     * Takes up items whose engine lost its store, or was lost with it, from what one site's catalogue knows. Each becomes what it can
     * rest in, by the decisions and files at that site; from there it can be failed over, committed and, when its other site is
     * back, replicated in reverse. Changes nothing but this engine's store; asked again, it changes nothing at all.
     *
     * @param request from which site
     * @return the items that were taken up, and why others were not
     * @throws InvalidRequestException code {@code UNKNOWN_SITE}
     * @throws RetryableException code {@code SITE_UNREACHABLE}
     */
    Adoption adopt(AdoptionRequest request);

    /**
     * Lists the items under protection.
     *
     * @return snapshots, ordered by id; without those that are disabled
     */
    List<ReplicatedItem> items();

    /**
     * Lists the items of VMs of a name.
     *
     * @param vmName the VM's name when it was protected
     * @return snapshots, ordered by id; more than one if two sites, or two clouds, have a VM of that name, and none if it is not
     *     protected
     */
    default List<ReplicatedItem> itemsNamed(String vmName) {
        return items().stream().filter(item -> item.name().equals(vmName)).toList();
    }

    /**
     * Lists what is left of items that were disabled, or whose protection was cancelled: their history and undelivered notes. Their
     * ids are not used again.
     *
     * @return snapshots in state {@link ProtectionState#DISABLED}, ordered by id
     */
    List<ReplicatedItem> disabledItems();

    /**
     * Gives one item.
     *
     * @param ref the item
     * @return a fresh snapshot
     * @throws InvalidRequestException code {@code UNKNOWN_ITEM}
     */
    ReplicatedItem item(ItemRef ref);

    /**
     * Lists the recovery points to which the item can go now.
     *
     * @param ref the item
     * @return oldest first; empty while there is no replica
     * @throws RetryableException if the site that has the replica does not answer
     */
    List<RecoveryPoint> recoveryPoints(ItemRef ref);

    /**
     * Gives a job.
     *
     * @param id its id
     * @return the job, open or ended
     * @throws InvalidRequestException code {@code UNKNOWN_JOB}
     */
    Job job(JobId id);

    /**
     * Lists the open jobs.
     *
     * @return the jobs, oldest first
     */
    List<Job> openJobs();

    /**
     * Lists the jobs of an item, open or ended.
     *
     * @param ref the item
     * @param before only jobs that started before this moment; empty for all
     * @param limit how many at most, 1 to 1000
     * @return the newest first
     */
    List<Job> jobs(ItemRef ref, Optional<Instant> before, int limit);

    /**
     * Lists the latest jobs of an item, open or ended.
     *
     * @param ref the item
     * @param limit how many at most, 1 to 1000
     * @return the newest first
     */
    default List<Job> jobs(ItemRef ref, int limit) {
        return jobs(ref, Optional.empty(), limit);
    }

    /**
     * Lists the sites.
     *
     * @return their ids
     */
    List<SiteId> sites();

    /**
     * Lists the VMs of a site, or of a cloud of it: those that could be protected, those that are, and copies. The site is asked, a
     * page after the other; VMs that come or go meanwhile may be missing.
     *
     * @param place the site, and the cloud if only its VMs are wanted
     * @return the VMs, ordered by id
     * @throws InvalidRequestException codes {@code UNKNOWN_SITE}, {@code UNKNOWN_CLOUD}
     * @throws RetryableException if the site does not answer
     */
    List<VirtualMachine> virtualMachines(Place place);

    /**
     * Lists all VMs of a site.
     *
     * @param site the site's name
     * @return the VMs, ordered by id
     * @throws InvalidRequestException code {@code UNKNOWN_SITE}
     * @throws RetryableException if the site does not answer
     */
    default List<VirtualMachine> virtualMachines(String site) {
        return virtualMachines(Place.of(site));
    }

    /**
     * Lists the networks to which VMs of a site can be connected, without those that drills made. {@link NetworkSettings#map} takes
     * what is listed.
     *
     * @param site the site
     * @return the networks, ordered by id
     * @throws InvalidRequestException code {@code UNKNOWN_SITE}
     * @throws RetryableException if the site does not answer
     */
    List<VirtualNetwork> networks(SiteId site);

    /**
     * Lists the networks of a site, as {@link #networks(SiteId)} does.
     *
     * @param site the site's name
     * @return the networks, ordered by id
     * @throws InvalidRequestException code {@code UNKNOWN_SITE}
     * @throws RetryableException if the site does not answer
     */
    default List<VirtualNetwork> networks(String site) {
        return networks(new SiteId(site));
    }

    /**
     * Hears of events, at least once over restarts, in order, from the first event that no listener of this name has taken. Events
     * older than the newest 100,000 go when the store is opened; a listener that was away for longer misses them.
     *
     * @param name the listener's name; its cursor is stored under it
     * @param listener the listener, called on a thread of the engine, once at a time; a slow one holds up only itself, and one that
     *     throws hears of the same event again after 15 s
     * @return the subscription
     * @throws InvalidRequestException codes {@code INVALID_NAME} for a blank name or one that begins with {@code sdr.},
     *     {@code LISTENER_EXISTS} if one of that name listens already
     */
    Subscription subscribe(String name, RecoveryListener listener);

    /**
     * Does now what is due in the background, and returns when it is done: asks sites that did not answer once more, delivers
     * notes, runs the cycles that are due by the policy, applies received cycles, folds layers. A scheduler does the same from time
     * to time, unless it was switched off with {@link Builder#withoutScheduler}; it asks a silent site again only after 1, 2, 4, 8,
     * 10, then every 30 minutes.
     */
    void runDue();

    /** Stops all work at the next safe moment. Open jobs go on at the next build. */
    @Override
    void close();
}
