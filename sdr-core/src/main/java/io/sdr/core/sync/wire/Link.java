package io.sdr.core.sync.wire;

import io.sdr.api.CorruptException;
import io.sdr.api.RetryableException;
import io.sdr.api.SdrException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A connection as frames. Any thread may send; what it sends is written by a thread of this link's own. One thread receives. An end
 * that hears nothing for as long as the deadline, or whose frames nobody takes for as long, gives up.
 */
public final class Link implements AutoCloseable {
    private static final int SKIP_BYTES = 16 << 10;

    private final Duplex duplex;
    private final LinkOptions options;
    private final FrameReader reader;
    private final Outbox outbox;
    private volatile @Nullable SdrException remote;

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
        outbox.put(type, new byte[0], 0, false);
    }

    /**
     * Sends a frame; waits while too much waits to be written.
     *
     * @param type what it is
     * @param payload what it carries; not to be used any more
     * @throws RetryableException code {@code LINK_LOST} if the connection is broken
     */
    public void send(FrameType type, PayloadWriter payload) {
        outbox.put(type, payload.array(), payload.length(), false);
    }

    /** Sends a frame with the first bytes of an array, which is not to be used any more. */
    void send(FrameType type, byte[] payload, int length) {
        outbox.put(type, payload, length, false);
    }

    /** Sends a frame that is zeroed in memory once it was written. */
    void sendSecret(FrameType type, PayloadWriter payload) {
        outbox.put(type, payload.array(), payload.length(), true);
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
        try {
            while (true) {
                Optional<Frame> read = reader.read();
                if (outbox.isStalled()) {
                    throw WireProblems.stalled(peer(), options.deadline().toMillis());
                }
                if (read.isEmpty()) {
                    return read;
                }
                Frame frame = read.get();
                if (frame.type() == FrameType.ERROR) {
                    SdrException e = RemoteError.read(frame.read(), peer());
                    remote = e;
                    throw e;
                }
                if (frame.type() != FrameType.PING) {
                    return read;
                }
            }
        } catch (SocketTimeoutException e) {
            throw WireProblems.silent(peer(), options.deadline().toMillis());
        } catch (IOException e) {
            throw WireProblems.broken(peer(), e);
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
            while (remote == null && options.nanoTime().getAsLong() - until < 0) {
                receive();
            }
        } catch (CorruptException e) {
            skip(until);
        } catch (SdrException e) {
            return Optional.ofNullable(remote);
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
