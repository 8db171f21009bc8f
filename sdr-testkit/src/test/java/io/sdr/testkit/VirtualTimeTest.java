package io.sdr.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sdr.api.Timekeeper;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class VirtualTimeTest {
    private final VirtualTime time = new VirtualTime();
    private final Instant start = time.now();
    private final List<String> ran = new ArrayList<>();

    @Test
    void nothingRunsOutsideAwait() {
        time.execute(() -> ran.add("now"));
        time.schedule(Duration.ZERO, () -> ran.add("zero"));
        time.signal();
        time.pass(Duration.ofHours(1));
        assertThat(ran).isEmpty();
        assertThat(time.now()).isEqualTo(start.plusSeconds(3600));
        assertThat(time.nanos()).isEqualTo(3600L * 1_000_000_000L);
    }

    @Test
    void runsInTheOrderOfHandingOverAndOfMoments() {
        time.schedule(Duration.ofSeconds(2), () -> ran.add("2s at " + Duration.between(start, time.now())));
        time.schedule(Duration.ofSeconds(1), () -> {
            ran.add("1s at " + Duration.between(start, time.now()));
            time.execute(() -> ran.add("child"));
        });
        time.schedule(Duration.ofSeconds(1), () -> ran.add("1s, second"));
        time.execute(() -> ran.add("a"));
        time.execute(() -> ran.add("b"));
        assertThat(time.await(() -> ran.size() == 6, start.plusSeconds(60))).isTrue();
        assertThat(ran).containsExactly("a", "b", "1s at PT1S", "child", "1s, second", "2s at PT2S");
        assertThat(time.now()).isEqualTo(start.plusSeconds(2));
    }

    @Test
    void givesUpAtTheEndAndLeavesLaterTasks() {
        time.schedule(Duration.ofSeconds(5), () -> ran.add("at the end"));
        time.schedule(Duration.ofSeconds(6), () -> ran.add("later"));
        assertThat(time.await(() -> false, start.plusSeconds(5))).isFalse();
        assertThat(ran).containsExactly("at the end");
        assertThat(time.now()).isEqualTo(start.plusSeconds(5));
        assertThat(time.pending()).isEqualTo(1);
        time.runFor(Duration.ofSeconds(1));
        assertThat(ran).containsExactly("at the end", "later");
    }

    @Test
    void aCancelledTaskDoesNotRun() {
        Timekeeper.Cancellation cancellation = time.schedule(Duration.ofSeconds(1), () -> ran.add("no"));
        time.schedule(Duration.ofSeconds(1), () -> ran.add("yes"));
        cancellation.cancel();
        cancellation.cancel();
        time.runFor(Duration.ofSeconds(2));
        assertThat(ran).containsExactly("yes");
    }

    @Test
    void aTaskMayWait() {
        time.schedule(Duration.ofSeconds(3), () -> ran.add("inner"));
        time.execute(() -> assertThat(time.await(() -> ran.contains("inner"), start.plusSeconds(10)))
                .isTrue());
        time.runFor(Duration.ofSeconds(1));
        assertThat(ran).containsExactly("inner");
        assertThat(time.now()).isEqualTo(start.plusSeconds(3));
    }

    @Test
    void aWaitThatWouldNeverEndSaysSo() {
        assertThatThrownBy(() -> time.await(() -> false, Instant.MAX)).isInstanceOf(IllegalStateException.class);
        time.schedule(Duration.ofDays(400), () -> ran.add("once"));
        assertThat(time.await(() -> !ran.isEmpty(), Instant.MAX)).isTrue();
    }

    @Test
    void aTaskThatRepeatsItselfForEverIsNamed() {
        Runnable[] again = new Runnable[1];
        again[0] = () -> time.execute(again[0]);
        time.execute(again[0]);
        assertThatThrownBy(() -> time.runFor(Duration.ofSeconds(1))).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void deathComesThrough() {
        time.execute(() -> {
            throw new SimulatedDeath("test");
        });
        assertThatThrownBy(() -> time.runFor(Duration.ZERO)).isInstanceOf(SimulatedDeath.class);
    }
}
