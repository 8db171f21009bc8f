package io.sdr.core.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.Side;
import io.sdr.core.job.MemoryTempDir;
import io.sdr.testkit.ForgetfulFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Worlds in which one part breaks a rule: the crash tests have to catch each of them, and by the death that is meant for it. */
@Tag("long")
class CrashMutantsTest {
    private static final long SEED = 20250103L;
    private static final int ONE_IN = 10;
    private static final Map<Deed, CrashCases> KILLED = new HashMap<>();
    private static final List<String> CAUGHT = new ArrayList<>();

    @TempDir(factory = MemoryTempDir.class)
    static Path folder;

    private static CrashCases killed(Deed deed) {
        return KILLED.computeIfAbsent(
                deed, each -> new CrashCases(Stage.prepare(each, Side.PRIMARY, folder, Rig.REAL), folder, Rig.REAL));
    }

    private static List<CrashCases.Case> cases(Deed deed) {
        return cases(deed, ONE_IN);
    }

    private static List<CrashCases.Case> cases(Deed deed, int oneIn) {
        return killed(deed).cases(oneIn, 1, SEED).stream()
                .sorted(Comparator.comparing(CrashCases.Case::seed))
                .toList();
    }

    /** Runs cases in a fixed random order until one fails: first a share of them, then all, for moments that are few. */
    private static void mustBeCaught(String mutant, Deed deed, Rig rig, Predicate<CrashCases.Case> slice) {
        int tried = 0;
        for (int oneIn : new int[] {ONE_IN, 1}) {
            for (CrashCases.Case each : cases(deed, oneIn)) {
                if (slice.test(each)) {
                    tried++;
                    if (killed(deed).run(each, rig).isPresent()) {
                        CAUGHT.add(mutant);
                        return;
                    }
                }
            }
        }
        throw new AssertionError(tried + " deaths did not show that " + mutant);
    }

    private static void mustBeCaught(String mutant, Deed deed, Rig rig) {
        mustBeCaught(mutant, deed, rig, each -> true);
    }

    // ---- the store

    @Test
    void storeThatDoesNotForceItsCommits() {
        mustBeCaught("the store forgets commits", Deed.UNPLANNED_OLDER, Rig.REAL.losingCommits());
    }

    // ---- files

    private static Rig forgetting(Predicate<String> names) {
        return Rig.REAL.storing(root -> new ForgetfulFolder(root, names));
    }

    @Test
    void manifestPublishedBeforeItsSegmentsAreForced() {
        mustBeCaught("segments are not forced", Deed.REPLICATE_NOW, forgetting(name -> name.startsWith("redo.")));
    }

    @Test
    void decisionPublishedWithoutForce() {
        mustBeCaught(
                "the decision is not forced",
                Deed.UNPLANNED_OLDER,
                forgetting(name -> name.startsWith("epoch.") || name.equals(ForgetfulFolder.FOLDER)));
    }

    @Test
    void baseNotForcedBeforeItsRedoGoes() {
        mustBeCaught("the base is not forced", Deed.PROTECT, forgetting(name -> name.startsWith("d0.base")));
    }

    // ---- steps

    @Test
    void doneWrittenFromWhatTheActReturned() {
        Rig deaf = Rig.REAL.tampering(CrashMutantsTest::doesNotHearTheFirstLock);
        List<CrashCases.Case> some =
                cases(Deed.PLANNED_AND_COMPLETE).stream().limit(5).toList();
        assertThat(some.stream().flatMap(each -> killed(Deed.PLANNED_AND_COMPLETE).run(each, deaf).stream()))
                .as("an engine that looks copes with such a site")
                .isEmpty();
        mustBeCaught(
                "done is what the act returned",
                Deed.PLANNED_AND_COMPLETE,
                deaf.operating(BrokenSteps.trustsTheAct("lock-source")));
    }

    /** A site that says yes to the first lock and does nothing. */
    private static Watch.Tamper doesNotHearTheFirstLock() {
        boolean[] deaf = {true};
        return (side, method, arguments, call) -> {
            if (deaf[0] && method.getName().equals("lockStart")) {
                deaf[0] = false;
                return null;
            }
            return call.proceed();
        };
    }

    @Test
    void outcomeBeforeEffect() {
        mustBeCaught(
                "the outcome is recorded before the effect",
                Deed.PLANNED_AND_COMPLETE,
                Rig.REAL.operating(BrokenSteps.outcomeBeforeEffect("attach-disks")));
    }

    @Test
    void noLookAfterDeath() {
        mustBeCaught(
                "an intent counts as done after a death",
                Deed.PLANNED_AND_COMPLETE,
                Rig.REAL.operating(BrokenSteps.doesNotLookAfterDeath("attach-disks")));
    }

    // ---- undoing

    private static void cancelMustCatch(String mutant, Supplier<Rig> broken) {
        Stage stage = Stage.prepare(Deed.PLANNED_AND_COMPLETE, Side.PRIMARY, folder, Rig.REAL);
        CancelCases cancel = new CancelCases(stage, folder, Rig.REAL, 0, SEED);
        CancelCases.Moment last = cancel.moments().stream()
                .filter(CancelCases.Moment::last)
                .findFirst()
                .orElseThrow();
        CancelCases.Reference reference = cancel.reference(last);
        int tried = 0;
        for (int oneIn : new int[] {ONE_IN, 1}) {
            for (CrashCases.Case each : cancel.cases(reference, oneIn, Integer.MAX_VALUE, 1, SEED)) {
                tried++;
                if (cancel.run(reference, each, broken.get()).isPresent()) {
                    CAUGHT.add(mutant);
                    return;
                }
            }
        }
        throw new AssertionError(tried + " deaths did not show that " + mutant);
    }

    @Test
    void undoForgotten() {
        cancelMustCatch("a copy is not given back", () -> Rig.REAL.operating(BrokenSteps.forgetsToUndo("build-copy")));
        cancelMustCatch(
                "the VM is not started again", () -> Rig.REAL.operating(BrokenSteps.forgetsToUndo("shut-down-source")));
    }

    @Test
    void undoTakenForDoneAfterDeath() {
        cancelMustCatch(
                "an undoing that was begun counts as undone",
                () -> Rig.REAL.operating(BrokenSteps.doesNotUndoAfterDeath("build-copy")));
    }

    @Test
    void cancelNotForced() {
        cancelMustCatch("the store forgets that it was cancelled", Rig.REAL::losingCommits);
    }

    // ---- what is left behind

    @Test
    void marksNeverGivenUp() {
        mustBeCaught(
                "marks are never given up",
                Deed.REPLICATE_NOW,
                Rig.REAL.tampering(() -> (side, method, arguments, call) ->
                        method.getName().equals("releaseMark") ? null : call.proceed()));
    }

    @AfterAll
    static void caught() {
        KILLED.clear();
        System.out.println("Mutants of the crash tests caught: " + CAUGHT.size() + " " + CAUGHT);
    }
}
