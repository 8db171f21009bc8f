package io.sdr.core.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PaceMeterTest {
    private static final long TENTH = 100_000_000L;

    private long now = -5;
    private final List<Pace> paces = new ArrayList<>();
    private final PaceMeter meter = new PaceMeter(() -> now, Duration.ofSeconds(1), paces::add);

    @Test
    void onePerSecondAndTheEnd() {
        for (int i = 0; i <= 35; i++) {
            meter.progress(100L * i, 3500);
            now += TENTH;
        }
        assertThat(paces).extracting(Pace::bytesDone).containsExactly(0L, 1000L, 2000L, 3000L, 3500L);
        assertThat(paces.get(0)).isEqualTo(new Pace(0, 3500, 0, Optional.empty()));
        assertThat(paces.get(2)).isEqualTo(new Pace(2000, 3500, 1000, Optional.of(Duration.ofMillis(1500))));
    }

    @Test
    void theRateIsThatOfTheLastTenIntervals() {
        long done = 0;
        for (int second = 0; second < 40; second++) {
            meter.progress(done, 1_000_000);
            done += second < 20 ? 10 : 5000;
            now += 10 * TENTH;
        }
        assertThat(paces.get(20).bytesPerSecond()).isEqualTo(10);
        assertThat(paces.get(39).bytesPerSecond()).isEqualTo(5000);
    }
}
