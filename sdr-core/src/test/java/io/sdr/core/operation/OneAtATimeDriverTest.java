package io.sdr.core.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sdr.api.Consistency;
import io.sdr.api.ItemId;
import io.sdr.api.RetryableException;
import io.sdr.api.Side;
import io.sdr.api.SiteId;
import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.Endpoint;
import io.sdr.api.spi.ReplicaLink;
import io.sdr.api.spi.ReplicationDriver;
import io.sdr.api.spi.Throttle;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A cycle hangs, and somebody else wants to work on its item. */
class OneAtATimeDriverTest {
    private static final long LONG_MILLIS = 60_000;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final ReplicaLink LINK = link("item");

    private final AtomicBoolean ends = new AtomicBoolean();
    private final AtomicBoolean hears = new AtomicBoolean();
    private final CountDownLatch hangs = new CountDownLatch(1);
    private final List<String> called = Collections.synchronizedList(new ArrayList<>());
    private final AtomicLong now = new AtomicLong();
    /** How much later it is each time that somebody looks at the clock. */
    private final AtomicLong step = new AtomicLong();

    private final OneAtATimeDriver driver = new OneAtATimeDriver(
            hanging(),
            link -> Throttle.NONE,
            (link, call) -> {},
            new ItemTurns(PATIENCE, () -> now.addAndGet(step.get())));
    private final Thread cycle =
            new Thread(() -> driver.replicate(LINK, 2, Consistency.CRASH_CONSISTENT, call(1)), "a cycle that hangs");

    private static ReplicaLink link(String item) {
        return new ReplicaLink(
                new ItemId(item),
                Side.RECOVERY,
                new Endpoint(new SiteId("east"), new VmId("vm")),
                new Endpoint(new SiteId("west"), new VmId("copy")));
    }

    private static CallContext call(long epoch) {
        return CallContext.once(LINK.item(), epoch, "token", Instant.MAX);
    }

    /** A driver whose cycles wait until they are let go on, or until they are told to stop and hear it. */
    private ReplicationDriver hanging() {
        return (ReplicationDriver) Proxy.newProxyInstance(
                ReplicationDriver.class.getClassLoader(),
                new Class<?>[] {ReplicationDriver.class},
                (proxy, method, arguments) -> {
                    CallContext call = (CallContext) Arrays.stream(arguments)
                            .filter(CallContext.class::isInstance)
                            .findFirst()
                            .orElseThrow();
                    if (method.getName().equals("replicate")) {
                        hangs.countDown();
                        while (!ends.get() && !(hears.get() && call.cancel().isSet())) {
                            Thread.onSpinWait();
                        }
                    }
                    called.add(method.getName());
                    return null;
                });
    }

    private void hang() throws InterruptedException {
        cycle.start();
        hangs.await();
    }

    @AfterEach
    void end() throws InterruptedException {
        ends.set(true);
        cycle.join(LONG_MILLIS);
        assertThat(cycle.isAlive()).isFalse();
    }

    /** The clock stands still: nothing but the later epoch ends the cycle. */
    @Test
    void aLaterEpochStopsWhatWorksUnderAnEarlierOne() throws InterruptedException {
        hears.set(true);
        hang();
        driver.closeReception(LINK, 2, call(2));
        assertThat(called).containsExactly("replicate", "closeReception");
    }

    @Test
    void nobodyWaitsForEverForOneThatDoesNotStop() throws InterruptedException {
        hang();
        step.set(Duration.ofSeconds(10).toNanos());
        RetryableException busy =
                catchThrowableOfType(RetryableException.class, () -> driver.closeReception(LINK, 2, call(2)));
        assertThat(busy).isNotNull();
        assertThat(busy.code()).isEqualTo("REPLICA_BUSY");
        assertThat(called).isEmpty();
        ends.set(true);
        cycle.join(LONG_MILLIS);
        driver.closeReception(LINK, 2, call(2));
        assertThat(called).containsExactly("replicate", "closeReception");
    }

    /** Housekeeping does not stop a cycle, whatever it hears: it waits, and says that it did. */
    @Test
    void theSameEpochDoesNotStopIt() throws InterruptedException {
        hears.set(true);
        hang();
        step.set(Duration.ofSeconds(10).toNanos());
        assertThat(catchThrowableOfType(RetryableException.class, () -> driver.process(LINK, call(1))))
                .isNotNull();
        assertThat(called).isEmpty();
    }

    @Test
    void otherItemsGoOn() throws InterruptedException {
        hang();
        driver.process(link("other"), call(1));
        assertThat(called).containsExactly("process");
    }
}
