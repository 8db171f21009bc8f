package io.sdr.testkit;

import java.nio.ByteBuffer;

/** A disk image in memory. */
final class BytesImage implements DiskImage {
    private final byte[] bytes;

    BytesImage(byte[] bytes) {
        this.bytes = bytes;
    }

    @Override
    public String describe() {
        return bytes.length + " bytes in memory";
    }

    @Override
    public Content open() {
        return new Content() {
            @Override
            public long size() {
                return bytes.length;
            }

            @Override
            public void read(long position, ByteBuffer into) {
                int count = (int) Math.min(into.remaining(), Math.max(0, bytes.length - position));
                if (count > 0) {
                    into.put(bytes, (int) position, count);
                }
            }

            @Override
            public void close() {
                // nothing is open
            }
        };
    }
}
