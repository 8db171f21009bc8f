package io.sdr.core.sync;

import java.nio.ByteBuffer;

/** Marks a file before the first difference is written to it. */
final class MarkingSink implements ChangeSink {
    private final ChangeSink sink;
    private final TornMark mark;

    MarkingSink(ChangeSink sink, TornMark mark) {
        this.sink = sink;
        this.mark = mark;
    }

    @Override
    public boolean inAnyOrder() {
        return sink.inAnyOrder();
    }

    @Override
    public void data(long offset, ByteBuffer data) {
        mark.place();
        sink.data(offset, data);
    }

    @Override
    public void zero(long offset, long length) {
        mark.place();
        sink.zero(offset, length);
    }
}
