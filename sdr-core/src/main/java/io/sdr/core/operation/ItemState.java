package io.sdr.core.operation;

import io.sdr.api.BandwidthSchedule;
import io.sdr.api.BootGate;
import io.sdr.api.Divergence;
import io.sdr.api.Drill;
import io.sdr.api.InvalidRequestException;
import io.sdr.api.ItemId;
import io.sdr.api.JobId;
import io.sdr.api.NetworkSettings;
import io.sdr.api.Pause;
import io.sdr.api.Place;
import io.sdr.api.Problem;
import io.sdr.api.ProtectionState;
import io.sdr.api.ReplicationPolicy;
import io.sdr.api.ResyncCause;
import io.sdr.api.Side;
import io.sdr.api.SiteId;
import io.sdr.api.StaleCopy;
import io.sdr.api.TestFailoverState;
import io.sdr.api.VmId;
import io.sdr.api.spi.Endpoint;
import io.sdr.api.spi.NetworkAdapter;
import io.sdr.api.spi.ReplicaLink;
import io.sdr.api.spi.VmConfiguration;
import io.sdr.core.job.Values;
import io.sdr.core.state.StateEvent;
import io.sdr.core.state.StateTable;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What the engine remembers of an item, as stored with it. Immutable: the {@code with…} methods give copies. */
public final class ItemState {
    private static final String REPLICATES_TO = "replicates.to";
    private static final String POLICY = "policy.";
    private static final String HOLDER = "holder";
    private static final String ORIGIN = "failover.origin";
    private static final String SOURCE_WAS_RUNNING = "failover.sourceWasRunning";
    private static final String GIVEN_UP = "givenUp.";
    private static final String RESYNC = "resync";
    private static final String SHRANK = "resync.sourceShrank";
    private static final String LAST_POINT = "last.point";
    private static final String LAST_APPLICATION = "last.applicationPoint";
    private static final String RETENTION_DUE = "retention.due";
    private static final String PAUSED_BY = "paused.by";
    private static final String PAUSED_REASON = "paused.reason";
    private static final String STORE_BEHIND = "storeBehind";
    private static final String OTHER_UNHEARD = "adopted.otherUnheard";

    private final Values values;

    private ItemState(Values values) {
        this.values = values;
    }

    /**
     * Reads a stored document.
     *
     * @param document the document
     * @return the state
     */
    public static ItemState read(String document) {
        return new ItemState(Documents.read(document));
    }

    /**
     * Starts an item.
     *
     * @param id its id
     * @param name the VM's name
     * @param from where the VM runs
     * @param to where the replica shall be
     * @param vm the VM
     * @param policy the policy
     * @param networks the network settings
     * @param driver the replication driver
     * @return the state {@link ProtectionState#ENABLING}
     */
    public static ItemState enabling(
            ItemId id,
            String name,
            Place from,
            Place to,
            VmId vm,
            ReplicationPolicy policy,
            NetworkSettings networks,
            String driver) {
        return new ItemState(Values.of("id", id)
                        .with("name", name)
                        .with("driver", driver)
                        .with("active", Side.PRIMARY)
                        .with(REPLICATES_TO, Side.RECOVERY)
                        .with(place(Side.PRIMARY, from))
                        .with(place(Side.RECOVERY, to))
                        .with(policy(policy))
                        .with(NetworkCodec.write(networks)))
                .in(ProtectionState.ENABLING)
                .withVm(Side.PRIMARY, vm);
    }

    /** What was kept elsewhere. */
    static ItemState of(Values values) {
        return new ItemState(values);
    }

    Values values() {
        return values;
    }

    /** What is worth keeping elsewhere: how far cycles are changes too often, and the replica knows it while it is one. */
    ItemState kept() {
        return holder().isPresent() ? this : withoutCycles();
    }

    /** Reads everything once; what cannot be read throws. */
    void requireReadable() {
        ReplicaLink unused = linkTo(active().other());
        List<Object> all = List.of(
                name(),
                driver(),
                state(),
                replicatesTo(),
                holder(),
                failoverOrigin(),
                paused(),
                testFailover(),
                drill(),
                divergence(),
                resyncCause(),
                policy(),
                networks(),
                lastReceived(),
                lastApplied(),
                lastPoint());
        if (all.contains(ProtectionState.RESYNC_REQUIRED) && resyncCause().isEmpty()) {
            throw new IllegalArgumentException("a resynchronisation is required for no cause");
        }
    }

