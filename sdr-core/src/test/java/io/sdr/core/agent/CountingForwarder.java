package io.sdr.core.agent;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicLong;

/** Passes one connection on to another port, and counts the bytes of both ways. */
final class CountingForwarder implements AutoCloseable {
    private static final int BACKLOG = 5;

    private final ServerSocket server = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
    private final AtomicLong bytes = new AtomicLong();
    private final int port;

    CountingForwarder(int port) throws IOException {
        this.port = port;
        start(this::forward);
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

    private void forward() {
        try (Socket one = server.accept();
                Socket other = new Socket(InetAddress.getLoopbackAddress(), port)) {
            start(() -> copy(other, one));
            copy(one, other);
        } catch (IOException e) {
            // closed: nobody came
        }
    }

    private void copy(Socket from, Socket to) {
        byte[] buffer = new byte[8192];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                bytes.addAndGet(count);
                out.write(buffer, 0, count);
            }
            to.shutdownOutput();
        } catch (IOException e) {
            // the other way ended the connection
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
