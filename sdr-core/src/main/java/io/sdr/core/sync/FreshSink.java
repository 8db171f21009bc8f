package io.sdr.core.sync;

import java.nio.ByteBuffer;

/** Hands on to what writes into a disk that was just made: it reads as zeros, so zeros need not be written. */
final class FreshSink implements ChangeSink {
    private final ChangeSink sink;

    FreshSink(ChangeSink sink) {
        this.sink = sink;
    }

    @Override
    public boolean inAnyOrder() {
        return sink.inAnyOrder();
    }

    @Override
    public void data(long offset, ByteBuffer data) {
        sink.data(offset, data);
    }

    @Override
    public void zero(long offset, long length) {}
}
