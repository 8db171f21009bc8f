package io.sdr.core.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StrangersTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5); // a clock may pass its end
    private final Strangers<String> strangers = new Strangers<>(3, PATIENCE, now::get);

    @Test
    void theOldestMakesRoom() {
        assertThat(strangers.admit("one", "a")).isEmpty();
        assertThat(strangers.admit("two", "a")).isEmpty();
        assertThat(strangers.admit("three", "a")).isEmpty();
        assertThat(strangers.leave("one")).as("it is known").isTrue();
        assertThat(strangers.admit("four", "a")).isEmpty();
        assertThat(strangers.admit("five", "a")).contains("two");
        assertThat(strangers.leave("two")).as("it had to go").isFalse();
        assertThat(strangers.leave("five")).isTrue();
    }

    /** Whoever floods drives away its own connections first. */
    @Test
    void thoseOfTheAddressWithMostGoFirst() {
        assertThat(strangers.admit("quiet", "b")).isEmpty();
        for (int i = 1; i <= 2; i++) {
            assertThat(strangers.admit("flood" + i, "a")).isEmpty();
        }
        for (int i = 3; i <= 20; i++) {
            assertThat(strangers.admit("flood" + i, "a")).contains("flood" + (i - 2));
        }
        assertThat(strangers.leave("quiet")).isTrue();
    }

    @Test
    void nobodyIsOneForLong() {
        assertThat(strangers.admit("one", "a")).isEmpty();
        now.addAndGet(PATIENCE.toNanos() / 2);
        assertThat(strangers.admit("two", "a")).isEmpty();
        assertThat(strangers.overdue()).isEmpty();
        now.addAndGet(PATIENCE.toNanos() / 2);
        assertThat(strangers.overdue()).containsExactly("one");
        assertThat(strangers.overdue()).isEmpty();
        assertThat(strangers.leave("one")).isFalse();
        now.addAndGet(PATIENCE.toNanos());
        assertThat(strangers.overdue()).containsExactly("two");
    }
}
