package io.sdr.core.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sdr.api.spi.CancelFlag;
import org.junit.jupiter.api.Test;

class RateLimitTest {
    private static final long SECOND = 1_000_000_000L;

    private long now = 77 * SECOND;
    private final RateLimit limit = RateLimit.of(1000, () -> now, nanos -> now += nanos);

    @Test
    void overTimeTheRateIsKept() {
        long start = now;
        for (int i = 0; i < 100; i++) {
            limit.take(250, CancelFlag.NEVER);
        }
        assertThat(now - start).isEqualTo(99 * SECOND / 4 - SECOND / 10);
    }

    @Test
    void whatWasNotUsedIsForgottenAfterATenthOfASecond() {
        limit.take(1000, CancelFlag.NEVER);
        now += 60 * SECOND;
        long start = now;
        limit.take(600, CancelFlag.NEVER);
        limit.take(400, CancelFlag.NEVER);
        limit.take(1, CancelFlag.NEVER);
        assertThat(now - start).isEqualTo(SECOND - SECOND / 10);
    }

    @Test
    void cancelEndsTheWaiting() {
        limit.take(1_000_000, CancelFlag.NEVER);
        long start = now;
        limit.take(1, () -> now - start >= SECOND);
        assertThat(now - start).isEqualTo(SECOND);
    }

    @Test
    void anInterruptEndsTheWaitingAndIsKept() {
        RateLimit interrupted = RateLimit.of(1, () -> now, nanos -> {
            throw new InterruptedException();
        });
        interrupted.take(10, CancelFlag.NEVER);
        assertThatThrownBy(() -> interrupted.take(10, CancelFlag.NEVER)).isInstanceOf(SyncCancelledException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void noRateIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> RateLimit.of(0));
    }
}
