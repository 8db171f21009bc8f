package io.sdr.benchmarks.drill;

import io.sdr.benchmarks.cli.UsageException;
import io.sdr.core.operation.Operations;
import java.util.List;
import java.util.stream.Stream;

/** The names of all steps: of the drill, and of the jobs that they start. */
final class StepNames {
    private StepNames() {}

    static List<String> all() {
        return Stream.of(DrillStep.values()).flatMap(StepNames::of).toList();
    }

    private static Stream<String> of(DrillStep step) {
        Stream<String> jobSteps = step.startsAJob()
                ? Operations.stepNames(step.operation()).stream().map(name -> step.label() + "/" + name)
                : Stream.empty();
        return Stream.concat(Stream.of(step.label()), jobSteps);
    }

    static void check(String name) {
        if (!all().contains(name)) {
            throw new UsageException("there is no step '" + name + "'; --steps prints all", DrillOptions.USAGE);
        }
    }
}
