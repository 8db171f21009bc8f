package io.sdr.hyperv.simulation;

import io.sdr.api.Timekeeper;
import io.sdr.hyperv.simulation.ReplicaEnd.Mode;
import io.sdr.hyperv.simulation.ReplicaEnd.State;
import io.sdr.testkit.Workload;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Hyper-V Replica between hosts, on its own clock: cycles, first copies, resynchronisations. */
final class ReplicaNetwork {
    private static final Duration POINT_EVERY = Duration.ofHours(1);
    /** So many cycles in a row that fail end in an error that somebody must look at. */
    private static final int MOST_MISSED = 6;

    private final SimulatedWorld world;
    private final Map<ReplicaEnd, Timekeeper.Cancellation> cycles = new HashMap<>();
    private final Map<ReplicaEnd, Timekeeper.Cancellation> copies = new HashMap<>();
    private final Map<ReplicaEnd, Instant> lastPoint = new HashMap<>();
    private final Map<ReplicaEnd, Instant> lastConsistent = new HashMap<>();
    private boolean cut;
    private boolean stalled;
    private long copyBytesPerSecond = 1 << 20;

    ReplicaNetwork(SimulatedWorld world) {
        this.world = world;
    }

    void cut(boolean value) {
        cut = value;
    }

    void stall(boolean value) {
        stalled = value;
    }

    void copyBytesPerSecond(long value) {
        copyBytesPerSecond = value;
    }

    /** The host of a server's name, or of a cluster's broker the one that has the VM, or any that answers. */
    Optional<SimulatedHost> host(String server, String vm) {
        Optional<SimulatedHost> named = world.hosts().stream()
                .filter(host -> host.name().equalsIgnoreCase(server))
                .findFirst();
        if (named.isPresent()) {
            return named;
        }
        return world.hosts().stream()
                .flatMap(host -> host.cluster.stream())
                .filter(cluster -> cluster.broker.equalsIgnoreCase(server))
                .flatMap(cluster -> cluster.nodes.stream())
                .filter(SimulatedHost::answers)
                .sorted((a, b) ->
                        Boolean.compare(b.find(vm).isPresent(), a.find(vm).isPresent()))
                .findFirst();
    }

    /** The name under which a VM's host is known to the other side: in a cluster the broker's. */
    static String nameOf(SimulatedHost host) {
        return host.cluster
                .map(cluster -> cluster.broker)
                .filter(broker -> !broker.isEmpty())
                .orElse(host.name());
    }

    boolean linked(SimulatedHost one, SimulatedHost other) {
        return !cut && one.answers() && other.answers();
    }

    /** A server as an error of the cmdlet, if it cannot be reached or does not take replicas. */
    SimulatedHost reach(SimulatedHost from, String server, int port, String authentication, String vm, String command) {
        SimulatedHost host =
                host(server, vm).filter(found -> linked(from, found)).orElseThrow(() -> unreachable(command, server));
        HostSettings set = host.settings();
        boolean kerberos = authentication.equals("Kerberos");
        boolean fits = set.replicaEnabled
                && set.replicaAuthentication.contains(authentication)
                && port == (kerberos ? set.kerberosPort : set.certificatePort)
                && (set.replicaFromAnyServer || set.replicaFrom.contains(nameOf(from)));
        if (!fits) {
            throw unreachable(command, server);
        }
        return host;
    }

    /** WinHTTP cannot connect. */
    static HostError unreachable(String command, String server) {
        return HostError.cmdlet("OperationFailed", "NotSpecified", 0x8007_2EFD, command, "no connection to " + server);
    }

    /** The VM at the other side of a relation, if it can be reached and knows of it. */
    Optional<SimulatedVm> peer(ReplicaEnd end) {
        String server = end.mode() == Mode.Primary ? end.replicaServer : end.primaryServer;
        return host(server, end.vm.id)
                .filter(host -> linked(end.vm.host, host))
                .flatMap(host -> host.find(end.vm.id))
                .filter(vm -> vm.replica.mode() != Mode.None && vm != end.vm);
    }

    /** The replica, if it takes what is sent. */
    Optional<SimulatedVm> taking(ReplicaEnd primary, State... states) {
        return peer(primary)
                .filter(vm -> vm.replica.mode() == Mode.Replica && vm.replica.is(states))
                .filter(vm -> vm.host.settings().replicaEnabled);
    }

    void beginCycles(ReplicaEnd primary) {
        stopCycles(primary);
        primary.statistics.reset(world.time().now());
        schedule(primary);
    }

    private void schedule(ReplicaEnd primary) {
        cycles.put(primary, world.time().schedule(primary.frequency(), () -> cycle(primary)));
    }

    void stopCycles(ReplicaEnd end) {
        Optional.ofNullable(cycles.remove(end)).ifPresent(Timekeeper.Cancellation::cancel);
    }

    void stopCopy(ReplicaEnd end) {
        Optional.ofNullable(copies.remove(end)).ifPresent(Timekeeper.Cancellation::cancel);
    }

    private void cycle(ReplicaEnd primary) {
        synchronized (world) {
            if (primary.mode() != Mode.Primary) {
                return;
            }
            schedule(primary);
            if (primary.is(State.Replicating) && primary.look() && primary.vm.host.answers()) {
                replicate(primary);
            } else if (primary.is(State.WaitingForStartResynchronize) && inWindow(primary)) {
                resynchronize(primary);
            }
        }
    }

