package io.sdr.api.spi;

import java.nio.ByteBuffer;

/**
 * An open file with positional reads and writes. Thread-safe: positions are arguments. What was written is durable only after
 * {@link #force}; until then a crash may keep, lose or tear each write on its own.
 */
public interface StorageFile extends AutoCloseable {
    /**
     * Tells the size.
     *
     * @return the size in bytes
     */
    long size();

    /**
     * Reads until the buffer is full or the file ends.
     *
     * @param position where to begin, in bytes; at or behind the end nothing is read
     * @param into the buffer
     * @return the number of bytes read, 0 at the end
     * @throws StorageException if reading fails
     */
    int read(long position, ByteBuffer into);

    /**
     * Writes the whole buffer; the file grows if needed, a gap reads as zeros.
     *
     * @param position where to begin, in bytes
     * @param from the buffer
     * @throws StorageException if writing fails; code {@link StorageException#FULL} if there is no room
     */
    void write(long position, ByteBuffer from);

    /**
     * Cuts or lengthens the file; what is added reads as zeros and takes no space where the file system knows holes.
     *
     * @param size the new size in bytes
     */
    void setSize(long size);

    /**
     * Tells which parts may hold data, as far as the file system is known to tell the truth about that, without reading any of it.
     * Unless overridden, all.
     *
     * @param position where to begin, in bytes
     * @param length how many bytes; position + length must not exceed the size
     * @param visitor takes the extents
     */
    default void extents(long position, long length, ExtentVisitor visitor) {
        if (length > 0) {
            visitor.visit(position, length, Extent.DATA);
        }
    }

    /** Makes content and size durable. */
    void force();

    /** Closes the file, without forcing. A second call does nothing. */
    @Override
    void close();
}
