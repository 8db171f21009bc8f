package io.sdr.core.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sdr.api.SdrException;
import io.sdr.core.agent.Exclusive.Turn;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Whose turn it is with a folder, and who is told to end. */
class ExclusiveTest {
    private static final Path FOLDER = Path.of("folder");
    private static final Object ENGINE = "engine";
    private static final Object OTHER = "another engine";

    private final AtomicLong now = new AtomicLong();
    /** Each look at the clock is a second later than the one before. */
    private final Exclusive exclusive = new Exclusive(
            Duration.ofSeconds(3), () -> now.addAndGet(Duration.ofSeconds(1).toNanos()));

    private String refused(Object owner, long epoch) {
        SdrException e = catchThrowableOfType(SdrException.class, () -> {
            Turn unused = exclusive.begin(FOLDER, owner, epoch);
        });
        assertThat(e).isNotNull();
        return e.code();
    }

    @Test
    void aCallUnderALaterEpochEndsTheOneBefore() throws InterruptedException {
        Turn hangs = exclusive.begin(FOLDER, ENGINE, 1);
        Thread hears = new Thread(() -> {
            while (!hangs.isCancelled()) {
                Thread.onSpinWait();
            }
            exclusive.end(FOLDER, hangs);
        });
        hears.start();
        now.set(Long.MIN_VALUE / 2);
        Turn failover = exclusive.begin(FOLDER, ENGINE, 2);
        assertThat(failover.isCancelled()).isFalse();
        hears.join();
    }

    /** A call that was given up, since it hangs, works on: nothing of the same engine begins beside it. */
    @Test
    void nothingBeginsBesideAnotherCallOfTheSameEngine() {
        Turn hangs = exclusive.begin(FOLDER, ENGINE, 1);
        assertThat(refused(ENGINE, 1)).isEqualTo("FOLDER_BUSY");
        assertThat(hangs.isCancelled()).isFalse();
        assertThat(refused(ENGINE, 2)).isEqualTo("FOLDER_BUSY");
        assertThat(hangs.isCancelled()).isTrue();
        exclusive.end(FOLDER, hangs);
        Turn next = exclusive.begin(FOLDER, ENGINE, 2);
        exclusive.end(FOLDER, hangs);
        assertThat(refused(OTHER, 1)).isEqualTo("STALE_EPOCH");
        assertThat(next.isCancelled()).isFalse();
    }
}
