package io.sdr.benchmarks.drill;

import io.sdr.api.Answer;
import io.sdr.core.engine.StoreObserver;
import io.sdr.core.operation.Operations;

/**
 * {@code --kill-after}: halts the process when the intent of one job step is forced, or, for {@code complete}, when the word is
 * stored. Where it has halted before, it lets pass.
 */
final class HaltAtStep implements StoreObserver {
    /** What a process has that was killed by signal 9. */
    private static final int KILLED = 137;

    private final String name;
    private final DrillStep drillStep;
    private final String jobStep;
    private final DrillJournal journal;
    private final Runnable halt;
    private volatile DrillStep present;

    HaltAtStep(String name, DrillJournal journal, DrillStep present, Runnable halt) {
        int slash = name.indexOf('/');
        this.name = name;
        this.drillStep = DrillStep.byLabel(slash < 0 ? name : name.substring(0, slash))
                .orElseThrow(() -> new IllegalArgumentException(name));
        this.jobStep = slash < 0 ? Operations.stepNames(drillStep.operation()).get(0) : name.substring(slash + 1);
        this.journal = journal;
        this.present = present;
        this.halt = halt;
    }

    /** A guest in the middle of its writes would cost its site the knowledge of changes: it is held first. */
    static HaltAtStep of(String name, DrillJournal journal, DrillSites sites) {
        return new HaltAtStep(name, journal, journal.next().orElse(DrillStep.REVERSE_3), () -> {
            sites.holdGuest();
            Runtime.getRuntime().halt(KILLED);
        });
    }

    /** Hears which step of the drill is at work: jobs of several steps have steps of the same name. */
    void entering(DrillStep step) {
        present = step;
    }

    @Override
    public void stepIntended(String job, String step) {
        boolean during = present == drillStep
                || (drillStep == DrillStep.PLANNED_FAILOVER_DELTA && present == DrillStep.COMPLETE);
        if (drillStep != DrillStep.COMPLETE && during && step.equals(jobStep)) {
            haltOnce();
        }
    }

    @Override
    public void signalled(String job, String kind) {
        if (drillStep == DrillStep.COMPLETE && kind.equals(Answer.Kind.COMPLETE.name())) {
            haltOnce();
        }
    }

    private synchronized void haltOnce() {
        if (!journal.wasKilledAt(name)) {
            journal.killed(name);
            halt.run();
        }
    }
}