    /**
     * Gives the document to store.
     *
     * @return JSON
     */
    public String document() {
        return Documents.write(values);
    }

    /**
     * Gives the id.
     *
     * @return the id
     */
    public ItemId id() {
        return new ItemId(values.text("id"));
    }

    /**
     * Gives the VM's name when it was protected.
     *
     * @return the name
     */
    public String name() {
        return values.text("name");
    }

    /**
     * Names the replication driver.
     *
     * @return the driver's name
     */
    public String driver() {
        return values.text("driver");
    }

    /**
     * Gives the state.
     *
     * @return the state
     */
    public ProtectionState state() {
        return ProtectionState.valueOf(values.text("state"));
    }

    /**
     * Changes the state.
     *
     * @param state the state
     * @return a copy
     */
    public ItemState in(ProtectionState state) {
        return new ItemState(values.with("state", state));
    }

    /**
     * Gives the active side.
     *
     * @return the side
     */
    public Side active() {
        return Side.valueOf(values.text("active"));
    }

    /**
     * Changes the active side.
     *
     * @param side the side
     * @return a copy
     */
    public ItemState withActive(Side side) {
        return new ItemState(values.with("active", side));
    }

    /**
     * Gives a place.
     *
     * @param side the side
     * @return its place
     */
    public Place place(Side side) {
        return new Place(new SiteId(values.text("place." + side + ".site")), values.find("place." + side + ".cloud"));
    }

    /**
     * Changes a place: the VM was made elsewhere.
     *
     * @param side the side
     * @param place its place, at the same site
     * @return a copy
     */
    public ItemState withPlace(Side side, Place place) {
        return new ItemState(without("place." + side + ".cloud").values.with(place(side, place)));
    }

    /**
     * Gives a VM.
     *
     * @param side the side
     * @return its VM, once known
     */
    public Optional<VmId> vm(Side side) {
        return values.find("vm." + side).map(VmId::new);
    }

    /**
     * Sets a VM.
     *
     * @param side the side
     * @param vm its VM
     * @return a copy
     */
    public ItemState withVm(Side side, VmId vm) {
        return new ItemState(values.with("vm." + side, vm));
    }

    /**
     * Tells where replication goes.
     *
     * @return the side that is written; empty when nothing replicates
     */
    public Optional<Side> replicatesTo() {
        return values.find(REPLICATES_TO).map(Side::valueOf);
    }

    /**
     * Sets where replication goes.
     *
     * @param side the side that is written
     * @return a copy
     */
    public ItemState withReplicationTo(Side side) {
        return new ItemState(values.with(REPLICATES_TO, side));
    }

    /**
     * Ends replication.
     *
     * @return a copy
     */
    public ItemState withoutReplication() {
        return without(REPLICATES_TO);
    }

    /**
     * Names the job that holds the disks of the failed-over copy.
     *
     * @return the job, or empty
     */
    public Optional<JobId> holder() {
        return values.find(HOLDER).map(JobId::new);
    }

    /**
     * Remembers where a failover came from.
     *
     * @param holder the job that holds the copy's disks
     * @param origin the state it came from
     * @param sourceWasRunning whether the other side ran when it began
     * @return a copy
     */
    public ItemState withFailover(String holder, ProtectionState origin, boolean sourceWasRunning) {
        return new ItemState(
                values.with(HOLDER, holder).with(ORIGIN, origin).with(SOURCE_WAS_RUNNING, sourceWasRunning));
    }

    /**
     * Remembers that the other side ran until the failover, or a note of it, stopped it.
     *
     * @return a copy
     */
    public ItemState withSourceWasRunning() {
        return new ItemState(values.with(SOURCE_WAS_RUNNING, true));
    }

    /**
     * Forgets where the failover came from.
     *
     * @return a copy
     */
    public ItemState withoutFailover() {
        return without(HOLDER).without(ORIGIN).without(SOURCE_WAS_RUNNING);
    }

    /**
     * Tells where the failover came from.
     *
     * @return the state to go back to when it is cancelled
     */
    public ProtectionState failoverOrigin() {
        return values.find(ORIGIN).map(ProtectionState::valueOf).orElse(ProtectionState.PROTECTED);
    }

