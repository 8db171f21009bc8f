package io.sdr.core.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sdr.api.ItemId;
import io.sdr.api.spi.CallContext;
import io.sdr.core.sync.wire.Link;
import io.sdr.core.sync.wire.LinkOptions;
import io.sdr.core.sync.wire.MemoryDuplex;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is called hangs, and does not end when it is told to. */
class UnansweredCallTest {
    private static final long LONG_MILLIS = 60_000;

    /** What hangs, and what does not. */
    public interface Things {
        /** Hangs. */
        void change(CallContext context);

        /** Hangs, too. */
        long look();

        /** Answers. */
        long answer();
    }

    private final List<Thread> threads = Collections.synchronizedList(new ArrayList<>());
    private final AtomicBoolean cancelled = new AtomicBoolean();
    private final CountDownLatch hangs = new CountDownLatch(1);
    private final CountDownLatch ends = new CountDownLatch(1);
    private final AtomicLong now = new AtomicLong();
    /** How much later it is each time that somebody looks at the clock. */
    private final AtomicLong step = new AtomicLong();

    private final MemoryDuplex[] both = MemoryDuplex.pair(LONG_MILLIS, MemoryDuplex.NEVER, MemoryDuplex.NEVER);
    private final CallLink here = link(both[0]);
    private final CallLink there = link(both[1]);

    private Thread start(Runnable work) {
        Thread thread = new Thread(work, "call");
        threads.add(thread);
        thread.start();
        return thread;
    }

    private CallLink link(MemoryDuplex end) {
        CallLink link = new CallLink(
                new Link(end, new LinkOptions(this::start, Duration.ofMillis(LONG_MILLIS))),
                this::start,
                Duration.ofSeconds(30),
                () -> now.addAndGet(step.get()));
        link.serve("things", Things.class, new Things() {
            @Override
            public void change(CallContext context) {
                hang();
            }

            @Override
            public long look() {
                return hang();
            }

            @Override
            public long answer() {
                return 5;
            }
        });
        Thread unused = start(() -> {
            Throwable ended = catchThrowableOfType(RuntimeException.class, () -> link.run(Optional.empty()));
            assertThat(ended == null || ended instanceof io.sdr.api.SdrException)
                    .isTrue();
        });
        return link;
    }

    private long hang() {
        hangs.countDown();
        try {
            ends.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return 0;
    }

    @AfterEach
    void nothingIsLeft() throws InterruptedException {
        ends.countDown();
        here.close();
        there.close();
        for (Thread each : List.copyOf(threads)) {
            each.join(LONG_MILLIS);
            assertThat(each.isAlive()).as("%s is left", each).isFalse();
        }
    }

    /** Calls; gives how it ended once it hangs and is cancelled. */
    private CallLostException cancel(Runnable call) throws InterruptedException {
        List<CallLostException> end = Collections.synchronizedList(new ArrayList<>());
        Thread calls = start(() -> end.add(catchThrowableOfType(CallLostException.class, call::run)));
        hangs.await();
        cancelled.set(true);
        calls.join(LONG_MILLIS);
        assertThat(calls.isAlive()).as("it still waits").isFalse();
        assertThat(end.get(0)).isNotNull();
        return end.get(0);
    }

    private CallContext call() {
        return CallContext.once(new ItemId("item"), 1, "token", Instant.MAX).withCancel(cancelled::get);
    }

    @Test
    void aChangeIsWaitedForAsLongAsPatienceLasts() throws InterruptedException {
        step.set(Duration.ofSeconds(10).toNanos());
        Things things = here.remote("things", Things.class);
        assertThat(cancel(() -> things.change(call())).code()).isEqualTo("CALL_UNANSWERED");
        assertThat(things.answer()).as("over the same connection").isEqualTo(5);
    }

    /** The clock stands still. */
    @Test
    void whatOnlyReadsIsLeftAtOnce() throws InterruptedException {
        Things things = here.remoteToRead("things", Things.class, cancelled::get);
        assertThat(cancel(things::look).code()).isEqualTo("CALL_UNANSWERED");
        assertThat(here.remote("things", Things.class).answer()).isEqualTo(5);
    }
}
