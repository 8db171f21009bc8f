package io.sdr.benchmarks.drill;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** A disk as it can be read with plain file channels. */
interface PlainDisk extends Closeable {
    long sizeBytes();

    /** Fills the buffer. */
    void read(long offset, ByteBuffer into) throws IOException;

    /** How many files the chain has; one for a disk without layers. */
    int depth();

    /** Names the file that supplies a byte, and those below it, from which a layer may have it. */
    String filesAt(long offset);

    /** Fills the buffer from a file; what lies behind its end reads as zeros. */
    static void readFully(FileChannel channel, long position, ByteBuffer into) throws IOException {
        long at = position;
        while (into.hasRemaining()) {
            int n = channel.read(into, at);
            if (n < 0) {
                while (into.hasRemaining()) {
                    into.put((byte) 0);
                }
                return;
            }
            at += n;
        }
    }
}
