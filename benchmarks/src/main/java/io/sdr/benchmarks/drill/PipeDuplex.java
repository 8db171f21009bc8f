package io.sdr.benchmarks.drill;

import io.sdr.core.sync.wire.Duplex;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** A connection over the pipes of a process. */
final class PipeDuplex implements Duplex {
    private final InputStream in;
    private final OutputStream out;
    private final String peer;

    PipeDuplex(InputStream in, OutputStream out, String peer) {
        this.in = in;
        this.out = out;
        this.peer = peer;
    }

    @Override
    public InputStream input() {
        return in;
    }

    @Override
    public OutputStream output() {
        return out;
    }

    @Override
    public void shutdownOutput() throws IOException {
        out.close();
    }

    @Override
    public String peer() {
        return peer;
    }

    @Override
    public void close() {
        try {
            out.close();
        } catch (IOException e) {
            // the other end is gone, which is what was wanted
        }
    }
}
