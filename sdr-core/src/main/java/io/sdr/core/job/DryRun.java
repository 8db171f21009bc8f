package io.sdr.core.job;

import io.sdr.api.Finding;
import io.sdr.api.Forecast;
import io.sdr.api.InvalidRequestException;
import io.sdr.api.OperationFailedException;
import io.sdr.api.OperationNotAllowedException;
import io.sdr.api.SdrException;
import io.sdr.api.Timekeeper;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a job would do, found by choosing intents and looking; nothing acts, nothing is stored.
 *
 * @param steps the steps in order
 * @param findings blockers and warnings
 * @param intents what the steps would choose, by name, as far as it can be told
 * @param outcomes what is there already, by step name
 */
public record DryRun(
        List<Forecast.Step> steps, List<Finding> findings, Map<String, Values> intents, Map<String, Values> outcomes) {
    /** Copies the collections. */
    public DryRun {
        steps = List.copyOf(steps);
        findings = List.copyOf(findings);
        intents = Map.copyOf(intents);
        outcomes = Map.copyOf(outcomes);
    }

    static DryRun of(JobDefinition definition, Values spec, Subject subject, Timekeeper time) {
        Walk walk = new Walk(spec, subject, time);
        List<Forecast.Step> steps = new ArrayList<>();
        for (Step step : definition.steps()) {
            steps.add(new Forecast.Step(step.name(), step.text().acts(), walk.look(step)));
        }
        return new DryRun(steps, walk.findings, walk.intents, walk.outcomes);
    }

    private static final class Walk {
        private final Values spec;
        private final Subject subject;
        private final Timekeeper time;
        private final Map<String, Values> intents = new HashMap<>();
        private final Map<String, Values> outcomes = new HashMap<>();
        private final List<Finding> findings = new ArrayList<>();
        private boolean somethingAhead;

        Walk(Values spec, Subject subject, Timekeeper time) {
            this.spec = spec;
            this.subject = subject;
            this.time = time;
        }

        /** Whether the step's effect is there already. */
        boolean look(Step step) {
            Values intent;
            try {
                intent = step.prepare(context(step));
            } catch (RuntimeException e) {
                findings(step, e, e instanceof OperationFailedException);
                somethingAhead = true;
                return false;
            }
            intents.put(step.name(), intent);
            try {
                return follow(step, step.observe(intent, context(step)));
            } catch (RuntimeException e) {
                findings(step, e, false);
                somethingAhead = true;
                return false;
            }
        }

        private boolean follow(Step step, Observation seen) {
            if (seen instanceof Observation.Done done) {
                outcomes.put(step.name(), done.outcome());
                done.warnings().forEach(text -> warn("STEP_WARNING", step, text));
                return true;
            }
            if (seen instanceof Observation.NotNeeded) {
                return true;
            }
            if (seen instanceof Observation.Unknown unknown) {
                warn("CANNOT_BE_TOLD", step, unknown.why());
            } else if (seen instanceof Observation.Contradiction contradiction) {
                warn("NEEDS_OPERATOR", step, contradiction.prompt().question());
            }
            somethingAhead = true;
            return false;
        }

        private void warn(String code, Step step, String text) {
            findings.add(Finding.warning(code, step.name(), text, "the job would show it at this step"));
        }

        private void findings(Step step, RuntimeException e, boolean definite) {
            if (!(e instanceof SdrException known)) {
                findings.add(
                        Finding.warning("INTERNAL_ERROR", step.name(), String.valueOf(e), "report this with the log"));
                return;
            }
            boolean restsOnEarlierSteps = somethingAhead && known.code().startsWith("JOURNAL_VALUE");
            if (restsOnEarlierSteps) {
                return;
            }
            // a guard that rests on steps not done yet says nothing about the real run
            boolean surely = !somethingAhead
                    || definite
                    || known instanceof InvalidRequestException
                    || known instanceof OperationNotAllowedException;
            if (!surely) {
                return;
            }
            findings.add(new Finding(
                    Finding.Severity.BLOCKER,
                    known.code(),
                    step.name(),
                    known.problem().state().isEmpty()
                            ? known.problem().describe()
                            : known.problem().state(),
                    "",
                    known.problem().remedy()));
        }

        private StepContext context(Step step) {
            Map<String, Values> done = Map.copyOf(outcomes);
            Map<String, Values> chosen = Map.copyOf(intents);
            return new StepContext(
                    "dry-run",
                    spec,
                    subject,
                    name -> Optional.ofNullable(done.get(name)),
                    name -> Optional.ofNullable(chosen.get(name)),
                    List.of(),
                    1,
                    Instant.EPOCH,
                    Instant.EPOCH,
                    time.now().plus(step.deadline()),
                    () -> false,
                    (bytes, total) -> {},
                    time);
        }
    }
}