    /**
     * Tells whether the other side ran when the failover began.
     *
     * @return true if so
     */
    public boolean sourceWasRunning() {
        return values.flag(SOURCE_WAS_RUNNING);
    }

    /**
     * Tells whether replication is paused.
     *
     * @return the pause
     */
    public Pause paused() {
        return values.find(PAUSED_BY)
                .map(by -> new Pause(
                        Pause.By.valueOf(by), values.find(PAUSED_REASON).orElse("")))
                .orElse(Pause.NO);
    }

    /**
     * Pauses replication, or ends a pause.
     *
     * @param pause the pause; {@link Pause#NO} ends it
     * @return a copy
     */
    public ItemState withPause(Pause pause) {
        return pause.by() == Pause.By.NOBODY
                ? without(PAUSED_BY).without(PAUSED_REASON)
                : new ItemState(values.with(PAUSED_BY, pause.by()).with(PAUSED_REASON, pause.reason()));
    }

    /**
     * Tells whether a side was given up while the protection is removed.
     *
     * @param side the side
     * @return true until what has to be done there was done after all
     */
    public boolean isGivenUp(Side side) {
        return values.flag(GIVEN_UP + side);
    }

    /**
     * Gives a side up.
     *
     * @param side the side
     * @return a copy
     */
    public ItemState withGivenUp(Side side) {
        return new ItemState(values.with(GIVEN_UP + side, true));
    }

    /** The side came back, and what had to be done there was done. */
    ItemState withoutGivenUp(Side side) {
        return without(GIVEN_UP + side);
    }

    /**
     * Tells how far a test failover is.
     *
     * @return its state
     */
    public TestFailoverState testFailover() {
        return values.find("test").map(TestFailoverState::valueOf).orElse(TestFailoverState.NONE);
    }

    /**
     * Sets how far a test failover is.
     *
     * @param state how far
     * @return a copy
     */
    ItemState withTestFailover(TestFailoverState state) {
        return new ItemState(values.with("test", state));
    }

    /**
     * Gives the report of the latest test failover.
     *
     * @return the report, open or closed; empty before the first, and while one begins
     */
    public Optional<Drill> drill() {
        return DrillCodec.read(values);
    }

    /** Replaces the report. */
    ItemState withDrill(Drill drill) {
        return new ItemState(withoutDrill().values.with(DrillCodec.write(drill)));
    }

    /** Drops the report: another test failover begins. */
    ItemState withoutDrill() {
        return withoutAll(DrillCodec.PREFIX);
    }

    /**
     * Gives the network settings.
     *
     * @return the settings
     */
    public NetworkSettings networks() {
        return NetworkCodec.read(values);
    }

    /**
     * Changes the network settings.
     *
     * @param networks the settings
     * @return a copy
     */
    public ItemState withNetworks(NetworkSettings networks) {
        return new ItemState(withoutAll(NetworkCodec.PREFIX).values.with(NetworkCodec.write(networks)));
    }

    /** Remembers to what a failover to a side connected the VM's adapters. */
    ItemState withChosenNetworks(Side side, VmConfiguration configuration) {
        ItemState state = withoutAll(chosen(side, ""));
        for (NetworkAdapter adapter : configuration.adapters()) {
            String network = adapter.connection()
                    .map(connection -> connection.network().value())
                    .orElse("");
            state = new ItemState(state.values.with(chosen(side, adapter.name()), network));
        }
        return state;
    }

    /** To what the last failover to a side connected an adapter: the network's id, or an empty text; empty if there was none. */
    Optional<String> chosenNetwork(Side side, String adapter) {
        return values.find(chosen(side, adapter));
    }

    private static String chosen(Side side, String adapter) {
        return "chosen." + side + "." + adapter;
    }

    private ItemState withoutAll(String prefix) {
        Map<String, String> rest = new TreeMap<>(values.asMap());
        rest.keySet().removeIf(name -> name.startsWith(prefix));
        return new ItemState(Values.of(rest));
    }

    /**
     * Tells what is known about writes on the other side.
     *
     * @return the divergence
     */
    public Divergence divergence() {
        return values.find("divergence").map(Divergence::valueOf).orElse(Divergence.NONE);
    }

    /**
     * Gives the evidence of a divergence.
     *
     * @return the evidence; empty for none
     */
    public String divergenceEvidence() {
        return values.find("divergence.evidence").orElse("");
    }

