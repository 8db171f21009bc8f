package io.sdr.core.sync.wire;

import io.sdr.api.RetryableException;
import io.sdr.api.spi.Throttle;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Frames that wait to be written, bounded in bytes, and the thread that writes them, compressing on the way, with a ping when there
 * is nothing else for a while. Thread-safe.
 */
final class Outbox implements Runnable {
    private static final long NOT_WRITING = Long.MIN_VALUE;

    private static final class Outgoing {
        private final FrameType type;
        private final byte[] payload;
        private final int length;
        private final boolean secret;

        Outgoing(FrameType type, byte[] payload, int length, boolean secret) {
            this.type = type;
            this.payload = payload;
            this.length = length;
            this.secret = secret;
        }
    }

    private final Duplex duplex;
    private final LinkOptions options;
    private final Compression compression;
    private final ArrayDeque<Outgoing> queue = new ArrayDeque<>();
    private final AtomicLong sentBytes = new AtomicLong();
    private volatile long writingSince = NOT_WRITING;
    private volatile boolean closed;
    private int queuedBytes;
    private boolean ending;
    private boolean ended;
    private @Nullable RetryableException failure;

    Outbox(Duplex duplex, LinkOptions options) {
        this.duplex = duplex;
        this.options = options;
        this.compression = options.compression().get();
    }

    /**
     * Queues a frame; waits while too much waits already. The payload is this one's from now on.
     *
     * @param placed told when the frame has its place in the queue, before any of it can be written
     */
    synchronized void put(FrameType type, byte[] payload, int length, boolean secret, Runnable placed) {
        boolean interrupted = false;
        while (queuedBytes > Sizes.OUTBOX_BYTES && failure == null && !ending) {
            if (isStalled()) {
                throw WireProblems.stalled(duplex.peer(), options.deadline().toMillis());
            }
            try {
                TimeUnit.NANOSECONDS.timedWait(this, options.deadline().toNanos());
            } catch (InterruptedException e) {
                interrupted = true; // the deadline bounds the wait
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (failure != null) {
            throw failure;
        }
        if (!ending) {
            placed.run();
            add(new Outgoing(type, payload, length, secret));
        }
    }

    private void add(Outgoing frame) {
        queue.add(frame);
        queuedBytes += frame.length;
        notifyAll();
    }

    /** Queues the last frame, in place of all that still waits. */
    synchronized void putLast(FrameType type, byte[] payload, int length) {
        if (!ending) {
            queue.clear();
            queuedBytes = 0;
            add(new Outgoing(type, payload, length, false));
        }
        end();
    }

    /** Takes no more frames; the other end is told so once all is written. */
    synchronized void end() {
        ending = true;
        notifyAll();
    }

    /** Waits until all is written and the thread has ended, at most so long. */
    synchronized void awaitEnd(long nanos) {
        long until = options.nanoTime().getAsLong() + nanos;
        boolean interrupted = false;
        while (!ended && !isStalled()) {
            long left = until - options.nanoTime().getAsLong();
            if (left <= 0) {
                break;
            }
            try {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends writing at once; the duplex is closed by the caller. */
    void close() {
        closed = true;
        synchronized (this) {
            queue.clear();
            end();
        }
    }

    long sentBytes() {
        return sentBytes.get();
    }

    /** Whether the other end has been taking nothing for longer than the deadline. */
    boolean isStalled() {
        long since = writingSince;
        return since != NOT_WRITING
                && options.nanoTime().getAsLong() - since >= options.deadline().toNanos();
    }

    /** What the writing thread does. */
    @Override
    public void run() {
        try (FrameWriter writer = new FrameWriter(output())) {
            for (Outgoing frame = next(writer); frame != null; frame = next(writer)) {
                write(writer, frame);
            }
            if (!closed) {
                duplex.shutdownOutput();
            }
        } catch (IOException e) {
            fail(WireProblems.lost(duplex.peer(), e));
        } catch (RuntimeException e) {
            fail(WireProblems.lost(duplex.peer(), new IOException(e)));
        } finally {
            if (compression instanceof MeasuredCompression measured) {
                measured.close();
            }
            ended();
        }
    }

    private OutputStream output() {
        OutputStream out = new StallClock(duplex.output());
        return options.limit() == Throttle.NONE ? out : new LimitedOutput(out, options.limit(), () -> closed);
    }

    /** Notes since when the other end has been taking nothing. */
    private final class StallClock extends OutputStream {
        private final OutputStream out;

        StallClock(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int single) throws IOException {
            write(new byte[] {(byte) single}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            writingSince = options.nanoTime().getAsLong();
            out.write(bytes, from, length);
            writingSince = NOT_WRITING;
        }

        @Override
        public void flush() throws IOException {
            out.flush();
        }
    }

    private @Nullable Outgoing next(FrameWriter writer) throws IOException {
        boolean empty;
        synchronized (this) {
            empty = queue.isEmpty();
        }
        if (empty) {
            writer.flush();
        }
        synchronized (this) {
            long pingNanos = options.deadline().toNanos() / 3;
            long until = options.nanoTime().getAsLong() + pingNanos;
            while (queue.isEmpty()) {
                long left = until - options.nanoTime().getAsLong();
                if (ending) {
                    return null;
                }
                if (left <= 0) {
                    return new Outgoing(FrameType.PING, new byte[0], 0, false);
                }
                try {
                    TimeUnit.NANOSECONDS.timedWait(this, left);
                } catch (InterruptedException e) {
                    return null; // somebody wants this thread to end
                }
            }
            Outgoing frame = queue.remove();
            queuedBytes -= frame.length;
            notifyAll();
            return frame;
        }
    }

    private void write(FrameWriter writer, Outgoing frame) throws IOException {
        byte[] payload = frame.payload;
        int length = frame.length;
        long start = options.nanoTime().getAsLong();
        int compressed = frame.type == FrameType.DATA && compression.pays(payload, length)
                ? writer.compress(payload, length)
                : 0;
        long sending = options.nanoTime().getAsLong();
        int sent = compressed > 0
                ? writer.writeCompressed(frame.type, compressed)
                : writer.write(frame.type, payload, length);
        sentBytes.addAndGet(sent);
        if (frame.secret) {
            writer.flush();
            Arrays.fill(payload, (byte) 0);
            writer.wipe();
        }
        if (frame.type == FrameType.DATA) {
            writer.flush(); // what sending takes is measured
            long end = options.nanoTime().getAsLong();
            compression.sent(length, sent, compressed > 0 ? sending - start : 0, end - sending);
        }
    }

    private synchronized void fail(RetryableException e) {
        failure = e;
        queue.clear();
        notifyAll();
    }

    private synchronized void ended() {
        ended = true;
        notifyAll();
    }
}
