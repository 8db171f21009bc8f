package io.sdr.core.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sdr.api.BandwidthSchedule;
import io.sdr.api.InvalidRequestException;
import io.sdr.api.spi.CancelFlag;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Schedules of bandwidth, and the limit that follows one, on a clock that only waiting moves. */
class ScheduledLimitTest {
    private static final long SECOND = 1_000_000_000;
    private static final Instant NOON = Instant.parse("2025-01-01T12:00:00Z");
    private static final LocalTime ONE_MINUTE_PAST = LocalTime.of(12, 1);

    private BandwidthSchedule schedule = BandwidthSchedule.of(10_240);
    private long now = 77;
    private final ScheduledLimit limit =
            new ScheduledLimit(() -> schedule, () -> NOON.plusNanos(now), () -> now, nanos -> now += nanos);

    private double secondsFor(long bytes, int parts) {
        long start = now;
        for (int i = 0; i < parts; i++) {
            limit.take(bytes / parts, CancelFlag.NEVER);
        }
        return (double) (now - start) / SECOND;
    }

    @Test
    void overTimeTheRateIsKept() {
        assertThat(secondsFor(1_024_000, 1000)).isBetween(99.8, 100.0);
    }

    @Test
    void aWindowCountsForWhoWaitsAlready() {
        schedule = BandwidthSchedule.of(1024).unlimitedBetween(ONE_MINUTE_PAST, LocalTime.of(13, 0));
        // a MiB is taken at once, and is paid for in 17 minutes; in one of these the window begins
        limit.take(1 << 20, CancelFlag.NEVER);
        assertThat(secondsFor(1 << 20, 16)).isBetween(59.9, 60.2);
    }

    @Test
    void aWindowMayBeSlower() {
        schedule = BandwidthSchedule.unlimited().between(ONE_MINUTE_PAST, LocalTime.of(13, 0), 1024);
        assertThat(secondsFor(100 << 20, 100)).isZero();
        now += 61 * SECOND;
        assertThat(secondsFor(10_240, 10)).isBetween(8.8, 9.0);
    }

    @Test
    void aChangedScheduleCountsForWhoWaitsAlready() {
        ScheduledLimit changing = new ScheduledLimit(
                () -> now > 5 * SECOND ? BandwidthSchedule.of(1 << 20) : schedule,
                () -> NOON,
                () -> now,
                nanos -> now += nanos);
        changing.take(1 << 20, CancelFlag.NEVER);
        changing.take(1, CancelFlag.NEVER);
        assertThat(now).isBetween(5 * SECOND, 6 * SECOND + SECOND / 5);
    }

    @Test
    void cancelAndInterruptEndTheWaiting() {
        limit.take(1 << 20, CancelFlag.NEVER);
        long start = now;
        limit.take(1, () -> now - start >= SECOND);
        assertThat(now - start).isEqualTo(SECOND);
        ScheduledLimit interrupted = new ScheduledLimit(() -> schedule, () -> NOON, () -> now, nanos -> {
            throw new InterruptedException();
        });
        interrupted.take(1 << 20, CancelFlag.NEVER);
        assertThatThrownBy(() -> interrupted.take(1, CancelFlag.NEVER)).isInstanceOf(SyncCancelledException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void windowsAreThoseOfTheirZone() {
        BandwidthSchedule nights = BandwidthSchedule.of(1024)
                .between(LocalTime.of(22, 0), LocalTime.of(5, 0), 4096)
                .unlimitedBetween(LocalTime.of(1, 0), LocalTime.of(2, 0))
                .in(ZoneId.of("Europe/Berlin"));
        assertThat(nights.at(Instant.parse("2025-01-01T20:59:59Z"))).isEqualTo(OptionalLong.of(1024));
        assertThat(nights.at(Instant.parse("2025-01-01T21:00:00Z"))).isEqualTo(OptionalLong.of(4096));
        assertThat(nights.at(Instant.parse("2025-01-02T00:30:00Z"))).isEmpty();
        assertThat(nights.at(Instant.parse("2025-01-02T03:59:59Z"))).isEqualTo(OptionalLong.of(4096));
        assertThat(nights.at(Instant.parse("2025-01-02T04:00:00Z"))).isEqualTo(OptionalLong.of(1024));
        assertThat(nights).hasToString("1024;22:00-05:00=4096;01:00-02:00=unlimited;Europe/Berlin");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"unlimited", "1024", "unlimited;08:00-18:00=4096", "1024;22:00-05:30=unlimited;Europe/Berlin"})
    void theTextFormIsTheSame(String text) {
        BandwidthSchedule read = BandwidthSchedule.parse(text);
        assertThat(read).hasToString(text).isEqualTo(BandwidthSchedule.parse(read.toString()));
        assertThat(read).hasSameHashCodeAs(BandwidthSchedule.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1023",
                "-5",
                "fast",
                "1024;",
                "1024;8-9=2048",
                "1024;08:00=2048",
                "1024;08:00-08:00=2048",
                "1024;08:00-09:00=5",
                "1024;Middle/Earth",
                "1099511627777"
            })
    void whatIsNoScheduleIsRefused(String text) {
        assertThatThrownBy(() -> BandwidthSchedule.parse(text))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("POLICY_OUT_OF_RANGE");
    }
}
