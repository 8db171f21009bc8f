package io.sdr.hyperv.readiness;

import io.sdr.api.Finding;
import io.sdr.api.Finding.Severity;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * One thing that can stand in the way, as data and a pure look at facts. Immutable, thread-safe.
 *
 * @param <F> the facts that it looks at
 * @param code the code of its findings
 * @param severity how much they matter
 * @param means what is wrong, and what would come of it
 * @param required what would have to be
 * @param remedy what to do
 * @param look gives each place at which it is so
 */
public record Rule<F>(
        String code,
        Severity severity,
        String means,
        String required,
        String remedy,
        Function<? super F, Stream<Seen>> look) {
    /** A rule whose findings would stop the operation. */
    static <F> Rule<F> blocker(
            String code, String means, String required, String remedy, Function<? super F, Stream<Seen>> look) {
        return new Rule<>(code, Severity.BLOCKER, means, required, remedy, look);
    }

    /** A rule whose findings are worth knowing. */
    static <F> Rule<F> warning(
            String code, String means, String required, String remedy, Function<? super F, Stream<Seen>> look) {
        return new Rule<>(code, Severity.WARNING, means, required, remedy, look);
    }

    /** Looks. */
    public Stream<Finding> findings(F facts) {
        return look.apply(facts)
                .map(seen -> new Finding(
                        severity,
                        code,
                        seen.subject(),
                        seen.observed(),
                        seen.required().isEmpty() ? required : seen.required(),
                        remedy));
    }

    /** Lets each of the rules look. */
    public static <F> List<Finding> all(List<Rule<F>> rules, F facts) {
        return rules.stream().flatMap(rule -> rule.findings(facts)).toList();
    }
}
