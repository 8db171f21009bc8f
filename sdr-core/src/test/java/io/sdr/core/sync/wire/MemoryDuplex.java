package io.sdr.core.sync.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;

/** One end of a connection in memory, which can be made to break within its nth frame. */
public final class MemoryDuplex implements Duplex {
    public static final int NEVER = Integer.MAX_VALUE;

    private static final int LENGTH_AT = 4;

    private final Pipe incoming;
    private final Pipe outgoing;
    private final long deadlineMillis;
    private final int breakAt;
    private final byte[] header = new byte[FrameWriter.HEADER_BYTES];
    private int headerBytes;
    private int payloadLeft;
    private int frames;
    private int writes;

    private MemoryDuplex(Pipe incoming, Pipe outgoing, long deadlineMillis, int breakAt) {
        this.incoming = incoming;
        this.outgoing = outgoing;
        this.deadlineMillis = deadlineMillis;
        this.breakAt = breakAt;
    }

    /** Two ends of one connection; each breaks it within its frame of that number. */
    public static MemoryDuplex[] pair(long deadlineMillis, int breakFirst, int breakSecond) {
        Pipe one = new Pipe();
        Pipe other = new Pipe();
        return new MemoryDuplex[] {
            new MemoryDuplex(one, other, deadlineMillis, breakFirst),
            new MemoryDuplex(other, one, deadlineMillis, breakSecond)
        };
    }

    int writes() {
        return writes;
    }

    /** How many frames were written by this end, the one included within which it broke. */
    int frames() {
        return frames;
    }

    /** How many bytes were ever written by this end. */
    long written() {
        return outgoing.total;
    }

    @Override
    public InputStream input() {
        return new InputStream() {
            @Override
            public int read() {
                throw new UnsupportedOperationException();
            }

            @Override
            public int read(byte[] into, int from, int length) throws IOException {
                return incoming.read(into, from, length, deadlineMillis);
            }
        };
    }

    @Override
    public OutputStream output() {
        return new OutputStream() {
            @Override
            public void write(int single) {
                throw new UnsupportedOperationException();
            }

            @Override
            public void write(byte[] bytes, int from, int length) throws IOException {
                writes++;
                int cut = cut(bytes, from, length);
                if (cut < length) {
                    outgoing.write(bytes, from, cut);
                    outgoing.shut();
                    incoming.shut();
                    throw new IOException("scripted break");
                }
                outgoing.write(bytes, from, length);
            }
        };
    }

    /** Counts the frames that end in these bytes; gives how many to write before the break, or all. */
    private int cut(byte[] bytes, int from, int length) {
        int at = 0;
        while (at < length) {
            int begin = at;
            if (payloadLeft == 0) {
                int some = Math.min(header.length - headerBytes, length - at);
                System.arraycopy(bytes, from + at, header, headerBytes, some);
                headerBytes += some;
                at += some;
                if (headerBytes < header.length) {
                    return length;
                }
                headerBytes = 0;
                payloadLeft = ByteBuffer.wrap(header).getInt(LENGTH_AT);
            }
            int some = Math.max(0, Math.min(payloadLeft, length - at));
            at += some;
            payloadLeft -= some;
            if (payloadLeft <= 0 && frames++ == breakAt) {
                return begin + (at - begin) / 2;
            }
        }
        return length;
    }

    @Override
    public void shutdownOutput() {
        outgoing.end();
    }

    @Override
    public String peer() {
        return "the other end";
    }

    @Override
    public void close() {
        incoming.shut();
        outgoing.end();
    }

    /** Bytes on their way, at most 64 KiB. */
    private static final class Pipe {
        private final byte[] ring = new byte[64 << 10];
        private int count;
        private int at;
        private boolean ended;
        private boolean shut;
        private long total;

        synchronized int read(byte[] into, int from, int length, long millis) throws IOException {
            if (length == 0) {
                return 0;
            }
            long until = System.nanoTime() + millis * 1_000_000;
            while (count == 0 && !ended && !shut) {
                long left = (until - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    throw new SocketTimeoutException("nothing came");
                }
                try {
                    wait(left);
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }
            if (shut && count == 0 && !ended) {
                throw new IOException("closed");
            }
            if (count == 0) {
                return -1;
            }
            int taken = Math.min(Math.min(count, length), ring.length - at);
            System.arraycopy(ring, at, into, from, taken);
            at = (at + taken) % ring.length;
            count -= taken;
            notifyAll();
            return taken;
        }

        synchronized void write(byte[] bytes, int from, int length) throws IOException {
            for (int done = 0; done < length; ) {
                while (count == ring.length && !shut && !ended) {
                    try {
                        wait();
                    } catch (InterruptedException e) {
                        throw new IOException(e);
                    }
                }
                if (shut || ended) {
                    throw new IOException("broken pipe");
                }
                int put = (at + count) % ring.length;
                int some = Math.min(Math.min(length - done, ring.length - count), ring.length - put);
                System.arraycopy(bytes, from + done, ring, put, some);
                count += some;
                total += some;
                done += some;
                notifyAll();
            }
        }

        /** No more is written; what is there is still read. */
        synchronized void end() {
            ended = true;
            notifyAll();
        }

        /** No more is written nor read. */
        synchronized void shut() {
            shut = true;
            notifyAll();
        }
    }
}