    private void replicate(ReplicaEnd primary) {
        Optional<SimulatedVm> replica = taking(primary, State.Replicating);
        if (replica.isEmpty() || stalled || !replica.get().replica.look()) {
            primary.statistics.missed();
            if (primary.statistics.missedInARow >= MOST_MISSED
                    || peer(primary)
                            .filter(vm -> vm.replica.is(State.FailedOver, State.FailedOverWaitingCompletion))
                            .isPresent()) {
                primary.become(State.Error);
            }
            return;
        }
        if (ReplicaDisks.differInSize(primary.vm, replica.get())) {
            primary.become(State.WaitingForStartResynchronize);
            return;
        }
        boolean asked = consistentIsDue(primary) && primary.vm.runs();
        Optional<Workload> guest = asked ? primary.vm.guest() : Optional.empty();
        boolean quiet = asked && guest.map(Workload::quiesce).orElse(true);
        send(primary, replica.get());
        guest.ifPresent(Workload::thaw);
        if (quiet) {
            lastConsistent.put(primary, world.time().now());
        }
        keepPoint(primary, replica.get(), quiet);
    }

    private boolean consistentIsDue(ReplicaEnd primary) {
        int hours = primary.settings.orElseThrow().consistentEveryHours();
        Instant last = lastConsistent.getOrDefault(primary, primary.statistics.since);
        return hours > 0 && !world.time().now().isBefore(last.plus(Duration.ofHours(hours)));
    }

    /** Sends what waits, now. */
    void send(ReplicaEnd primary, SimulatedVm replica) {
        primary.statistics.sent(ReplicaDisks.send(primary.vm, replica));
        received(primary, replica);
    }

    private void received(ReplicaEnd primary, SimulatedVm replica) {
        primary.lastReplication = Optional.of(primary.vm.host.clock());
        replica.replica.lastReplication = Optional.of(replica.host.clock());
    }

    private void keepPoint(ReplicaEnd primary, SimulatedVm replica, boolean application) {
        int kept = primary.settings.orElseThrow().pointsKept();
        Instant now = world.time().now();
        boolean due = application
                || !now.isBefore(lastPoint.getOrDefault(primary, Instant.EPOCH).plus(POINT_EVERY));
        // What a test VM lies over must not be folded.
        if (kept > 0 && due && Prologue.testVms(replica).isEmpty()) {
            ReplicaDisks.keepPoint(replica, application, kept);
            lastPoint.put(primary, now);
        }
    }

    private boolean inWindow(ReplicaEnd primary) {
        ReplicaSettings set = primary.settings.orElseThrow();
        if (set.resyncFrom() < 0) {
            return false;
        }
        int minute =
                primary.vm.host.clock().atZone(ZoneOffset.UTC).toLocalTime().toSecondOfDay() / 60;
        return set.resyncFrom() <= set.resyncUntil()
                ? minute >= set.resyncFrom() && minute < set.resyncUntil()
                : minute >= set.resyncFrom() || minute < set.resyncUntil();
    }

    /** Begins the first copy; it ends when its bytes have gone over. */
    void copy(ReplicaEnd primary, Duration delay) {
        copies.put(primary, world.time().schedule(delay, () -> {
            synchronized (world) {
                primary.become(State.InitialReplicationInProgress);
                finishLater(primary, State.InitialReplicationInProgress, State.WaitingForInitialReplication);
            }
        }));
    }

    void copyNow(ReplicaEnd primary) {
        primary.become(State.InitialReplicationInProgress);
        finishLater(primary, State.InitialReplicationInProgress, State.WaitingForInitialReplication);
    }

    /** Begins to compare. Points of the replica are gone then. */
    void resynchronize(ReplicaEnd primary) {
        Optional<SimulatedVm> replica =
                taking(primary, State.Replicating, State.Resynchronizing, State.WaitingForInitialReplication);
        if (replica.isEmpty()) {
            return;
        }
        ReplicaDisks.settle(replica.get());
        replica.get().replica.become(State.Resynchronizing);
        primary.become(State.Resynchronizing);
        finishLater(primary, State.Resynchronizing, State.Resynchronizing);
    }

    private void finishLater(ReplicaEnd primary, State meanwhile, State there) {
        long seconds = Math.max(1, ReplicaDisks.size(primary.vm) / copyBytesPerSecond);
        copies.put(primary, world.time().schedule(Duration.ofSeconds(seconds), () -> {
            synchronized (world) {
                finish(primary, meanwhile, there);
            }
        }));
    }

    private void finish(ReplicaEnd primary, State meanwhile, State there) {
        if (primary.mode() != Mode.Primary || !primary.is(meanwhile)) {
            return;
        }
        Optional<SimulatedVm> replica = taking(primary, there);
        if (replica.isEmpty() || stalled || !primary.vm.host.answers()) {
            // It goes on when the other side is back.
            primary.statistics.missed();
            finishLater(primary, meanwhile, there);
            return;
        }
        ReplicaDisks.copy(primary.vm, replica.get());
        primary.become(State.Replicating);
        replica.get().replica.become(State.Replicating);
        received(primary, replica.get());
        lastPoint.remove(primary);
        keepPoint(primary, replica.get(), false);
    }

    /** A relation that has turned round has points of its own. */
    void begins(ReplicaEnd primary) {
        lastPoint.put(primary, world.time().now());
        lastConsistent.put(primary, world.time().now());
        beginCycles(primary);
    }

    void close() {
        cycles.values().forEach(Timekeeper.Cancellation::cancel);
        copies.values().forEach(Timekeeper.Cancellation::cancel);
        cycles.clear();
        copies.clear();
    }
}
