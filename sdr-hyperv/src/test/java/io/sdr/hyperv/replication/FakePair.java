package io.sdr.hyperv.replication;

import io.sdr.api.InvalidRequestException;
import io.sdr.api.OperationFailedException;
import io.sdr.api.OutcomeUnknownException;
import io.sdr.api.Problem;
import io.sdr.api.Side;
import io.sdr.hyperv.host.RelationMode;
import io.sdr.hyperv.host.RelationPoint;
import io.sdr.hyperv.host.RelationState;
import io.sdr.hyperv.host.VmState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Two hosts with one VM between them, by the rules of Hyper-V Replica, and what can go wrong between caller and host. Like the
 * module's scripts each verb looks first: done already is done.
 */
final class FakePair {
    /** What happens to one change. */
    enum Trouble {
        /** The answer is lost after it acted. */
        ANSWER_LOST,
        /** The caller dies before it. */
        DIES_BEFORE,
        /** The caller dies after it. */
        DIES_AFTER
    }

    /** The caller's death. */
    static final class Death extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    final Map<Side, FakeVm> vms = new EnumMap<>(Side.class);
    final Map<Side, Map<String, String>> documents = new EnumMap<>(Side.class);
    /** The changes that were made, in order. */
    final List<String> acted = new ArrayList<>();
    /** The verbs of Hyper-V Replica among them. */
    final List<String> verbs = new ArrayList<>();

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private int changes;
    private int troubleAt;
    private Optional<Trouble> trouble = Optional.empty();

    FakePair() {
        for (Side side : Side.values()) {
            documents.put(side, new HashMap<>());
        }
    }

    Instant now() {
        return now;
    }

    void pass(long seconds) {
        now = now.plusSeconds(seconds);
    }

    int changes() {
        return changes;
    }

    void troubleAt(int change, Trouble what) {
        changes = 0;
        troubleAt = change;
        trouble = Optional.of(what);
    }

    Optional<FakeVm> vm(Side side) {
        return Optional.ofNullable(vms.get(side));
    }

    FakeVm require(Side side) {
        return vm(side).orElseThrow(() -> new InvalidRequestException(Problem.of("UNKNOWN_VM")
                .attempted("use the VM at " + side)
                .state("it is not there")
                .remedy("none")));
    }

    /** A change of anything, with what may go wrong. */
    <T> T change(Side side, String what, Supplier<T> act) {
        changes++;
        boolean now = changes == troubleAt && trouble.isPresent();
        Trouble which = now ? trouble.orElseThrow() : null;
        if (now) {
            trouble = Optional.empty();
        }
        if (which == Trouble.DIES_BEFORE) {
            throw new Death();
        }
        acted.add(side + " " + what);
        T answer = act.get();
        if (which == Trouble.DIES_AFTER) {
            throw new Death();
        }
        if (which == Trouble.ANSWER_LOST) {
            throw new OutcomeUnknownException(Problem.of("ANSWER_LOST")
                    .attempted(what)
                    .state("it may have happened")
                    .remedy("look again"));
        }
        return answer;
    }

    /** A verb: what it makes of the VM, or nothing if it has nothing to do. */
    FakeVm verb(Side side, String name, Supplier<Optional<FakeVm>> act) {
        return change(side, name, () -> {
            Optional<FakeVm> after = act.get();
            after.ifPresent(vm -> {
                verbs.add(side + " " + name);
                vms.put(side, vm);
            });
            return require(side);
        });
    }

    static OperationFailedException invalidState(String verb, FakeVm vm) {
        return new OperationFailedException(
                Problem.of("INVALID_STATE").attempted(verb).state(vm.words()).remedy("none"));
    }

    static void need(boolean fits, String verb, FakeVm vm) {
        if (!fits) {
            throw invalidState(verb, vm);
        }
    }

    // ---- time

    /** Hyper-V's own clock: what is under way is done, what replicates replicates. */
    void tick() {
        pass(300);
        Side primary = null;
        for (Side side : Side.values()) {
            if (vm(side).filter(vm -> vm.mode() == RelationMode.PRIMARY).isPresent()) {
                primary = side;
            }
        }
        if (primary == null || vm(primary.other()).isEmpty()) {
            return;
        }
        FakeVm source = require(primary);
        FakeVm target = require(primary.other());
        boolean goes = switch (source.state()) {
            case REPLICATING, INITIAL_REPLICATION_IN_PROGRESS, RESYNCHRONIZING -> true;
            default -> false;
        };
        boolean receives = target.mode() == RelationMode.REPLICA
                && target.state() != RelationState.FAILED_OVER_WAITING_COMPLETION
                && target.state() != RelationState.FAILED_OVER;
        if (goes && receives) {
            vms.put(primary, source.in(RelationState.REPLICATING).replicatedAt(now));
            vms.put(primary.other(), target.in(RelationState.REPLICATING).replicatedAt(now));
        }
    }

    void addPoint(Side side, String id, boolean consistent) {
        List<RelationPoint> points = new ArrayList<>(require(side).points());
        points.add(new RelationPoint(id, now, consistent));
        vms.put(side, require(side).withPoints(points));
    }

    // ---- in the end

    String words() {
        StringBuilder words = new StringBuilder();
        for (Side side : Side.values()) {
            words.append(side)
                    .append(": ")
                    .append(vm(side).map(FakeVm::words).orElse("no VM"))
                    .append("; ")
                    .append(Objects.requireNonNull(documents.get(side)))
                    .append('\n');
        }
        return words.toString();
    }

    FakePair copy() {
        FakePair copy = new FakePair();
        copy.vms.putAll(vms);
        documents.forEach(
                (side, all) -> Objects.requireNonNull(copy.documents.get(side)).putAll(all));
        copy.now = now;
        return copy;
    }

    void power(Side side, VmState power) {
        vms.put(side, require(side).powered(power));
    }
}
