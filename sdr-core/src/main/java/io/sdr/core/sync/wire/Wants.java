package io.sdr.core.sync.wire;

/** Numbers of what the target shall tell more of, sent so many at once. One thread's own. */
final class Wants {
    private final Link link;
    private final FrameType type;
    private final int most;
    private PayloadWriter payload = new PayloadWriter(0);
    private int count;

    Wants(Link link, FrameType type, int most) {
        this.link = link;
        this.type = type;
        this.most = most;
    }

    void add(long number) {
        if (count == 0) {
            payload = new PayloadWriter(most * Long.BYTES);
        }
        payload.i64(number);
        if (++count == most) {
            flush();
        }
    }

    void flush() {
        if (count > 0) {
            count = 0;
            link.send(type, payload);
        }
    }
}
