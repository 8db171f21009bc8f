package io.sdr.core.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.core.GeneratedDocument;
import io.sdr.core.job.JobDefinition;
import io.sdr.core.job.Step;
import io.sdr.core.job.StepKind;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** docs/steps.md says what the code does. */
class StepsDocumentTest {
    private static final List<JobDefinition> OPERATIONS = Operations.define(new Surroundings(Map.of(), Map.of()));

    @Test
    void theDocumentListsEveryStepAsItIs() {
        StringBuilder text = new StringBuilder();
        text.append("# Steps of all operations\n\n")
                .append(
                        "Each step first writes down what it intends, then looks, acts only if needed, and is done when it was ")
                .append("seen to be done.\n★ is the point of no return. A guard is looked at again just before it.\n");
        for (JobDefinition operation : OPERATIONS) {
            text.append("\n## ").append(operation.kind()).append("\n\n");
            text.append("| step | kind | observes | acts | undo | deadline |\n|---|---|---|---|---|---|\n");
            for (Step step : operation.steps()) {
                text.append("| `")
                        .append(step.name())
                        .append("` | ")
                        .append(kind(step.kind()))
                        .append(" | ")
                        .append(step.text().observes())
                        .append(" | ")
                        .append(step.text().acts())
                        .append(" | ")
                        .append(step.text().undo())
                        .append(" | ")
                        .append(deadline(step))
                        .append(" |\n");
            }
        }
        GeneratedDocument.at("docs/steps.md", StepsDocumentTest.class).verify(text.toString());
    }

    @Test
    void everyStepSaysWhatItLooksAtAndHasANameOfItsOwn() {
        for (JobDefinition operation : OPERATIONS) {
            Set<String> names = new HashSet<>();
            for (Step step : operation.steps()) {
                assertThat(step.text().observes())
                        .as("%s/%s", operation.kind(), step.name())
                        .isNotBlank();
                assertThat(names.add(step.name()))
                        .as("%s/%s is unique", operation.kind(), step.name())
                        .isTrue();
            }
        }
    }

    private static String kind(StepKind kind) {
        return switch (kind) {
            case ACT -> "act";
            case GUARD -> "guard";
            case WAIT -> "wait";
            case DECISION -> "★ decision";
        };
    }

    private static String deadline(Step step) {
        if (step.kind() == StepKind.WAIT) {
            return "none";
        }
        Duration time = step.deadline();
        return time.toDays() > 0
                ? time.toDays() + " d"
                : time.toHours() > 0 ? time.toHours() + " h" : time.toMinutes() + " min";
    }
}
