package io.sdr.hyperv.simulation;

import io.sdr.api.spi.RangeSet;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a VM is in Hyper-V Replica, as its own host sees it. The verbs of both sides change it. */
final class ReplicaEnd {
    /** Names of {@code VMReplicationMode}. */
    enum Mode {
        None,
        Primary,
        Replica,
        TestReplica
    }

    /** Those names of {@code VMReplicationState} that occur here. */
    enum State {
        Disabled,
        ReadyForInitialReplication,
        InitialReplicationInProgress,
        WaitingForInitialReplication,
        Replicating,
        PreparedForFailover,
        FailedOverWaitingCompletion,
        FailedOver,
        Suspended,
        Error,
        WaitingForStartResynchronize,
        Resynchronizing,
        ResynchronizeSuspended,
        RecoveryInProgress,
        WaitingForUpdateCompletion,
        FiredrillInProgress
    }

    private static final EnumSet<State> CRITICAL =
            EnumSet.of(State.Error, State.WaitingForStartResynchronize, State.ResynchronizeSuspended);
    private static final EnumSet<State> MAY_START = EnumSet.of(State.FailedOverWaitingCompletion, State.FailedOver);

    final SimulatedVm vm;
    final ReplicaStatistics statistics = new ReplicaStatistics();
    /** What the guest wrote and the other side does not have. */
    final Map<SimulatedDrive, RangeSet> pending = new HashMap<>();
    /** The files of a replica from before it was failed over. */
    final Map<SimulatedDrive, String> beforeFailover = new HashMap<>();
    /** What a test VM of this replica lies over, and no user sees. */
    Optional<SimulatedSnapshot> underTest = Optional.empty();

    boolean atOlderPoint;
    Optional<ReplicaSettings> settings = Optional.empty();
    String primaryServer = "";
    String replicaServer = "";
    Optional<Instant> lastReplication = Optional.empty();
    private Mode mode = Mode.None;
    private State state = State.Disabled;

    ReplicaEnd(SimulatedVm vm) {
        this.vm = vm;
    }

    Mode mode() {
        return mode;
    }

    State state() {
        return state;
    }

    boolean is(State... states) {
        return List.of(states).contains(state);
    }

    void become(Mode newMode, State newState) {
        mode = newMode;
        state = newState;
        if (newMode == Mode.None || newMode == Mode.TestReplica) {
            settings = Optional.empty();
            pending.clear();
            primaryServer = "";
            replicaServer = "";
            lastReplication = Optional.empty();
        }
    }

    /** For tests: changes nothing else. */
    void mode(Mode value) {
        mode = value;
    }

    /** For tests: what {@link Mode#None} forgets. */
    @SuppressWarnings("unchecked")
    void restore(List<Object> kept) {
        settings = (Optional<ReplicaSettings>) kept.get(0);
        primaryServer = (String) kept.get(1);
        replicaServer = (String) kept.get(2);
        lastReplication = (Optional<Instant>) kept.get(3);
    }

    void become(State newState) {
        state = newState;
    }

    /** A name of {@code VMReplicationHealthState}. */
    String health() {
        if (mode == Mode.None || mode == Mode.TestReplica) {
            return "NotApplicable";
        }
        if (CRITICAL.contains(state)) {
            return "Critical";
        }
        boolean late = statistics.missedInARow > 0 || state == State.Suspended || MAY_START.contains(state);
        return late ? "Warning" : "Normal";
    }

    /** Hyper-V refuses what does not fit. */
    void require(String command, boolean holds, String why) {
        if (!holds) {
            throw HostError.invalidState(
                    command, why + ": VM " + vm.id + " is " + mode + ", " + state + ", " + vm.state());
        }
    }

    void mayStart(String command) {
        require(command, mode != Mode.Replica || MAY_START.contains(state), "a replica is not started");
        require(command, state != State.PreparedForFailover, "a failover is prepared");
    }

    /** The guest wrote. */
    void wrote(SimulatedDrive drive, long offset, long length) {
        if (mode == Mode.Primary || MAY_START.contains(state)) {
            pending.merge(drive, RangeSet.of(offset, length), RangeSet::union);
        }
    }

    /** Somebody else may have changed the disks: tracking does not know of that, and only comparing helps. */
    boolean look() {
        if (mode == Mode.None || mode == Mode.TestReplica) {
            return true;
        }
        boolean sound = true;
        for (SimulatedDrive drive : vm.drives) {
            if (drive.diskNumber().isEmpty() && vm.host.disks().exists(drive.path())) {
                for (String path : vm.host.disks().chain(drive.path())) {
                    sound &= vm.host.diskUse().check(vm.host, path, "Hyper-V Replica carries VM " + vm.name);
                }
            }
        }
        if (!sound && mode == Mode.Primary && !is(State.ReadyForInitialReplication)) {
            become(State.WaitingForStartResynchronize);
        }
        return sound;
    }

    /** From now on nobody else may change the disks. */
    void watch() {
        vm.host.diskUse().opened(vm);
    }

    Duration frequency() {
        return settings.orElseThrow().frequency();
    }
}
