package io.sdr.core.sync.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sdr.api.InvalidRequestException;
import io.sdr.api.Problem;
import io.sdr.api.SdrException;
import io.sdr.core.sync.InPlaceSync;
import io.sdr.core.sync.RateLimit;
import io.sdr.core.sync.SyncCounters;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One end that keeps to the protocol, the other one that does not. Deadlines are short; none is measured. */
class LinkTest {
    private static final long DEADLINE_MILLIS = 150;
    private static final long LONG_MILLIS = 60_000;

    private final List<Thread> threads = new ArrayList<>();

    private LinkOptions options(long millis) {
        return new LinkOptions(
                work -> {
                    Thread thread = new Thread(work, "link");
                    threads.add(thread);
                    thread.start();
                },
                Duration.ofMillis(millis));
    }

    @AfterEach
    void noThreadIsLeft() throws InterruptedException {
        for (Thread thread : threads) {
            thread.join(LONG_MILLIS);
            assertThat(thread.isAlive()).isFalse();
        }
    }

    private static SdrException failureOf(Link link) {
        SdrException e = catchThrowableOfType(SdrException.class, link::receive);
        assertThat(e).isNotNull();
        return e;
    }

    @Test
    void aSilentPeer() {
        MemoryDuplex[] ends = MemoryDuplex.pair(DEADLINE_MILLIS, MemoryDuplex.NEVER, MemoryDuplex.NEVER);
        try (Link link = new Link(ends[0], options(DEADLINE_MILLIS))) {
            assertThat(failureOf(link).code()).isEqualTo("PEER_SILENT");
        }
    }

    @Test
    void pingsKeepAConnectionThatHasNothingToSay() {
        MemoryDuplex[] ends = MemoryDuplex.pair(LONG_MILLIS, MemoryDuplex.NEVER, MemoryDuplex.NEVER);
        try (Link quiet = new Link(ends[0], options(3));
                Link other = new Link(ends[1], options(LONG_MILLIS))) {
            while (ends[0].writes() < 5) {
                Thread.onSpinWait();
            }
            quiet.send(FrameType.GO);
            assertThat(other.receive().type()).isEqualTo(FrameType.GO);
        }
    }

    /** It says something now and then, but takes nothing: the one that sends gives up. */
    @Test
    void aPeerThatTakesNothing() throws IOException {
        MemoryDuplex[] ends = MemoryDuplex.pair(LONG_MILLIS, MemoryDuplex.NEVER, MemoryDuplex.NEVER);
        try (Link link = new Link(ends[0], options(DEADLINE_MILLIS))) {
            SdrException stalled = catchThrowableOfType(SdrException.class, () -> {
                while (true) {
                    link.send(FrameType.DATA, new byte[Sizes.FRAME_BYTES], Sizes.FRAME_BYTES);
                }
            });
            assertThat(stalled.code()).isEqualTo("PEER_STALLED");
            try (FrameWriter writer = new FrameWriter(ends[1].output())) {
                writer.write(FrameType.PING, new byte[0], 0);
                writer.flush();
            }
            assertThat(failureOf(link).code()).isEqualTo("PEER_STALLED");
        }
    }

    @Test
    void garbage() throws IOException {
        MemoryDuplex[] ends = MemoryDuplex.pair(LONG_MILLIS, MemoryDuplex.NEVER, MemoryDuplex.NEVER);
        try (Link link = new Link(ends[0], options(LONG_MILLIS))) {
            byte[] garbage = "SSH-2.0-OpenSSH_9.2p1 Debian".getBytes(StandardCharsets.US_ASCII);
            ends[1].output().write(garbage, 0, garbage.length);
            SdrException e = failureOf(link);
            assertThat(e.code()).isEqualTo("FRAME_GARBAGE");
            link.fail(e);
            assertThat(new FrameReader(ends[1].input()).read().orElseThrow().type())
                    .isEqualTo(FrameType.ERROR);
            ends[1].close();
            link.drain();
        }
    }

    @Test
    void whatFailedIsToldInTheOtherEndsWordsAndTheLastThingSaid() {
        MemoryDuplex[] ends = MemoryDuplex.pair(LONG_MILLIS, MemoryDuplex.NEVER, MemoryDuplex.NEVER);
        try (Link link = new Link(ends[0], options(LONG_MILLIS));
                Link other = new Link(ends[1], options(LONG_MILLIS))) {
            link.fail(new InvalidRequestException(Problem.of("SOME_CODE")
                    .attempted("do\nthis\u001b[31m")
                    .state("x".repeat(5000))
                    .remedy("do that")));
            link.send(FrameType.GO);
            SdrException e = failureOf(other);
            assertThat(e).isInstanceOf(InvalidRequestException.class);
            assertThat(e.code()).isEqualTo("SOME_CODE");
            assertThat(e.problem().attempted()).isEqualTo("do this [31m");
            assertThat(e.problem().state())
                    .startsWith("the other end says: xxx")
                    .hasSizeLessThan(1100);
            assertThat(other.isTold(e)).isTrue();
            other.fail(e);
            assertThat(link.drain()).isEmpty();
        }
    }

    @Test
    void warningsOfTheOtherEndCannotSteerATerminal() {
        InPlaceSync.Outcome told = new InPlaceSync.Outcome(
                new SyncCounters(0, 0, 0, 0, 0, 0, 0, 0),
                Optional.empty(),
                List.of("one\u001b[2J\nDone in 1 s", "x".repeat(3000)));
        PayloadWriter payload = OutcomeMessage.write(told);
        InPlaceSync.Outcome heard = OutcomeMessage.read(
                new PayloadReader(FrameType.END, ByteBuffer.wrap(payload.array(), 0, payload.length())));
        assertThat(heard.warnings()).containsExactly("one [2J Done in 1 s", "x".repeat(1000) + "…");
    }

    @Test
    void aClosedConnection() {
        MemoryDuplex[] ends = MemoryDuplex.pair(LONG_MILLIS, MemoryDuplex.NEVER, MemoryDuplex.NEVER);
        try (Link link = new Link(ends[0], options(LONG_MILLIS))) {
            ends[1].close();
            assertThat(failureOf(link).code()).isEqualTo("LINK_LOST");
        }
    }

    @Test
    void aLimitIsKeptAndCutsWritesIntoSmallPieces() {
        long[] now = {0};
        RateLimit limit = RateLimit.of(1 << 20, () -> now[0], nanos -> now[0] += nanos);
        MemoryDuplex[] ends = MemoryDuplex.pair(LONG_MILLIS, MemoryDuplex.NEVER, MemoryDuplex.NEVER);
        try (Link link = new Link(ends[0], options(LONG_MILLIS).limitedTo(limit).compressing(() -> Compression.NEVER));
                Link other = new Link(ends[1], options(LONG_MILLIS))) {
            for (int i = 0; i < 8; i++) {
                link.send(FrameType.DATA, new byte[Sizes.FRAME_BYTES], Sizes.FRAME_BYTES);
                assertThat(other.receive().length()).isEqualTo(Sizes.FRAME_BYTES);
            }
        }
        assertThat(now[0]).isBetween(1_800_000_000L, 2_000_100_000L);
        assertThat(ends[0].writes()).isGreaterThan(8 * 60);
    }
}
