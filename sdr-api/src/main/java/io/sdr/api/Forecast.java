package io.sdr.api;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a request would do, found without doing it.
 *
 * @param kind the kind of job that would do it, as {@link Job#kind()}
 * @param steps the steps in order, with what each found
 * @param findings blockers and warnings
 * @param expectedLoss the age of the data that would be lost, if the operation can lose data
 * @param bytesToMove the bytes that would be moved, where known
 */
public record Forecast(
        String kind,
        List<Step> steps,
        List<Finding> findings,
        Optional<Duration> expectedLoss,
        OptionalLong bytesToMove) {
    /**
     * One step of the forecast.
     *
     * @param name its name
     * @param acts what it would do
     * @param alreadyDone whether its effect is there already
     */
    public record Step(String name, String acts, boolean alreadyDone) {}

    /** Copies the lists. */
    public Forecast {
        steps = List.copyOf(steps);
        findings = List.copyOf(findings);
    }

    /**
     * Gives what stands in the way.
     *
     * @return the findings for which the request would be refused; empty if it would be accepted
     */
    public List<Finding> blockers() {
        return findings.stream().filter(Finding::isBlocker).toList();
    }

    /**
     * Gives the whole as text for people.
     *
     * @return some lines, each ended by a line feed; the words may change, automation uses the other methods
     */
    public String describe() {
        StringBuilder text = new StringBuilder(kind()).append(isBlocked() ? " would be refused\n" : " would be done\n");
        findings.forEach(each -> text.append("  ")
                .append(each.severity())
                .append(": ")
                .append(each.describe())
                .append('\n'));
        expectedLoss.ifPresent(loss -> text.append("  age of the data that would be lost ")
                .append(loss)
                .append('\n'));
        bytesToMove.ifPresent(
                bytes -> text.append("  bytes to move ").append(bytes).append('\n'));
        if (!isBlocked()) { // else what the steps found says nothing: none would be run
            steps.forEach(each -> text.append("  ")
                    .append(each.name())
                    .append(each.alreadyDone() ? ": done already" : ": " + each.acts())
                    .append('\n'));
        }
        return text.toString();
    }

    /**
     * Tells whether the request would be refused.
     *
     * @return true if a finding is a blocker
     */
    public boolean isBlocked() {
        return findings.stream().anyMatch(Finding::isBlocker);
    }
}
