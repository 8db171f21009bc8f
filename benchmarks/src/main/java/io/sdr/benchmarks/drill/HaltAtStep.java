package io.sdr.benchmarks.drill;

import io.sdr.core.operation.Operations;

/** {@code --kill-after}: halts when the intent of one step is forced. Where it has halted before, it lets pass. */
final class HaltAtStep implements KillSwitch {
    /** What a process has that was killed by signal 9. */
    private static final int KILLED = 137;

    private final String name;
    private final DrillStep drillStep;
    private final String jobStep;
    private final DrillJournal journal;
    private final Runnable halt;
    private volatile DrillStep present = DrillStep.PROTECT;

    /** A guest in the middle of its writes would lose what its site knows of changes: it is held first. */
    static HaltAtStep of(String name, DrillJournal journal, DrillSites sites) {
        return new HaltAtStep(name, journal, () -> {
            sites.holdGuest();
            Runtime.getRuntime().halt(KILLED);
        });
    }

    HaltAtStep(String name, DrillJournal journal, Runnable halt) {
        int slash = name.indexOf('/');
        this.name = name;
        this.drillStep = DrillStep.byLabel(slash < 0 ? name : name.substring(0, slash))
                .orElseThrow(() -> new IllegalArgumentException(name));
        this.jobStep = slash < 0 ? Operations.stepNames(drillStep.operation()).get(0) : name.substring(slash + 1);
        this.journal = journal;
        this.halt = halt;
    }

    @Override
    public void entering(DrillStep step) {
        present = step;
    }

    @Override
    public void intentForced(String operation, String step) {
        boolean during = present == drillStep
                || (drillStep == DrillStep.PLANNED_FAILOVER_DELTA && present == DrillStep.COMPLETE);
        if (drillStep != DrillStep.COMPLETE
                && during
                && operation.equals(drillStep.operation())
                && step.equals(jobStep)) {
            haltOnce();
        }
    }

    @Override
    public void completionStored() {
        if (drillStep == DrillStep.COMPLETE) {
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
