package io.sdr.hyperv.replication;

import io.sdr.hyperv.host.RelationMode;
import io.sdr.hyperv.host.RelationPoint;
import io.sdr.hyperv.host.RelationState;
import io.sdr.hyperv.host.VmState;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A VM at one side, as Hyper-V Replica keeps it. Immutable.
 *
 * @param power its power
 * @param mode its part in the relation
 * @param state the relation's state
 * @param last the last replication
 * @param points its recovery points
 * @param test whether a test VM stands beside it
 * @param goneTo the point that it was failed over to
 * @param locked whether it is locked against start
 * @param tag what it was made for
 */
record FakeVm(
        VmState power,
        RelationMode mode,
        RelationState state,
        Optional<Instant> last,
        List<RelationPoint> points,
        boolean test,
        Optional<String> goneTo,
        boolean locked,
        Optional<String> tag) {
    static FakeVm plain(VmState power) {
        return new FakeVm(
                power,
                RelationMode.NONE,
                RelationState.DISABLED,
                Optional.empty(),
                List.of(),
                false,
                Optional.empty(),
                false,
                Optional.empty());
    }

    FakeVm in(RelationMode otherMode, RelationState other) {
        return new FakeVm(power, otherMode, other, last, points, test, goneTo, locked, tag);
    }

    FakeVm in(RelationState other) {
        return in(mode, other);
    }

    FakeVm powered(VmState other) {
        return new FakeVm(other, mode, state, last, points, test, goneTo, locked, tag);
    }

    FakeVm replicatedAt(Instant time) {
        return new FakeVm(power, mode, state, Optional.of(time), points, test, goneTo, locked, tag);
    }

    FakeVm withPoints(List<RelationPoint> other) {
        return new FakeVm(power, mode, state, last, other, test, goneTo, locked, tag);
    }

    FakeVm withTest(boolean there) {
        return new FakeVm(power, mode, state, last, points, there, goneTo, locked, tag);
    }

    FakeVm at(Optional<String> point) {
        return new FakeVm(power, mode, state, last, points, test, point, locked, tag);
    }

    FakeVm locked(boolean value) {
        return new FakeVm(power, mode, state, last, points, test, goneTo, value, tag);
    }

    FakeVm tagged(String value) {
        return new FakeVm(power, mode, state, last, points, test, goneTo, locked, Optional.of(value));
    }

    /** What is compared in the end. */
    String words() {
        return mode + " " + state + " " + power + (test ? " test" : "")
                + goneTo.map(to -> " at " + to).orElse("") + (locked ? " locked" : "")
                + tag.map(to -> " for " + to).orElse("") + " " + points.size() + " points";
    }
}
