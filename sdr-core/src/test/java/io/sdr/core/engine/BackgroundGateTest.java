package io.sdr.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sdr.api.RetryableException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** A job wants to begin while a cycle of its item is at work. */
class BackgroundGateTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    private final Background.Gate gate = new Background.Gate();
    private final CountDownLatch works = new CountDownLatch(1);
    private final CountDownLatch ends = new CountDownLatch(1);

    private Thread cycle(boolean hears) throws InterruptedException {
        Thread thread = new Thread(() -> {
            gate.enter("item", LONG);
            works.countDown();
            try {
                while (!(hears && gate.isWanted()) && ends.getCount() > 0) {
                    Thread.onSpinWait();
                }
            } finally {
                gate.leave();
            }
        });
        thread.start();
        works.await();
        return thread;
    }

    @Test
    void itStopsWhatHears() throws InterruptedException {
        Thread cycle = cycle(true);
        gate.enter("item", LONG);
        assertThat(gate.isWanted()).isFalse();
        gate.leave();
        cycle.join(LONG.toMillis());
    }

    @Test
    void itDoesNotWaitForEverForWhatHangs() throws InterruptedException {
        Thread cycle = cycle(false);
        RetryableException busy =
                catchThrowableOfType(RetryableException.class, () -> gate.enter("item", Duration.ZERO));
        assertThat(busy).isNotNull();
        assertThat(busy.code()).isEqualTo("REPLICA_BUSY");
        ends.countDown();
        cycle.join(LONG.toMillis());
        gate.enter("item", LONG);
        gate.leave();
    }
}
