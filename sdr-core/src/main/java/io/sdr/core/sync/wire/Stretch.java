package io.sdr.core.sync.wire;

/** What the target says of units that follow each other. */
final class Stretch {
    private final FrameType kind;
    private final long first;
    private final long count;
    private final byte[] tags;

    Stretch(FrameType kind, long first, long count, byte[] tags) {
        this.kind = kind;
        this.first = first;
        this.count = count;
        this.tags = tags;
    }

    FrameType kind() {
        return kind;
    }

    long first() {
        return first;
    }

    long count() {
        return count;
    }

    byte[] tags() {
        return tags;
    }
}