    /**
     * Sets what is known about writes on the other side.
     *
     * @param divergence the divergence
     * @param evidence the evidence
     * @return a copy
     */
    public ItemState withDivergence(Divergence divergence, String evidence) {
        return new ItemState(values.with("divergence", divergence).with("divergence.evidence", evidence));
    }

    /** What is known of the VM at the side that is not active; empty before the first decision. */
    Optional<OldSide> oldSide() {
        return OldSide.read(values);
    }

    ItemState withOldSide(OldSide old) {
        return new ItemState(withoutAll(OldSide.PREFIX).values.with(old.write()));
    }

    /** How the adapters of a stale copy were connected before the engine cut it off; empty if it did not. */
    List<NetworkAdapter> cut(Side side) {
        return FenceCodec.cut(side, values);
    }

    ItemState withCut(Side side, List<NetworkAdapter> adapters) {
        return new ItemState(withoutAll(FenceCodec.cut(side)).values.with(FenceCodec.cut(side, adapters)));
    }

    /** The VM at a side whose automatic start the engine looks after. */
    Optional<VmId> gatedVm(Side side) {
        return FenceCodec.gatedVm(side, values);
    }

    /** Whether its automatic start was on before. */
    boolean startedAutomatically(Side side) {
        return FenceCodec.wasOn(side, values);
    }

    ItemState withGate(Side side, VmId vm, boolean wasOn) {
        return new ItemState(values.with(FenceCodec.gate(side, vm, wasOn)));
    }

    ItemState withoutGate(Side side) {
        return withoutAll(FenceCodec.gate(side));
    }

    /**
     * Tells whether both copies ran, or may have: somebody has to say which one survives.
     *
     * @return true if so
     */
    public boolean isDiverged() {
        return divergence() == Divergence.SUSPECTED || divergence() == Divergence.SPLIT_BRAIN;
    }

    /**
     * Tells whether the side that is not active has to be looked at: for the first time since it was left, or because its VM may run.
     *
     * @return true if so
     */
    public boolean isOldSideToBeLookedAt() {
        return isDiverged() || oldSide().map(OldSide::unseen).orElse(false);
    }

    /** Whether hosts must not start the VM of a side by themselves. A removal opens the gate of the active side first of all. */
    boolean isBootGateClosed(Side side) {
        boolean removed =
                state() == ProtectionState.DISABLED || (state() == ProtectionState.DISABLING && side == active());
        return policy().bootGate() == BootGate.ENGINE && !removed;
    }

    /**
     * Tells whether the automatic start of its VMs is not yet as the policy wants it.
     *
     * @return true if so
     */
    public boolean areHostStartsDue() {
        for (Side side : Side.values()) {
            if (isBootGateClosed(side)
                    ? !vm(side).equals(gatedVm(side))
                    : gatedVm(side).isPresent()) {
                return true;
            }
        }
        return false;
    }

    /**
     * Tells what a site was seen to know of this item that the store does not: a later decision on who is active. The store is then
     * an old copy, or the item was adopted from a site that had not heard of it; nothing is done by it any more.
     *
     * @return for people; empty if no site is known to know more
     */
    public Optional<String> storeBehind() {
        return values.find(STORE_BEHIND);
    }

    ItemState withStoreBehind(String evidence) {
        return new ItemState(values.with(STORE_BEHIND, evidence));
    }

    /**
     * Tells whether the item was adopted while its other site was silent, which has not been heard since: it may know a later
     * decision.
     *
     * @return true if so
     */
    public boolean isOtherSideUnheard() {
        return values.flag(OTHER_UNHEARD);
    }

    /**
     * Remembers whether the side that the item was not adopted from has still to be heard.
     *
     * @param unheard whether it has
     * @return a copy
     */
    public ItemState withOtherSideUnheard(boolean unheard) {
        return unheard ? new ItemState(values.with(OTHER_UNHEARD, true)) : without(OTHER_UNHEARD);
    }

    /**
     * Tells why the history broke.
     *
     * @return the cause
     */
    public Optional<ResyncCause> resyncCause() {
        return values.find(RESYNC).map(ResyncCause::valueOf);
    }

