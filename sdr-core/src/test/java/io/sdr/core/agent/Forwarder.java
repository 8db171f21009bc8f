package io.sdr.core.agent;

import io.sdr.api.SdrException;
import io.sdr.core.sync.wire.Duplex;
import io.sdr.core.sync.wire.TlsDuplex;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Passes connections on to another port, counts what passes, and does with each piece of it as a rule says. A piece is what came at
 * once; or, where this ends TLS at either side with the certificates of those who talk, exactly one frame.
 */
final class Forwarder implements AutoCloseable {
    private static final int BACKLOG = 50;
    private static final int PIECE_BYTES = 1 << 14;
    private static final int HEADER_BYTES = 16;
    private static final int LENGTH_AT = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /**
     * Something on its way.
     *
     * @param asking whether it comes from whoever has connected
     * @param bytes what it is; none for the end of what that side has to say
     * @param passed how many bytes came before it, over all connections and both ways
     */
    @SuppressWarnings("ArrayRecordComponent") // looked at once and passed on, never compared
    record Piece(boolean asking, byte[] bytes, long passed) {
        boolean isEnd() {
            return bytes.length == 0;
        }
    }

    /** What becomes of the connection after a piece. */
    enum Then {
        GOES_ON,
        /** Nothing is taken any more from that side, so that it has to wait. */
        WAITS,
        /** Both ends find it broken. */
        BREAKS
    }

    /**
     * What becomes of a piece.
     *
     * @param passes how many of its bytes are passed on
     * @param then what follows
     */
    record Fate(int passes, Then then) {
        static final Fate PASSES = new Fate(Integer.MAX_VALUE, Then.GOES_ON);
        static final Fate IS_LOST = new Fate(0, Then.GOES_ON);
        static final Fate WAITS = new Fate(0, Then.WAITS);

        static Fate breaksAfter(int bytes) {
            return new Fate(bytes, Then.BREAKS);
        }
    }

    /** Decides what becomes of each piece. Asked by several threads. */
    @FunctionalInterface
    interface Rule {
        Rule ALL_PASSES = piece -> Fate.PASSES;

        Fate of(Piece piece);
    }

    /** Makes the two ends of a connection out of one that came. */
    private interface Ends {
        List<Duplex> of(Socket came) throws IOException;
    }

    private final ServerSocket server;
    private final Rule rule;
    private final Ends ends;
    private final boolean frames;
    private final AtomicLong bytes = new AtomicLong();
    private final Set<Duplex> open = ConcurrentHashMap.newKeySet();
    private final CountDownLatch closed = new CountDownLatch(1);

    private Forwarder(InetAddress address, Rule rule, boolean frames, Ends ends) {
        try {
            this.server = new ServerSocket(0, BACKLOG, address);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.rule = rule;
        this.frames = frames;
        this.ends = ends;
        start(this::accept);
    }

    /** Passes everything on. */
    static Forwarder to(int port) {
        return to(port, Rule.ALL_PASSES);
    }

    static Forwarder to(int port, Rule rule) {
        return at(InetAddress.getLoopbackAddress(), port, rule);
    }

    /** Passes on what comes to another address of this machine. */
    static Forwarder at(InetAddress address, int port, Rule rule) {
        return new Forwarder(
                address,
                rule,
                false,
                came -> List.of(Plain.of(came), Plain.of(new Socket(InetAddress.getLoopbackAddress(), port))));
    }

    /**
     * Passes frames on.
     *
     * @param agent whose port it is
     * @param certificates those of the agent and of everybody who connects
     */
    static Forwarder ofFrames(int port, String agent, TestCertificates certificates, Rule rule) {
        return new Forwarder(InetAddress.getLoopbackAddress(), rule, true, came -> {
            TlsDuplex one = TlsDuplex.accept(came, certificates.identity(agent), PATIENCE);
            String who = one.subject().getName().substring("CN=".length());
            try {
                return List.of(one, TlsDuplex.connect("localhost", port, certificates.identity(who), PATIENCE));
            } catch (SdrException e) {
                one.close();
                throw e;
            }
        });
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "forwarder");
        thread.setDaemon(true);
        thread.start();
    }

    int port() {
        return server.getLocalPort();
    }

    long bytes() {
        return bytes.get();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket came = server.accept();
                start(() -> forward(came));
            } catch (IOException e) {
                // closed
            }
        }
    }

    private void forward(Socket came) {
        try {
            List<Duplex> both = ends.of(came);
            open.addAll(both);
            AtomicInteger ways = new AtomicInteger(2);
            start(() -> pass(both.get(1), both.get(0), false, ways));
            pass(both.get(0), both.get(1), true, ways);
        } catch (IOException | SdrException e) {
            close(came); // nobody is there: whoever came is told by the end of the connection
        }
    }

    private void pass(Duplex from, Duplex to, boolean asking, AtomicInteger ways) {
        try {
            Fate fate = Fate.PASSES;
            boolean ended = false;
            while (!ended && fate.then() == Then.GOES_ON) {
                byte[] piece = frames ? frame(from.input()) : something(from.input());
                ended = piece.length == 0;
                fate = rule.of(new Piece(asking, piece, bytes.getAndAdd(piece.length)));
                if (!ended && fate.passes() > 0) {
                    to.output().write(piece, 0, Math.min(fate.passes(), piece.length));
                    to.output().flush();
                }
            }
            if (fate.then() == Then.BREAKS) {
                ways.set(1);
            } else if (fate.then() == Then.WAITS || fate.passes() == 0) {
                closed.await(); // an end that is not told either
            } else {
                to.shutdownOutput();
            }
        } catch (IOException | InterruptedException e) {
            ways.set(1);
        } finally {
            if (ways.decrementAndGet() <= 0) {
                from.close();
                to.close();
                open.remove(from);
                open.remove(to);
            }
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // it is closed
        }
    }

    private static byte[] something(InputStream in) throws IOException {
        byte[] buffer = new byte[PIECE_BYTES];
        int count = in.read(buffer);
        return count < 0 ? new byte[0] : Arrays.copyOf(buffer, count);
    }

    private static byte[] frame(InputStream in) throws IOException {
        byte[] header = in.readNBytes(HEADER_BYTES);
        if (header.length < HEADER_BYTES) {
            return header;
        }
        int length = ByteBuffer.wrap(header).getInt(LENGTH_AT);
        byte[] payload = in.readNBytes(length);
        return ByteBuffer.allocate(HEADER_BYTES + payload.length)
                .put(header)
                .put(payload)
                .array();
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        closed.countDown();
        open.forEach(Duplex::close);
    }

    /** A connection as it is. */
    private record Plain(Socket socket, InputStream input, OutputStream output) implements Duplex {
        static Plain of(Socket socket) throws IOException {
            socket.setTcpNoDelay(true);
            return new Plain(socket, socket.getInputStream(), socket.getOutputStream());
        }

        @Override
        public void shutdownOutput() throws IOException {
            socket.shutdownOutput();
        }

        @Override
        public String peer() {
            return socket.toString();
        }

        @Override
        public void close() {
            Forwarder.close(socket);
        }
    }
}
