package io.sdr.core.sync.wire;

import io.sdr.api.CorruptException;
import io.sdr.api.RetryableException;
import io.sdr.api.SdrException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A connection as frames. Any thread may send; what it sends is written by a thread of this link's own. One thread receives. An end
 * that hears nothing for as long as the deadline, or whose frames nobody takes for as long, gives up.
 */
public final class Link implements AutoCloseable {
    private static final int SKIP_BYTES = 16 << 10;
    /** How long the other end has to hear that it is over, and to end its side. */
    private static final long LAST_WORD_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Duplex duplex;
    private final LinkOptions options;
    private final FrameReader reader;
    private final Outbox outbox;
    private final CountDownLatch drained = new CountDownLatch(1);
    private volatile @Nullable SdrException remote;
    private volatile @Nullable SdrException stopped;

    /**
     * Begins to use a connection.
     *
     * @param duplex the connection; closed with this
     * @param options how it is used
     */
    public Link(Duplex duplex, LinkOptions options) {
        this.duplex = duplex;
        this.options = options;
        this.reader = new FrameReader(duplex.input());
        this.outbox = new Outbox(duplex, options);
        options.threads().execute(outbox);
    }

    /**
     * Names the other end for messages.
     *
     * @return its address, or its name
     */
    public String peer() {
        return duplex.peer();
    }

    LinkOptions options() {
        return options;
    }

    /**
     * Sends a frame that carries nothing.
     *
     * @param type what it is
     * @throws RetryableException code {@code LINK_LOST} if the connection is broken
     */
    public void send(FrameType type) {
        put(type, new byte[0], 0, false);
    }

    /**
     * Sends a frame; waits while too much waits to be written.
     *
     * @param type what it is
     * @param payload what it carries; not to be used any more
     * @throws RetryableException code {@code LINK_LOST} if the connection is broken
     */
    public void send(FrameType type, PayloadWriter payload) {
        put(type, payload.array(), payload.length(), false);
    }

    /**
     * Sends a frame, and tells when its place is sure: before any of it is written, so before the other end can answer to it.
     *
     * @param type what it is
     * @param payload what it carries; not to be used any more
     * @param placed told so; not, if the connection ends before
     * @throws RetryableException code {@code LINK_LOST} if the connection is broken
     */
    public void send(FrameType type, PayloadWriter payload, Runnable placed) {
        put(type, payload.array(), payload.length(), false, placed);
    }

    /** Sends a frame with the first bytes of an array, which is not to be used any more. */
    void send(FrameType type, byte[] payload, int length) {
        put(type, payload, length, false);
    }

    private void put(FrameType type, byte[] payload, int length, boolean secret) {
        put(type, payload, length, secret, () -> {});
    }

    private void put(FrameType type, byte[] payload, int length, boolean secret, Runnable placed) {
        try {
            outbox.put(type, payload, length, secret, placed);
        } catch (RetryableException e) {
            checkStopped();
            throw e;
        }
    }

    /** Sends a frame that is zeroed in memory once it was written. */
    void sendSecret(FrameType type, PayloadWriter payload) {
        put(type, payload.array(), payload.length(), true);
    }

    /**
     * Waits for the next frame. Pings are passed over.
     *
     * @return the frame, valid until the next call
     * @throws RetryableException codes {@code LINK_LOST}, {@code PEER_SILENT}, {@code PEER_STALLED}
     * @throws CorruptException if what comes is no frame
     * @throws SdrException what the other end says has failed, in its words and with its code
     */
    public Frame receive() {
        return receiveUnlessEnded().orElseThrow(() -> WireProblems.closed(peer()));
    }

    /**
     * Waits for the next frame, where the other end may also say nothing more.
     *
     * @return the frame, valid until the next call; empty if the other end has ended the connection between two frames
     * @throws SdrException as {@link #receive()} does
     */
    public Optional<Frame> receiveUnlessEnded() {
        Optional<Frame> frame = next();
        while (frame.isPresent() && frame.get().type() == FrameType.PING) {
            frame = next();
        }
        return frame;
    }

