package io.sdr.core.sync.wire;

import io.sdr.api.spi.CancelFlag;
import io.sdr.api.spi.Throttle;
import java.io.IOException;
import java.io.OutputStream;

/** Writes in small pieces as fast as a limit allows, so that the other end hears something again and again. One thread's own. */
final class LimitedOutput extends OutputStream {
    private static final int PIECE_BYTES = 4 << 10;

    private final OutputStream out;
    private final Throttle limit;
    private final CancelFlag cancel;

    LimitedOutput(OutputStream out, Throttle limit, CancelFlag cancel) {
        this.out = out;
        this.limit = limit;
        this.cancel = cancel;
    }

    @Override
    public void write(int single) throws IOException {
        write(new byte[] {(byte) single}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        for (int at = from; at < from + length; at += PIECE_BYTES) {
            int count = Math.min(PIECE_BYTES, from + length - at);
            limit.take(count, cancel);
            out.write(bytes, at, count);
        }
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }
}
