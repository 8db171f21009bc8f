package io.sdr.benchmarks.drill;

import io.sdr.api.JobStep;
import io.sdr.api.OperationFailedException;
import io.sdr.api.Problem;
import io.sdr.api.spi.StorageException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A step of a job that waits because something failed. The engine tries again without end where a person may remove the cause; the
 * drill rather ends, tells it, and goes on when it is started again.
 *
 * @param drillStep the step of the drill
 * @param jobStep the step of the job
 * @param state what failed
 * @param code the stable code of that
 */
record Stuck(DrillStep drillStep, String jobStep, String state, String code) {
    /** How the engine describes a problem: a sentence or more, what to do, the code. */
    private static final Pattern PROBLEM = Pattern.compile("(?s)(.+?)(?:\\. To do: .*)? \\[([A-Z][A-Z_]+)]");

    static Optional<Stuck> of(DrillStep drillStep, List<JobStep> steps) {
        for (JobStep step : steps) {
            Matcher problem = PROBLEM.matcher(step.detail());
            if (step.status() == JobStep.Status.WAITING && problem.matches()) {
                return Optional.of(new Stuck(drillStep, step.name(), problem.group(1), problem.group(2)));
            }
        }
        return Optional.empty();
    }

    /** A full disk does not empty itself. */
    boolean isFull() {
        return code.equals(StorageException.FULL) || code.equals("STORE_FULL");
    }

    OperationFailedException failure() {
        return new OperationFailedException(Problem.of(code)
                .attempted("go on with " + drillStep.label() + "/" + jobStep)
                .state(state)
                .remedy((isFull() ? "make room there" : "remove the cause") + ", then run the same command again"));
    }
}
