package io.sdr.core.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sdr.api.DiskId;
import io.sdr.api.ItemId;
import io.sdr.api.SdrException;
import io.sdr.api.SiteId;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.ChangedRanges;
import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.RangeSet;
import io.sdr.core.sync.wire.Frame;
import io.sdr.core.sync.wire.FrameReader;
import io.sdr.core.sync.wire.FrameType;
import io.sdr.core.sync.wire.FrameWriter;
import io.sdr.core.sync.wire.Link;
import io.sdr.core.sync.wire.LinkOptions;
import io.sdr.core.sync.wire.MemoryDuplex;
import io.sdr.core.sync.wire.PayloadReader;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The other end sends whatever it likes as calls: each is answered or ends the connection, and none makes this end hold much. */
class CallGarbageTest {
    private static final boolean STRESS = Boolean.getBoolean("sdr.stress");
    private static final int VALUES = STRESS ? 100_000 : 4000;
    private static final int CALLS = STRESS ? 20_000 : 600;
    private static final long LONG_MILLIS = 60_000;
    /** The smallest part of a value is a byte, and what a byte can become is some hundred bytes of objects. */
    private static final long MOST_FOR_A_BYTE = 300;

    private static final long MOST_FOR_A_CALL = 64 << 10;

    private final List<Thread> threads = Collections.synchronizedList(new ArrayList<>());

    /** Every kind of value that is declared somewhere. */
    public interface Everything {
        long take(
                String text,
                byte[] bytes,
                int number,
                List<Optional<DiskRef>> disks,
                Map<String, List<RangeSet>> ranges,
                ChangedRanges changes,
                CallContext context);
    }

    private static final Method METHOD = Everything.class.getMethods()[0];
    private static final Type[] TYPES = METHOD.getGenericParameterTypes();

    private static Object[] arguments(Random random) {
        RangeSet.Builder ranges = new RangeSet.Builder();
        for (int i = random.nextInt(9); i > 0; i--) {
            ranges.add(random.nextInt(1 << 20) * 512L, 512L * (1 + random.nextInt(9)));
        }
        RangeSet set = ranges.build();
        DiskRef disk = new DiskRef(new SiteId("east"), new DiskId("disk0"), "vms/vm/disk0", "raw", 1L << 40);
        return new Object[] {
            "text — " + random.nextInt(),
            new byte[random.nextInt(50)],
            random.nextInt(),
            List.of(Optional.of(disk), Optional.empty()),
            Map.of("one", List.of(set), "two", List.of()),
            random.nextBoolean() ? new ChangedRanges.Unknown("why") : new ChangedRanges.Known(set),
            CallContext.once(new ItemId("item"), 1, "token", Instant.parse("2030-01-01T00:00:00Z"))
        };
    }

