package io.sdr.core.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.core.GeneratedDocument;
import io.sdr.core.job.JobEvent;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page that lists what listeners hear. */
class EventsPageTest {
    private static final List<EventKind> OF_SITES = List.of(EventKind.SITE_SILENT, EventKind.SITE_ANSWERS);

    private static String row(String kind, String words) {
        return "| `" + kind + "` | " + words + " |\n";
    }

    @Test
    void theDocumentListsEveryKind() {
        StringBuilder text = new StringBuilder("""
                # Events

                What `SiteRecovery.subscribe` tells: at least once over restarts, in order. `RecoveryEvent.kind()` is stable and one \
                of these; more will come, so ignore those you do not know. `text()` is for people and may change.

                ## Items

                | kind | when |
                |---|---|
                """);
        Stream.of(EventKind.values())
                .filter(kind -> !OF_SITES.contains(kind))
                .forEach(kind -> text.append(row(kind.name(), kind.words())));
        text.append("""

                ## Sites

                `item()` is empty. Each change is told, and at each start of the engine how it is then.

                | kind | when |
                |---|---|
                """);
        OF_SITES.forEach(kind -> text.append(row(kind.name(), kind.words())));
        text.append("""

                ## Jobs

                `job()` names the job. Its text begins with the job's kind or the step's name, both as in [steps.md](steps.md).

                | kind | when |
                |---|---|
                """);
        for (JobEvent kind : JobEvent.values()) {
            text.append(row(kind.name(), kind.words()));
        }
        GeneratedDocument.at("docs/events.md", EventsPageTest.class).verify(text.toString());
    }

    @Test
    void noKindIsOfBothSorts() {
        assertThat(Stream.of(JobEvent.values()).map(JobEvent::name))
                .doesNotContainAnyElementsOf(
                        Stream.of(EventKind.values()).map(EventKind::name).toList());
    }
}