    /**
     * Records that the history broke.
     *
     * @param cause why
     * @return a copy in the state that the state table names for that
     */
    public ItemState broken(ResyncCause cause) {
        StateEvent event = switch (cause) {
            case SOURCE_HISTORY_LOST -> StateEvent.GAP;
            case REPLICA_SUSPECT -> StateEvent.REPLICA_CHANGED;
            case REPLICA_MISSING -> StateEvent.REPLICA_GONE;
            case GEOMETRY -> StateEvent.SIZE_CHANGED;
        };
        if (!StateTable.TABLE.reactsTo(event, state())) {
            return this;
        }
        ItemState after = in(StateTable.TABLE.onEvent(event, state()));
        return after.state() == ProtectionState.RESYNC_REQUIRED
                ? new ItemState(after.values.with(RESYNC, cause))
                : after;
    }

    /**
     * Marks that a source disk is smaller than its replica, which no enlarging mends.
     *
     * @param shrank whether it is
     * @return a copy
     */
    public ItemState withSourceShrank(boolean shrank) {
        return shrank ? new ItemState(values.with(SHRANK, true)) : without(SHRANK);
    }

    /**
     * Tells whether a source disk is smaller than its replica.
     *
     * @return true if so, as it was seen when the history broke
     */
    public boolean sourceShrank() {
        return values.flag(SHRANK);
    }

    /**
     * Forgets why the history broke.
     *
     * @return a copy
     */
    public ItemState withoutResyncCause() {
        return without(RESYNC).without(SHRANK);
    }

    /**
     * Remembers the target's last answer.
     *
     * @param received number of the newest cycle received
     * @param applied number of the newest cycle applied
     * @param point time of the newest recovery point
     * @return a copy
     */
    public ItemState withCycle(long received, long applied, Optional<Instant> point) {
        Values more = values.with("last.received", received).with("last.applied", applied);
        return new ItemState(point.map(time -> more.with(LAST_POINT, time)).orElse(more));
    }

    /**
     * Forgets the target's last answer: a new lineage of cycles begins.
     *
     * @return a copy
     */
    public ItemState withoutCycles() {
        return without("last.received")
                .without("last.applied")
                .without(LAST_POINT)
                .without(LAST_APPLICATION);
    }

    /**
     * Remembers the newest recovery point that is application-consistent.
     *
     * @param point its time
     * @return a copy
     */
    public ItemState withApplicationPoint(Instant point) {
        return new ItemState(values.with(LAST_APPLICATION, point));
    }

    /**
     * Gives the time of the newest recovery point that a scheduled cycle made and that is application-consistent.
     *
     * @return the time, or empty before the first
     */
    public Optional<Instant> lastApplicationPoint() {
        return values.find(LAST_APPLICATION).map(Instant::parse);
    }

    /**
     * Gives the number of the newest cycle received, by the target's last answer.
     *
     * @return the number; 0 before the first
     */
    public long lastReceived() {
        return values.find("last.received").map(Long::parseLong).orElse(0L);
    }

    /**
     * Gives the number of the newest cycle applied, by the target's last answer.
     *
     * @return the number; 0 before the first
     */
    public long lastApplied() {
        return values.find("last.applied").map(Long::parseLong).orElse(0L);
    }

    /**
     * Gives the time of the newest recovery point, by the target's last answer.
     *
     * @return the time, or empty before the first
     */
    public Optional<Instant> lastPoint() {
        return values.find(LAST_POINT).map(Instant::parse);
    }

    /**
     * Gives the policy.
     *
     * @return the policy
     */
    public ReplicationPolicy policy() {
        return readPolicy(values);
    }

    /**
     * Changes the policy. Which points are kept has to be told to the target, too: {@link #isRetentionDue}.
     *
     * @param policy the policy
     * @return a copy
     */
    public ItemState withPolicy(ReplicationPolicy policy) {
        return new ItemState(values.with(policy(policy)).with(RETENTION_DUE, true));
    }

    /**
     * Names the settings in which two states of an item differ.
     *
     * @param before one
     * @param after the other
     * @return for people
     */
    public static String settingsChanged(ItemState before, ItemState after) {
        Set<String> names = new TreeSet<>(after.values.asMap().keySet());
        names.addAll(before.values.asMap().keySet());
        List<String> changes = names.stream()
                .filter(name -> name.startsWith(POLICY))
                .filter(name -> !before.values.find(name).equals(after.values.find(name)))
                .map(name -> name.substring(POLICY.length()) + " from "
                        + before.values.find(name).orElse("none") + " to "
                        + after.values.find(name).orElse("none"))
                .toList();
        return changes.isEmpty() ? "nothing" : String.join(", ", changes);
    }

