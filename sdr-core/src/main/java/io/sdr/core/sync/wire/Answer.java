package io.sdr.core.sync.wire;

/** What the target answers: the tags of a unit's blocks, or of a block's cells. */
final class Answer {
    private final FrameType kind;
    private final long index;
    private final byte[] tags;

    Answer(FrameType kind, long index, byte[] tags) {
        this.kind = kind;
        this.index = index;
        this.tags = tags;
    }

    FrameType kind() {
        return kind;
    }

    long index() {
        return index;
    }

    byte[] tags() {
        return tags;
    }
}
