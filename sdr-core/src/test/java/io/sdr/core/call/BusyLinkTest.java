package io.sdr.core.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sdr.api.ItemId;
import io.sdr.api.SdrException;
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
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An end has more to ask than the other one takes at once: it waits, and the connection goes on. */
class BusyLinkTest {
    private static final long LONG_MILLIS = 60_000;

    /** What is called. */
    public interface Things {
        /** Takes long. */
        void work(CallContext context);

        /** Is answered at once. */
        long answer();

        /** Takes bytes and gives as many others. */
        byte[] exchange(byte[] bytes, int wanted);
    }

    private final List<Thread> threads = Collections.synchronizedList(new ArrayList<>());
    private final List<SdrException> ends = Collections.synchronizedList(new ArrayList<>());
    private final Semaphore working = new Semaphore(0);
    private final Semaphore mayEnd = new Semaphore(0);
    private final AtomicInteger present = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private final CallLink here;
    private final CallLink there;

    BusyLinkTest() {
        MemoryDuplex[] both = MemoryDuplex.pair(LONG_MILLIS, MemoryDuplex.NEVER, MemoryDuplex.NEVER);
        here = link(both[0]);
        there = link(both[1]);
    }

    private Thread start(Runnable work) {
        Thread thread = new Thread(work, "busy");
        threads.add(thread);
        thread.start();
        return thread;
    }

    private CallLink link(MemoryDuplex end) {
        CallLink link = new CallLink(
                new Link(end, new LinkOptions(this::start, Duration.ofMillis(LONG_MILLIS))),
                this::start,
                Duration.ZERO,
                System::nanoTime);
        link.serve("things", Things.class, new Things() {
            @Override
            public void work(CallContext context) {
                most.accumulateAndGet(present.incrementAndGet(), Math::max);
                working.release();
                mayEnd.acquireUninterruptibly();
                present.decrementAndGet();
            }

            @Override
            public long answer() {
                return 5;
            }

            @Override
            public byte[] exchange(byte[] bytes, int wanted) {
                return new byte[wanted];
            }
        });
        Thread unused = start(() -> {
            try {
                link.run(Optional.empty());
            } catch (SdrException e) {
                ends.add(e);
            }
        });
        return link;
    }

    private Things things() {
        return here.remote("things", Things.class);
    }

    private static CallContext call() {
        return CallContext.once(new ItemId("item"), 1, "token", Instant.MAX);
    }

    @AfterEach
    void nothingIsLeft() throws InterruptedException {
        mayEnd.release(10_000);
        here.close();
        there.close();
        join(List.copyOf(threads));
    }

    private static void join(List<Thread> all) throws InterruptedException {
        for (Thread each : all) {
            each.join(LONG_MILLIS);
            assertThat(each.isAlive()).as("%s is left", each).isFalse();
        }
    }

    /** Does something in many threads at once; gives what failed. */
    private List<SdrException> manyTimes(int count, Runnable work) throws InterruptedException {
        List<SdrException> failures = Collections.synchronizedList(new ArrayList<>());
        List<Thread> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(start(() -> {
                try {
                    work.run();
                } catch (SdrException e) {
                    failures.add(e);
                }
            }));
        }
        join(all);
        return failures;
    }

    private List<Thread> workInBackground(int count, CallContext call) {
        List<Thread> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(start(() -> things().work(call)));
        }
        return all;
    }

    /** As many calls as may be take long; more of them wait, and what is answered at once need not. */
    @Test
    void callsThatAreTooManyWait() throws InterruptedException {
        List<Thread> all = workInBackground(3 * CallLink.MAX_CALLS, call());
        assertThat(working.tryAcquire(CallLink.MAX_LONG_CALLS, LONG_MILLIS, TimeUnit.MILLISECONDS))
                .isTrue();
        assertThat(things().answer()).isEqualTo(5);
        mayEnd.release(all.size());
        join(all);
        assertThat(most.get()).isEqualTo(CallLink.MAX_LONG_CALLS);
        assertThat(ends).isEmpty();
    }

    /** The next call comes as soon as there is an answer: the other end must not count the one before any more. */
    @Test
    void aCallThatIsAnsweredCountsNoMore() throws InterruptedException {
        assertThat(manyTimes(2 * CallLink.MAX_CALLS, () -> {
                    for (int i = 0; i < 200; i++) {
                        assertThat(things().answer()).isEqualTo(5);
                    }
                }))
                .isEmpty();
        assertThat(ends).isEmpty();
    }

    @Test
    void callsThatAreTooLongTogetherWait() throws InterruptedException {
        byte[] request = new byte[3 << 20];
        assertThat(manyTimes(30, () -> assertThat(things().exchange(request, 1)).hasSize(1)))
                .isEmpty();
        assertThat(ends).isEmpty();
    }

    @Test
    void answersThatAreTooLongTogetherWait() throws InterruptedException {
        assertThat(manyTimes(
                        30,
                        () -> assertThat(things().exchange(new byte[1], 5 << 20))
                                .hasSize(5 << 20)))
                .isEmpty();
        assertThat(ends).isEmpty();
    }

    @Test
    void whatIsTooLongAloneIsRefusedHere() {
        assertThat(catchThrowableOfType(
                                SdrException.class, () -> things().exchange(new byte[CallLink.MAX_REQUEST_BYTES], 1))
                        .code())
                .isEqualTo("CALL_TOO_LONG");
        assertThat(catchThrowableOfType(SdrException.class, () -> things().exchange(new byte[1], 65 << 20))
                        .code())
                .isEqualTo("ANSWER_TOO_LONG");
        assertThat(things().answer()).isEqualTo(5);
    }

    @Test
    void aCallThatWaitsCanBeCancelled() throws InterruptedException {
        List<Thread> all = workInBackground(CallLink.MAX_LONG_CALLS, call());
        assertThat(working.tryAcquire(CallLink.MAX_LONG_CALLS, LONG_MILLIS, TimeUnit.MILLISECONDS))
                .isTrue();
        SdrException notMade =
                catchThrowableOfType(SdrException.class, () -> things().work(call().withCancel(() -> true)));
        assertThat(notMade.code()).isEqualTo("CALL_NOT_MADE");
        mayEnd.release(all.size());
        join(all);
        assertThat(working.availablePermits()).isZero();
    }

    /** What was given up, and works on at the other end, counts there: and so it does here. */
    @Test
    void aCallThatWasGivenUpCountsUntilItEnds() throws InterruptedException {
        AtomicBoolean cancelled = new AtomicBoolean();
        CountDownLatch givenUp = new CountDownLatch(CallLink.MAX_LONG_CALLS);
        for (int i = 0; i < CallLink.MAX_LONG_CALLS; i++) {
            Thread unused = start(() -> {
                SdrException e = catchThrowableOfType(
                        SdrException.class, () -> things().work(call().withCancel(cancelled::get)));
                assertThat(e.code()).isEqualTo("CALL_UNANSWERED");
                givenUp.countDown();
            });
        }
        assertThat(working.tryAcquire(CallLink.MAX_LONG_CALLS, LONG_MILLIS, TimeUnit.MILLISECONDS))
                .isTrue();
        cancelled.set(true);
        givenUp.await();
        List<Thread> next = workInBackground(CallLink.MAX_CALLS, call());
        assertThat(things().answer()).isEqualTo(5);
        assertThat(working.availablePermits()).isZero();
        mayEnd.release(CallLink.MAX_LONG_CALLS + next.size());
        join(next);
        assertThat(most.get()).isEqualTo(CallLink.MAX_LONG_CALLS);
        assertThat(ends).isEmpty();
    }
}
