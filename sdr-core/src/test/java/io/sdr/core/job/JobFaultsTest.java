package io.sdr.core.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.core.job.ToyFault.AtCall;
import io.sdr.core.job.ToyFault.AtStore;
import io.sdr.core.job.ToyFault.Call;
import io.sdr.core.job.ToyFault.What;
import io.sdr.core.store.SqliteCrash.Moment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The cases are generated: an undisturbed run lists its calls and commits, and each of them is disturbed in every way that it can
 * be; every death is followed by a second one in the recovery. Whatever happens, the end is that of the undisturbed run, or of its
 * cancel, and nothing forbidden was seen on the way.
 */
@Tag("long")
class JobFaultsTest {
    private static final long SEED = 20250101;

    @TempDir(factory = MemoryTempDir.class, cleanup = CleanupMode.ALWAYS)
    Path folder;

    private int number;

    private ToyCase make(ToyFault fault, @Nullable String cancelAt, ToyCase.EngineMaker maker) {
        number++;
        return new ToyCase(folder.resolve("case-" + number), fault, cancelAt, SEED + number, maker);
    }

    static Set<What> possible(AtCall call) {
        return switch (call.call()) {
            case PREPARE -> EnumSet.of(What.DIE_BEFORE, What.RETRY);
            case OBSERVE -> EnumSet.of(What.DIE_BEFORE, What.RETRY, What.LIE_NOT_DONE, What.LIE_UNKNOWN);
            case ACT, UNDO ->
                EnumSet.of(
                        What.DIE_BEFORE,
                        What.DIE_MIDWAY,
                        What.DIE_AFTER,
                        What.DIE_AND_ACT_LATE,
                        What.LOST_BEFORE,
                        What.LOST_AFTER,
                        What.LOST_AND_ACT_LATE,
                        What.RETRY);
        };
    }

    static List<ToyFault> generate(ToyCase undisturbed) {
        List<ToyFault> faults = new ArrayList<>();
        for (int commit = 2; commit <= undisturbed.commits; commit++) {
            faults.add(new AtStore(Moment.BEFORE_COMMIT, commit));
            faults.add(new AtStore(Moment.IN_COMMIT, commit));
            faults.add(new AtStore(Moment.AFTER_COMMIT, commit));
        }
        for (int checkpoint = 1; checkpoint <= undisturbed.checkpoints; checkpoint++) {
            faults.add(new AtStore(Moment.IN_CHECKPOINT, checkpoint));
            faults.add(new AtStore(Moment.AFTER_CHECKPOINT, checkpoint));
        }
        for (AtCall call : undisturbed.calls) {
            for (What what : possible(call)) {
                faults.add(new AtCall(call.call(), call.step(), call.number(), what));
            }
            if (call.call() == Call.ACT) {
                faults.add(new AtCall(call.call(), call.step(), call.number(), What.SILENTLY_DROPPED));
            }
        }
        return faults;
    }

    private int all(@Nullable String cancelAt) {
        ToyCase undisturbed = make(new ToyFault.None(), cancelAt, ToyCase.SOUND);
        assertThat(undisturbed.run())
                .as(() -> String.join("\n", undisturbed.history()))
                .isEmpty();
        List<ToyFault> faults = generate(undisturbed);
        List<String> wrong = new ArrayList<>();
        for (ToyFault fault : faults) {
            ToyCase disturbed = make(fault, cancelAt, ToyCase.SOUND);
            List<String> violations = disturbed.run();
            if (!violations.isEmpty() && wrong.size() < 5) {
                wrong.add(fault + ", cancel at " + cancelAt + ", seed " + (SEED + number) + ": " + violations + "\n  "
                        + String.join("\n  ", disturbed.history()));
            }
        }
        assertThat(wrong).isEmpty();
        return faults.size();
    }