    /**
     * Tells whether the target does not know yet which points are kept.
     *
     * @return true if so
     */
    public boolean isRetentionDue() {
        return values.flag(RETENTION_DUE);
    }

    /**
     * Remembers that the target knows which points are kept.
     *
     * @return a copy
     */
    public ItemState withRetentionApplied() {
        return without(RETENTION_DUE);
    }

    /**
     * Gives the link that writes a side.
     *
     * @param target the side that is written
     * @return the link
     * @throws InvalidRequestException code {@code UNKNOWN_VM} while the VM of a side has not been made
     */
    public ReplicaLink linkTo(Side target) {
        return new ReplicaLink(id(), target, endpoint(target.other()), endpoint(target));
    }

    private Endpoint endpoint(Side side) {
        VmId vm = vm(side).orElseThrow(() -> new InvalidRequestException(Problem.of("UNKNOWN_VM")
                .attempted("replicate item " + id())
                .state("its VM at the " + side + " side has not been made yet")
                .remedy("retry the job that protects the item")));
        return new Endpoint(place(side).site(), vm);
    }

    private ItemState without(String name) {
        if (values.find(name).isEmpty()) {
            return this;
        }
        Map<String, String> rest = new TreeMap<>(values.asMap());
        rest.remove(name);
        return new ItemState(Values.of(rest));
    }

    private static Values place(Side side, Place place) {
        Values site = Values.of("place." + side + ".site", place.site());
        return place.cloud()
                .map(cloud -> site.with("place." + side + ".cloud", cloud))
                .orElse(site);
    }

    static Values policy(ReplicationPolicy policy) {
        return Values.of("policy.every", policy.every())
                .with("policy.pointEvery", policy.pointEvery())
                .with("policy.pointsKept", policy.pointsKept())
                .with("policy.applicationConsistentEvery", policy.applicationConsistentEvery())
                .with("policy.finalDeltaThresholdBytes", policy.finalDeltaThresholdBytes())
                .with("policy.shutdownDeadline", policy.shutdownDeadline())
                .with("policy.onStaleCopy", policy.onStaleCopy())
                .with("policy.bootGate", policy.bootGate())
                .with("policy.bandwidth", policy.bandwidth())
                .with(NativeReplicationCodec.write(policy));
    }

    static ReplicationPolicy readPolicy(Values values) {
        return ReplicationPolicy.defaults()
                .every(Duration.parse(values.text("policy.every")))
                .pointEvery(Duration.parse(values.text("policy.pointEvery")))
                .pointsKept((int) values.number("policy.pointsKept"))
                .applicationConsistentEvery(Duration.parse(values.text("policy.applicationConsistentEvery")))
                .finalDeltaThresholdBytes(values.number("policy.finalDeltaThresholdBytes"))
                .shutdownDeadline(Duration.parse(values.text("policy.shutdownDeadline")))
                .onStaleCopy(values.find("policy.onStaleCopy")
                        .map(ItemState::staleCopy)
                        .orElse(ReplicationPolicy.defaults().onStaleCopy()))
                .bootGate(values.find("policy.bootGate")
                        .map(ItemState::bootGate)
                        .orElse(ReplicationPolicy.defaults().bootGate()))
                .bandwidth(values.find("policy.bandwidth")
                        .map(BandwidthSchedule::parse)
                        .orElse(ReplicationPolicy.defaults().bandwidth()))
                .driver(NativeReplicationCodec.driver(values))
                .nativeReplication(NativeReplicationCodec.read(values));
    }

    /** Older stores hold another name. */
    private static StaleCopy staleCopy(String name) {
        return name.equals("ASK") ? StaleCopy.LEAVE_RUNNING : StaleCopy.valueOf(name);
    }

    /** Older stores hold other names. */
    private static BootGate bootGate(String name) {
        return switch (name) {
            case "HYPERVISOR" -> BootGate.ENGINE;
            case "NONE" -> BootGate.HOSTS;
            default -> BootGate.valueOf(name);
        };
    }

    @Override
    public String toString() {
        return values.toString().toLowerCase(Locale.ROOT);
    }
}
