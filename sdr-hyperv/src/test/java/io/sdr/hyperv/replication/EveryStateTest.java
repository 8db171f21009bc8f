package io.sdr.hyperv.replication;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.SdrException;
import io.sdr.api.Side;
import io.sdr.hyperv.host.RelationMode;
import io.sdr.hyperv.host.RelationState;
import io.sdr.hyperv.host.VmState;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * Every method of the driver in every pair of states of the two hosts: what it refuses it refuses without a verb; called again it
 * does nothing more; after a lost answer, or a death before or after any change, called again, it ends the same.
 */
class EveryStateTest {
    @SuppressWarnings("UnusedVariable") // the source of the parameters
    private static final List<String> CALLS = DriverCalls.NAMES;

    private static final int MOST_CALLS = 6;
    private static final boolean STRESS = Boolean.getBoolean("sdr.stress");
    private static final Set<RelationState> USUAL = EnumSet.of(
            RelationState.READY_FOR_INITIAL_REPLICATION,
            RelationState.REPLICATING,
            RelationState.PREPARED_FOR_FAILOVER,
            RelationState.FAILED_OVER_WAITING_COMPLETION,
            RelationState.FAILED_OVER);

    /** One side. */
    private static List<Optional<FakeVm>> sides() {
        List<Optional<FakeVm>> all = new ArrayList<>();
        all.add(Optional.empty());
        for (VmState power : List.of(VmState.OFF, VmState.RUNNING)) {
            all.add(Optional.of(FakeVm.plain(power)));
            for (RelationMode mode : List.of(RelationMode.PRIMARY, RelationMode.REPLICA)) {
                for (RelationState state : RelationState.values()) {
                    all.add(Optional.of(FakeVm.plain(power).in(mode, state)));
                }
            }
        }
        return all;
    }

    /** What one of two hosts usually is; with both of them odd is left to the stress run. */
    private static boolean isUsual(Optional<FakeVm> vm) {
        return vm.isEmpty()
                || vm.get().mode() == RelationMode.NONE
                || (vm.get().power() == VmState.OFF && USUAL.contains(vm.get().state()));
    }

    /** What is noted of the relation: nothing, that it is ours, that a job failed over, that a drill stands. */
    private enum Noted {
        NOTHING,
        OURS,
        HELD,
        TESTED,
        RESYNC_ASKED
    }

    /** A host of which one looks at every state; a VM that runs there only in usual ones. */
    private static boolean isLookedAt(Optional<FakeVm> vm) {
        return STRESS
                || vm.isEmpty()
                || vm.get().power() == VmState.OFF
                || USUAL.contains(vm.get().state());
    }

    private static FakePair pair(Optional<FakeVm> primary, Optional<FakeVm> recovery, Noted noted) {
        FakePair pair = new FakePair();
        put(pair, Side.PRIMARY, primary);
        put(pair, Side.RECOVERY, recovery);
        if (noted == Noted.NOTHING) {
            return pair;
        }
        RelationNote note = RelationNote.begun(1, false, Optional.empty(), RelationPolicy.of(DriverCalls.POLICY));
        RelationNote.Holding job = new RelationNote.Holding(DriverCalls.JOB, "bring", DriverCalls.POINT);
        RelationNote.Holding drill = new RelationNote.Holding(DriverCalls.DRILL, "test", DriverCalls.POINT);
        note = switch (noted) {
            case HELD -> note.withHeld(Optional.of(job));
            case TESTED -> note.withTest(Optional.of(drill));
            case RESYNC_ASKED -> note.withResync(Optional.of(RelationNote.Resync.ASKED));
            default -> note;
        };
        Objects.requireNonNull(pair.documents.get(Side.RECOVERY)).put(RelationNote.NAME, note.write());
        if (noted == Noted.TESTED && recovery.isPresent()) {
            pair.vms.put(Side.RECOVERY, pair.require(Side.RECOVERY).withTest(true));
        }
        return pair;
    }

    private static void put(FakePair pair, Side side, Optional<FakeVm> vm) {
        if (vm.isPresent()) {
            pair.vms.put(side, vm.get().replicatedAt(pair.now()));
            if (vm.get().mode() == RelationMode.REPLICA) {
                pair.addPoint(side, DriverCalls.POINT.value(), false);
            }
        }
    }

    private static String run(String call, FakePair pair) {
        try {
            return DriverCalls.run(call, pair);
        } catch (FakePair.Death e) {
            return "death";
        } catch (SdrException e) {
            return e.getClass().getSimpleName() + " " + e.code();
        }
    }

    @ParameterizedTest
    @FieldSource("CALLS")
    void endsTheSame(String call) {
        List<Optional<FakeVm>> sides = sides();
        TreeSet<String> whatActed = new TreeSet<>();
        for (Optional<FakeVm> primary : sides) {
            for (Optional<FakeVm> recovery : sides) {
                boolean both = !isUsual(primary) && !isUsual(recovery);
                if (!isLookedAt(primary) || !isLookedAt(recovery) || (both && !STRESS)) {
                    continue;
                }
                for (Noted noted : Noted.values()) {
                    FakePair start = pair(primary, recovery, noted);
                    FakePair once = start.copy();
                    String outcome = run(call, once);
                    if (!once.verbs.isEmpty()) {
                        whatActed.add(String.join(", ", once.verbs) + " -> " + outcome);
                    }
                    String where = call + " at " + start.words() + "-> " + outcome;
                    if (outcome.startsWith("InvalidRequest") || outcome.startsWith("OperationFailed")) {
                        assertThat(once.verbs)
                                .as("a refusal changes nothing: %s", where)
                                .isEmpty();
                    }
                    again(call, start, once, where);
                }
            }
        }
        assertThat(whatActed).as("what %s ever does", call).containsExactlyElementsOf(expected(call));
    }

    /** Every row of verbs that a call may lead to, of which each is right in some pair of states. */
    private static List<String> expected(String call) {
        List<String> rows = new ArrayList<>();
        boolean its = false;
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(EveryStateTest.class.getResourceAsStream("verbs.txt")), UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.startsWith(" ")) {
                    its = line.equals(call);
                } else if (its) {
                    rows.add(line.strip());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return rows;
    }

    private static void again(String call, FakePair start, FakePair once, String where) {
        if (once.acted.isEmpty()) {
            return;
        }
        int changes = once.changes();
        FakePair settled = once.copy();
        String last = settle(call, settled);
        if (!where.endsWith("Pending")) {
            assertThat(settled.verbs)
                    .as("a second call does nothing: %s", where)
                    .isEmpty();
        }
        for (FakePair.Trouble trouble : FakePair.Trouble.values()) {
            for (int change = 1; change <= changes; change++) {
                FakePair troubled = start.copy();
                troubled.troubleAt(change, trouble);
                String unused = run(call, troubled);
                String end = settle(call, troubled);
                assertThat(troubled.words())
                        .as("%s at change %s of %s, then %s", trouble, change, where, end)
                        .isEqualTo(settled.words());
                assertThat(end)
                        .as("%s at change %s of %s", trouble, change, where)
                        .isEqualTo(last);
            }
        }
    }

    /** Calls again until there is nothing to do, and says what the last call answered. */
    private static String settle(String call, FakePair pair) {
        for (int i = 0; i < MOST_CALLS; i++) {
            int before = pair.verbs.size();
            String answer = run(call, pair);
            if (pair.verbs.size() == before) {
                return answer;
            }
        }
        throw new AssertionError(call + " never comes to rest: " + pair.verbs);
    }
}
