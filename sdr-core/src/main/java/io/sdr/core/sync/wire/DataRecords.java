package io.sdr.core.sync.wire;

import io.sdr.api.spi.VirtualDisk;
import io.sdr.core.sync.ChangeSink;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * Stores what frames of data carry, reads it again, and proves that it is what the source sent. A frame is checked as a whole before
 * anything of it is written. One thread's own.
 */
final class DataRecords {
    private final Optional<VirtualDisk> disk;
    private final ChangeSink sink;
    private final Tags tags;
    private final long size;
    private final byte[] stored = new byte[Sizes.FRAME_BYTES];
    private final byte[] tag = new byte[Fingerprint.TAG_BYTES];
    private final byte[] zeros = new byte[Sizes.BLOCK_BYTES];
    private long frames;

    DataRecords(VirtualDisk disk, ChangeSink sink, Tags tags) {
        this(Optional.of(disk), disk.sizeBytes(), sink, tags);
    }

    /**
     * Stores differences of a disk of some size.
     *
     * @param disk what is read again; empty where what is stored has a proof of its own, and only what came is proved
     */
    DataRecords(Optional<VirtualDisk> disk, long size, ChangeSink sink, Tags tags) {
        this.disk = disk;
        this.sink = sink;
        this.tags = tags;
        this.size = size;
    }

    /** What to do with each record. */
    private interface Step {
        void record(boolean zeros, long offset, int length, int dataAt);
    }

    void store(Frame frame) {
        each(frame, (zero, offset, length, at) -> {});
        byte[] bytes = frame.payload();
        if (disk.isEmpty()) {
            proveWhatCame(frame, bytes);
        }
        each(frame, (zero, offset, length, at) -> {
            if (zero) {
                sink.zero(offset, length);
            } else {
                sink.data(offset, ByteBuffer.wrap(bytes, at, length));
            }
        });
        disk.ifPresent(each -> proveWhatIsStored(each, frame, bytes));
        frames++;
    }

    private void proveWhatCame(Frame frame, byte[] bytes) {
        int[] taken = {0};
        each(frame, (zero, offset, length, at) -> {
            if (!zero) {
                System.arraycopy(bytes, at, stored, taken[0], length);
                taken[0] += length;
            }
        });
        prove(taken[0], bytes);
    }

    private void proveWhatIsStored(VirtualDisk again, Frame frame, byte[] bytes) {
        int[] read = {0};
        each(frame, (zero, offset, length, at) -> {
            if (zero) {
                checkZeros(again, offset, length);
            } else {
                again.read(offset, ByteBuffer.wrap(stored, read[0], length));
                read[0] += length;
            }
        });
        prove(read[0], bytes);
    }

    private void prove(int length, byte[] bytes) {
        tags.stored(frames, stored, length, tag);
        if (!tags.isEqual(tag, 0, bytes, 0)) {
            throw WireProblems.storedOtherwise(frames);
        }
    }

    private void checkZeros(VirtualDisk again, long offset, int length) {
        int at = 0;
        while (at < length) {
            int count = Math.min(zeros.length, length - at);
            again.read(offset + at, ByteBuffer.wrap(zeros, 0, count));
            if (!ZeroTest.isZero(zeros, 0, count)) {
                Arrays.fill(zeros, (byte) 0);
                throw WireProblems.storedOtherwise(frames);
            }
            at += count;
        }
    }

    private void each(Frame frame, Step step) {
        PayloadReader from = frame.read();
        from.skip(Fingerprint.TAG_BYTES);
        while (from.remaining() > 0) {
            boolean zero = from.u8(DataBatch.ZEROS) == DataBatch.ZEROS;
            long offset = from.i64(size - 1);
            int length = from.i32((int) Math.min(Integer.MAX_VALUE, size - offset));
            if (length == 0) {
                throw from.malformed("a record has no length");
            }
            step.record(zero, offset, length, zero ? 0 : from.skip(length));
        }
    }

    long frames() {
        return frames;
    }
}
