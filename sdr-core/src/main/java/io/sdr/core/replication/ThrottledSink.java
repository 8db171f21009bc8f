package io.sdr.core.replication;

import io.sdr.api.spi.CallContext;
import io.sdr.core.sync.ChangeSink;
import java.nio.ByteBuffer;

/**
 * Takes the bytes of data that go to the other site from the call's throttle first. Zeros are records without bytes.
 *
 * @param sink takes the differences
 * @param context the call
 */
record ThrottledSink(ChangeSink sink, CallContext context) implements ChangeSink {
    @Override
    public boolean inAnyOrder() {
        return sink.inAnyOrder();
    }

    @Override
    public void data(long offset, ByteBuffer data) {
        context.throttle().take(data.remaining(), context.cancel());
        sink.data(offset, data);
    }

    @Override
    public void zero(long offset, long length) {
        sink.zero(offset, length);
    }
}
