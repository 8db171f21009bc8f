package io.sdr.benchmarks.drill;

import io.sdr.api.OperationFailedException;
import io.sdr.api.Problem;
import io.sdr.api.Side;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToLongFunction;

/**
 * Kills an agent in the middle of what a driver does: once in each step of the drill that moves data, in turn that of the target and
 * that of the source. A step in which none was killed proves nothing, and ends the drill. Thread-safe.
 */
final class AgentKiller {
    /** The steps whose jobs have a driver move data. */
    private static final Set<DrillStep> DATA = EnumSet.of(
            DrillStep.PROTECT,
            DrillStep.CYCLE_1,
            DrillStep.CYCLE_2_APP,
            DrillStep.CYCLE_3,
            DrillStep.UNPLANNED_FAILOVER,
            DrillStep.CHANGE_POINT,
            DrillStep.REVERSE,
            DrillStep.CYCLE_4,
            DrillStep.PLANNED_FAILOVER_DELTA,
            DrillStep.COMPLETE,
            DrillStep.REVERSE_2,
            DrillStep.CYCLE_5,
            DrillStep.TEST_FAILOVER,
            DrillStep.PLANNED_FAILOVER_FULL,
            DrillStep.REVERSE_3);

    /** Of these, the steps whose driver works at one side alone, and sends nothing. */
    private static final Set<DrillStep> AT_ONE_SIDE = EnumSet.of(DrillStep.CHANGE_POINT, DrillStep.TEST_FAILOVER);

    /** Kills the agent of a side, does something, and starts the agent again. */
    @FunctionalInterface
    interface Kill {
        void of(Side side, Runnable between);
    }

    private final Kill kill;
    private final AgentHold hold;
    private final DrillJournal journal;
    private final ToLongFunction<Side> moved;
    private boolean armed;
    private boolean atSource;
    private Optional<RuntimeException> trouble = Optional.empty();
    private DrillStep step = DrillStep.PROTECT;

    /**
     * Prepares.
     *
     * @param hold has the source's agent stop in the middle of a disk
     * @param journal keeps what was killed
     * @param moved tells how many bytes of what is under way are at the target, which is at a side
     */
    AgentKiller(Kill kill, AgentHold hold, DrillJournal journal, ToLongFunction<Side> moved) {
        this.kill = kill;
        this.hold = hold;
        this.journal = journal;
        this.moved = moved;
    }

    private boolean isDone(DrillStep which) {
        return journal.agentKills().stream().anyMatch(each -> each.step() == which);
    }

    synchronized void entering(DrillStep next) {
        step = next;
        armed = DATA.contains(next) && !isDone(next);
        atSource = next.number() % 2 == 0;
        if (armed && !AT_ONE_SIDE.contains(next)) {
            hold.ask();
        }
    }

    /** A driver is at work. */
    synchronized void driverAsks() {
        if (armed && AT_ONE_SIDE.contains(step)) {
            kill();
        }
    }

    /** To be called again and again: kills where the source has stopped in the middle. */
    synchronized void look() {
        if (armed && !AT_ONE_SIDE.contains(step) && hold.isHeld()) {
            try {
                kill();
            } catch (RuntimeException e) {
                trouble = Optional.of(e); // whoever looks is nobody to tell
            }
        }
    }

    private void kill() {
        armed = false;
        Side active = DrillRunner.activeAtBegin(step);
        Side agent = atSource ? active : active.other();
        long bytes = moved.applyAsLong(active.other());
        kill.of(agent, hold::release);
        journal.agentKilled(new AgentKill(step, agent, !atSource, bytes));
    }

    /**
     * Checks that an agent was killed in a step that was done, if it moves data.
     *
     * @throws OperationFailedException code {@code AGENT_NOT_KILLED}
     */
    synchronized void done(DrillStep which) {
        armed = false;
        hold.release();
        trouble.ifPresent(e -> {
            throw e;
        });
        if (DATA.contains(which) && !isDone(which)) {
            throw new OperationFailedException(Problem.of("AGENT_NOT_KILLED")
                    .attempted("kill an agent in the middle of " + which.label())
                    .state("the step was done before one could be killed in its middle: it proves nothing")
                    .remedy("start again with a new folder; if it happens again, report it with that folder"));
        }
    }
}