    /** Waits for whatever comes next, a ping too. */
    private Optional<Frame> next() {
        try {
            Optional<Frame> read = reader.read();
            if (outbox.isStalled()) {
                throw WireProblems.stalled(peer(), options.deadline().toMillis());
            }
            if (read.isEmpty()) {
                checkStopped();
            } else if (read.get().type() == FrameType.ERROR) {
                SdrException e = RemoteError.read(read.get().read(), peer());
                remote = e;
                throw e;
            }
            return read;
        } catch (SocketTimeoutException e) {
            checkStopped();
            throw WireProblems.silent(peer(), options.deadline().toMillis());
        } catch (IOException e) {
            checkStopped();
            throw WireProblems.broken(peer(), e);
        }
    }

    private void checkStopped() {
        SdrException why = stopped;
        if (why != null) {
            throw why;
        }
    }

    /**
     * Waits for a frame of one type.
     *
     * @param type the only one that is right
     * @return reads what it carries
     * @throws CorruptException code {@code FRAME_UNEXPECTED} if another one comes
     */
    public PayloadReader receive(FrameType type) {
        Frame frame = receive();
        if (frame.type() != type) {
            throw WireProblems.unexpected(frame.type(), type.name());
        }
        return frame.read();
    }

    /**
     * Tells the other end what failed, unless it told it itself or cannot be reached. Nothing else is sent any more.
     *
     * @param e what failed
     */
    public void fail(SdrException e) {
        if (e == remote) {
            outbox.end();
        } else {
            PayloadWriter payload = RemoteError.write(e);
            outbox.putLast(FrameType.ERROR, payload.array(), payload.length());
        }
    }

    /** Sends nothing more once what waits is written, and tells the other end so. It may still be received from. */
    public void end() {
        outbox.end();
    }

    /** Whether this is what the other end itself has told. */
    boolean isTold(SdrException e) {
        return e == remote;
    }

    /**
     * Takes what the other end still sends, until it has closed the connection, or the deadline has passed: so that what was sent
     * last is not lost with what nobody took. For the thread that receives.
     *
     * @return what the other end said has failed, if it did
     */
    public Optional<SdrException> drain() {
        outbox.end();
        long until = options.nanoTime().getAsLong() + options.deadline().toNanos();
        try {
            boolean open = true;
            while (open && remote == null && options.nanoTime().getAsLong() - until < 0) {
                open = next().isPresent(); // pings count as time that passes: who only sends those is not waited for
            }
        } catch (CorruptException e) {
            skip(until);
        } catch (SdrException e) {
            return Optional.ofNullable(remote);
        } finally {
            drained.countDown();
        }
        return Optional.ofNullable(remote);
    }

    private void skip(long until) {
        byte[] skipped = new byte[SKIP_BYTES];
        try {
            int count = 0;
            while (count >= 0 && options.nanoTime().getAsLong() - until < 0) {
                count = duplex.input().read(skipped);
            }
        } catch (IOException e) {
            // it is over, which is what this waits for
        }
    }

    /**
     * Tells how many bytes of frames were written.
     *
     * @return the number, without what TLS and TCP add
     */
    public long sentBytes() {
        return outbox.sentBytes();
    }

    /**
     * Tells how many bytes of frames were read.
     *
     * @return the number, without what TLS and TCP add
     */
    public long receivedBytes() {
        return reader.bytes();
    }

    /**
     * Ends the connection from outside, because what it is for is wanted no more: the other end is told, and whoever receives here
     * fails with the reason. Whether the other end still listens or not, this takes a moment only.
     *
     * @param why the reason
     */
    void stop(SdrException why) {
        stopped = why;
        long until = options.nanoTime().getAsLong() + LAST_WORD_NANOS;
        fail(why);
        outbox.awaitEnd(LAST_WORD_NANOS);
        try {
            long left = until - options.nanoTime().getAsLong();
            boolean unused = drained.await(Math.max(0, left), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        abort();
    }

    /** Ends the connection at once, without a word: for a process that is about to end. */
    public void abort() {
        outbox.close();
        duplex.close();
    }

    /** Writes what still waits, waiting as long as the deadline, and ends the connection. A second call does nothing. */
    @Override
    public void close() {
        outbox.end();
        outbox.awaitEnd(options.deadline().toNanos());
        outbox.close();
        duplex.close();
        outbox.awaitEnd(options.deadline().toNanos());
        // the reader's memory is given back by the garbage collector, since another thread may be in it
    }
}
