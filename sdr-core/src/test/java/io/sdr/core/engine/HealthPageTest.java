package io.sdr.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.Health;
import io.sdr.core.GeneratedDocument;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The page that lists what may be wrong with an item. */
class HealthPageTest {
    @Test
    void theDocumentListsEveryReason() {
        StringBuilder text = new StringBuilder("""
                # Health

                What `ReplicatedItem.health()` tells: a level, which is that of the worst reason, and the reasons, each with a cause and \
                advice for people. `Health.Reason.code()` is stable and one of these; more will come, so go by the level of those you \
                do not know. A disabled item is `NOT_APPLICABLE`; one without any reason is `NORMAL`.

                | code | level | means |
                |---|---|---|
                """);
        for (HealthKind kind : HealthKind.values()) {
            text.append("| `" + kind.name() + "` | `" + kind.level() + "` | " + kind.words() + " |\n");
        }
        GeneratedDocument.at("docs/health.md", HealthPageTest.class).verify(text.toString());
    }

    @Test
    void theWorstComeFirst() {
        assertThat(List.of(HealthKind.values()))
                .isSortedAccordingTo(Comparator.comparing(HealthKind::level).reversed());
    }

    @Test
    void healthIsAsBadAsItsWorstReason() {
        Health.Reason bad = HealthKind.JOB_FAILED.because("it failed", "retry it");
        Health.Reason worthALook = HealthKind.RPO_EXCEEDED.because("the newest is old", "look");
        Health health = Health.of(List.of(worthALook, bad));
        assertThat(health.level()).isEqualTo(Health.Level.CRITICAL);
        assertThat(health.reasons()).containsExactly(bad, worthALook);
        assertThat(health.needsAttention()).isTrue();
        assertThat(health.describe())
                .isEqualTo("CRITICAL\n  CRITICAL: it failed. To do: retry it [JOB_FAILED]"
                        + "\n  WARNING: the newest is old. To do: look [RPO_EXCEEDED]");
        assertThat(Health.of(List.of())).isEqualTo(Health.NORMAL);
        assertThat(Health.NOT_APPLICABLE.needsAttention()).isFalse();
    }
}