    @Test
    void everyFaultOfARunForwardEndsAsWithoutIt(TestReporter reporter) {
        int cases = all(null);
        reporter.publishEntry("cases", String.valueOf(cases));
        assertThat(cases).isGreaterThanOrEqualTo(180);
    }

    /** Cancelled in the look at each step: every fault there and in the undo. */
    @ParameterizedTest
    @ValueSource(strings = {"check", "stop", "off", "sync", "hold", "decide", "start"})
    void everyFaultOfACancelledRunEndsAsWithoutIt(String cancelAt, TestReporter reporter) {
        int cases = all("OBSERVE " + cancelAt);
        reporter.publishEntry("cases", String.valueOf(cases));
        assertThat(cases).isGreaterThanOrEqualTo(30);
    }

    /** Cancelled in each other call: the end is right, and so it is with a death at any commit. */
    @ParameterizedTest
    @ValueSource(strings = {"PREPARE", "ACT"})
    void cancelIsHonouredInEveryCall(String call) {
        List<String> wrong = new ArrayList<>();
        int cases = 0;
        for (String step : List.of("check", "stop", "off", "sync", "hold", "decide", "start", "verify")) {
            String cancelAt = call + " " + step;
            ToyCase undisturbed = make(new ToyFault.None(), cancelAt, ToyCase.SOUND);
            assertThat(undisturbed.run())
                    .as(() -> String.join("\n", undisturbed.history()))
                    .isEmpty();
            for (int commit = 2; commit <= undisturbed.commits; commit++) {
                cases++;
                ToyCase disturbed = make(new AtStore(Moment.AFTER_COMMIT, commit), cancelAt, ToyCase.SOUND);
                List<String> violations = disturbed.run();
                if (!violations.isEmpty()) {
                    wrong.add(cancelAt + ", commit " + commit + ", seed " + (SEED + number) + ": " + violations + "\n  "
                            + String.join("\n  ", disturbed.history()));
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(cases).isGreaterThan(50);
    }

    static Set<String> mutants() {
        return new TreeSet<>(Mutants.ALONE.keySet());
    }

    @ParameterizedTest
    @MethodSource("mutants")
    void everyMutantIsCaught(String mutant, TestReporter reporter) {
        Optional<String> caught = catchMutant(Mutants.ALONE.get(mutant));
        assertThat(caught).as("no case noticed an engine that " + mutant).isPresent();
        reporter.publishEntry(mutant, caught.orElseThrow());
    }

    private Optional<String> catchMutant(ToyCase.EngineMaker maker) {
        for (String cancelAt : new String[] {null, "OBSERVE hold", "OBSERVE decide"}) {
            ToyCase undisturbed = make(new ToyFault.None(), cancelAt, ToyCase.SOUND);
            assertThat(undisturbed.run()).isEmpty();
            List<ToyFault> faults = new ArrayList<>(generate(undisturbed));
            faults.removeIf(each -> each instanceof AtStore);
            faults.add(0, new AtCall(Call.OBSERVE, "off", 1, What.TURNS_FALSE));
            for (ToyFault fault : faults) {
                List<String> violations = make(fault, cancelAt, maker).run();
                if (!violations.isEmpty()) {
                    return Optional.of(fault + ": " + violations.get(0));
                }
            }
        }
        return Optional.empty();
    }

    @Test
    void aGuardThatTurnsFalseNeverLetsTheJobDecide() {
        ToyCase undisturbed = make(new ToyFault.None(), null, ToyCase.SOUND);
        assertThat(undisturbed.run()).isEmpty();
        for (String guard : List.of("check", "off")) {
            ToyCase broken = make(new AtCall(Call.OBSERVE, guard, 1, What.TURNS_FALSE), null, ToyCase.SOUND);
            List<String> violations = broken.run();
            assertThat(violations).as(() -> String.join("\n", broken.history())).isEmpty();
            assertThat(broken.end().orElseThrow().failure()).isPresent();
        }
    }
}