    /** Damages bytes as a peer might who means harm: lengths first of all. */
    private static byte[] damaged(byte[] whole, Random random) {
        byte[] bytes = whole.clone();
        switch (random.nextInt(6)) {
            case 0 -> {
                return Arrays.copyOf(bytes, random.nextInt(bytes.length));
            }
            case 1 -> {
                return Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(100));
            }
            case 2 -> {
                int[] lengths = {Integer.MAX_VALUE, Integer.MIN_VALUE, -1, 0, bytes.length, random.nextInt()};
                ByteBuffer.wrap(bytes)
                        .putInt(random.nextInt(bytes.length - 3), lengths[random.nextInt(lengths.length)]);
            }
            case 3 -> bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            case 4 -> {
                int from = random.nextInt(bytes.length);
                int to = random.nextInt(bytes.length);
                System.arraycopy(whole, from, bytes, to, Math.min(bytes.length - to, bytes.length - from));
            }
            default -> random.nextBytes(bytes);
        }
        return bytes;
    }

    @Test
    void damagedValuesAreRefusedAndTakeNoMoreThanTheyAreLong() {
        int refused = 0;
        for (long seed = 0; seed < VALUES; seed++) {
            Random random = new Random(seed);
            byte[] bytes = damaged(ValueWriter.write(TYPES, arguments(random)), random);
            long before = allocatedBytes();
            Throwable thrown = catchThrowable(() -> ValueReader.read(TYPES, bytes));
            long allocated = allocatedBytes() - before;
            assertThat(thrown == null || thrown instanceof SdrException)
                    .as("seed %d: %s", seed, thrown)
                    .isTrue();
            assertThat(allocated)
                    .as("seed %d: bytes allocated for %d", seed, bytes.length)
                    .isLessThan(MOST_FOR_A_CALL + MOST_FOR_A_BYTE * bytes.length);
            refused += thrown == null ? 0 : 1;
        }
        assertThat(refused).isGreaterThan(VALUES / 2);
    }

    /** Asked by reflection: the module under test does not read those for management, nor may the compiler. */
    private static long allocatedBytes() {
        try {
            Object bean = Class.forName("java.lang.management.ManagementFactory")
                    .getMethod("getThreadMXBean")
                    .invoke(null);
            return (long) Class.forName("com.sun.management.ThreadMXBean")
                    .getMethod("getCurrentThreadAllocatedBytes")
                    .invoke(bean);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this Java platform does not count what a thread allocates", e);
        }
    }

    // ---- over a connection

    private final class Peer implements AutoCloseable {
        private final MemoryDuplex[] ends = MemoryDuplex.pair(LONG_MILLIS, MemoryDuplex.NEVER, MemoryDuplex.NEVER);
        private final FrameWriter out = new FrameWriter(ends[1].output());
        private final FrameReader in = new FrameReader(ends[1].input());
        private final List<SdrException> end = Collections.synchronizedList(new ArrayList<>());
        private final Thread serving;

        Peer(Everything served) {
            this(served, true);
        }

        Peer(Everything served, boolean takesCalls) {
            CallLink link = new CallLink(
                    new Link(ends[0], new LinkOptions(work -> start("link", work), Duration.ofMillis(LONG_MILLIS))),
                    work -> {
                        if (!takesCalls) {
                            throw new RejectedExecutionException();
                        }
                        start("call", work);
                    });
            link.serve("everything", Everything.class, served);
            serving = start("serving", () -> {
                SdrException e = catchThrowableOfType(SdrException.class, () -> link.run(Optional.empty()));
                if (e != null) {
                    end.add(e);
                }
                link.close();
            });
        }

        private Thread start(String name, Runnable work) {
            Thread thread = new Thread(work, name);
            threads.add(thread);
            thread.start();
            return thread;
        }

        void send(FrameType type, byte[] payload) throws IOException {
            out.write(type, payload, payload.length);
            out.flush();
        }

        /** Sends a call in as many parts as it needs. */
        void call(long id, byte[] request, int partBytes) throws IOException {
            int at = 0;
            do {
                int count = Math.min(partBytes, request.length - at);
                send(FrameType.CALL, part(id, at + count == request.length, request, at, count));
                at += count;
            } while (at < request.length);
        }

        /** Whether an answer to a call comes; if not, the connection has ended. */
        boolean isAnswered(long id) throws IOException {
            for (Optional<Frame> frame = in.read(); frame.isPresent(); frame = in.read()) {
                if (frame.get().type() == FrameType.RETURN) {
                    PayloadReader from = frame.get().read();
                    assertThat(from.i64(Long.MAX_VALUE)).isEqualTo(id);
                    return true;
                }
            }
            return false;
        }

        /** How the connection ended at the other end. */
        Optional<SdrException> end() {
            close();
            join(serving);
            return end.stream().findFirst();
        }

        @Override
        public void close() {
            ends[1].close();
        }
    }

    private static byte[] part(long id, boolean last, byte[] bytes, int from, int count) {
        return ByteBuffer.allocate(9 + count)
                .putLong(id)
                .put((byte) (last ? 1 : 0))
                .put(bytes, from, count)
                .array();
    }

    private static byte[] request(String object, String method, byte[] arguments) {
        return ValueWriter.write(
                new Type[] {CallLink.Request.class},
                new Object[] {new CallLink.Request(object, method, Blob.of(arguments))});
    }

    private static String methodName() {
        List<String> types = Arrays.stream(METHOD.getParameterTypes())
                .map(Class::getSimpleName)
                .toList();
        return METHOD.getName() + "(" + String.join(",", types) + ")";
    }

    private static void join(Thread thread) {
        try {
            thread.join(LONG_MILLIS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        assertThat(thread.isAlive()).as("%s is left", thread).isFalse();
    }

    @AfterEach
    void noThreadIsLeft() {
        List.copyOf(threads).forEach(CallGarbageTest::join);
    }

    private static final Everything COUNTS = (text, bytes, number, disks, ranges, changes, context) ->
            text.length() + bytes.length + disks.size() + ranges.size();

    /** A call that is damaged anywhere is answered, or ends the connection as corrupt; and the next connection works. */
    @Test
    void damagedCallsAreAnsweredOrEndTheConnection() throws IOException {
        int answered = 0;
        int ended = 0;
        long seed = 0;
        while (seed < CALLS) {
            try (Peer peer = new Peer(COUNTS)) {
                boolean open = true;
                while (open && seed < CALLS) {
                    Random random = new Random(seed++);
                    byte[] arguments = ValueWriter.write(TYPES, arguments(random));
                    boolean within = random.nextBoolean();
                    byte[] whole = request("everything", methodName(), within ? damaged(arguments, random) : arguments);
                    byte[] sent = within ? whole : damaged(whole, random);
                    peer.call(seed, sent, 1 + random.nextInt(sent.length + 1));
                    open = peer.isAnswered(seed);
                    answered += open ? 1 : 0;
                }
                Optional<SdrException> end = peer.end();
                if (!open) {
                    ended++;
                    assertThat(end.map(SdrException::code))
                            .as("seed %d", seed - 1)
                            .contains("CALL_MALFORMED");
                }
            }
        }
        assertThat(answered).isGreaterThan(CALLS / 4);
        assertThat(ended).isGreaterThan(CALLS / 10);
    }

    /** Frames with wrong numbers, flags and lengths, and those that have no business here. */
    @Test
    void wrongFramesEndTheConnection() throws IOException {
        byte[] call = request("everything", methodName(), new byte[0]);
        Map<FrameType, byte[]> wrong = Map.of(
                FrameType.CALL, part(-1, true, call, 0, call.length),
                FrameType.RETURN, part(Long.MIN_VALUE, true, call, 0, call.length),
                FrameType.GIVE_UP, new byte[7],
                FrameType.CALL_PROGRESS, new byte[23],
                FrameType.DATA, new byte[100],
                FrameType.HANDLE, new byte[16]);
        for (Map.Entry<FrameType, byte[]> each : wrong.entrySet()) {
            try (Peer peer = new Peer(COUNTS)) {
                peer.send(each.getKey(), each.getValue());
                assertThat(peer.isAnswered(0)).as("%s", each.getKey()).isFalse();
                assertThat(peer.end()).as("%s", each.getKey()).isPresent();
            }
        }
        for (byte[] flag : List.of(new byte[9], new byte[] {0, 0, 0, 0, 0, 0, 0, 1, 2}, new byte[5])) {
            try (Peer peer = new Peer(COUNTS)) {
                peer.send(FrameType.CALL, flag);
                peer.send(FrameType.CALL, flag);
                peer.send(FrameType.HANDLE, new byte[16]);
                assertThat(peer.isAnswered(0)).isFalse();
                assertThat(peer.end()).isPresent();
            }
        }
    }

    /** Parts of calls that never end: what is kept of all of them together has a limit, and of one a smaller one. */
    @Test
    void partsThatNeverEndAreBounded() throws IOException {
        byte[] part = new byte[FrameType.CALL_PART_BYTES];
        assertThat(sentUntilTheEnd((peer, i) -> peer.send(FrameType.CALL, part(1, false, part, 0, part.length))))
                .as("of one call")
                .isLessThan((8 << 20) / part.length);
        assertThat(sentUntilTheEnd((peer, i) -> peer.send(FrameType.CALL, part(i % 60, false, part, 0, part.length))))
                .as("of all together")
                .isLessThan((80 << 20) / part.length);
    }

    /** Answers to what nobody asked are not kept at all. */
    @Test
    void answersThatNobodyAwaitsAreForgotten() throws IOException {
        byte[] part = new byte[FrameType.CALL_PART_BYTES];
        try (Peer peer = new Peer(COUNTS)) {
            for (int i = 0; i < (96 << 20) / part.length; i++) {
                peer.send(FrameType.RETURN, part(7, false, part, 0, part.length));
            }
            byte[] whole = request("everything", methodName(), ValueWriter.write(TYPES, arguments(new Random(1))));
            peer.call(1, whole, whole.length);
            assertThat(peer.isAnswered(1)).isTrue();
            assertThat(peer.end()).isEmpty();
        }
    }

    private interface Sending {
        void next(Peer peer, int number) throws IOException;
    }

    /** How many were taken before the connection ended; it has to. */
    private int sentUntilTheEnd(Sending sending) {
        try (Peer peer = new Peer(COUNTS)) {
            int sent = 0;
            try {
                while (sent < (1 << 30) / FrameType.CALL_PART_BYTES) {
                    sending.next(peer, sent++);
                }
            } catch (IOException e) {
                // it has ended
            }
            assertThat(peer.end().map(SdrException::code)).contains("CALL_MALFORMED");
            return sent;
        }
    }

    /** A call comes while this end is being closed: it is never served, and nobody waits for its end. */
    @Test
    void aCallThatComesTooLateHoldsNobodyUp() throws IOException {
        byte[] whole = request("everything", methodName(), ValueWriter.write(TYPES, arguments(new Random(1))));
        try (Peer peer = new Peer(COUNTS, false)) {
            peer.call(1, whole, whole.length);
            join(peer.serving);
            assertThat(peer.end().map(SdrException::code)).contains("LINK_LOST");
        }
    }

    /** More calls at once than may be. */
    @Test
    void tooManyCallsEndTheConnection() throws IOException {
        Everything waits = (text, bytes, number, disks, ranges, changes, context) -> {
            while (!context.cancel().isSet()) {
                Thread.onSpinWait();
            }
            return 0;
        };
        byte[] whole = request("everything", methodName(), ValueWriter.write(TYPES, arguments(new Random(1))));
        try (Peer peer = new Peer(waits)) {
            for (int i = 0; i <= CallLink.MAX_CALLS; i++) {
                peer.call(i, whole, whole.length);
            }
            join(peer.serving);
            assertThat(peer.end().map(SdrException::code)).contains("CALL_MALFORMED");
        }
    }
}
