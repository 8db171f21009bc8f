package io.sdr.api.spi;

import java.nio.ByteBuffer;
import java.util.OptionalInt;

/**
 * An open disk as a guest sees it. Reads and writes are positional and may come from several threads at once; two writes to the
 * same bytes are ordered by the caller. What was written is durable after {@link #flush}.
 */
public interface VirtualDisk extends AutoCloseable {
    /**
     * Tells the size.
     *
     * @return the size in bytes; for raw disks any number above 0
     */
    long sizeBytes();

    /**
     * Tells the guest's sector: a copy that shall serve the same guest must have the same one.
     *
     * @return in bytes; empty if the format knows none, and any will do
     */
    default OptionalInt sectorBytes() {
        return OptionalInt.empty();
    }

    /**
     * Fills the buffer.
     *
     * @param offset where to begin, in bytes
     * @param into the buffer; offset + remaining must not exceed the size
     * @throws IndexOutOfBoundsException if the range is not inside the disk
     * @throws StorageException if reading fails
     */
    void read(long offset, ByteBuffer into);

    /**
     * Writes the whole buffer.
     *
     * @param offset where to begin, in bytes
     * @param from the buffer; offset + remaining must not exceed the size
     * @throws IndexOutOfBoundsException if the range is not inside the disk
     * @throws StorageException if writing fails
     */
    void write(long offset, ByteBuffer from);

    /**
     * Makes a range read as zeros, giving its space back where the format can.
     *
     * @param offset where to begin, in bytes
     * @param length how many bytes
     * @throws IndexOutOfBoundsException if the range is not inside the disk
     */
    void zero(long offset, long length);

    /**
     * Makes the disk larger; what is added reads as zeros. Durable on return, with all that was written before.
     *
     * @param newSizeBytes the new size in bytes; not below the present one
     * @throws io.sdr.api.InvalidRequestException if the format cannot; nothing was changed
     */
    default void grow(long newSizeBytes) {
        throw new io.sdr.api.InvalidRequestException(io.sdr.api.Problem.of("CANNOT_GROW")
                .attempted("make a disk of " + sizeBytes() + " bytes larger: " + newSizeBytes)
                .state("its format has no way to do that")
                .remedy("copy it into a larger disk"));
    }

    /** Makes all that was written durable. */
    void flush();

    /**
     * Tells which parts of a range may hold data, without reading any of it. Seen through the whole chain for a layer.
     *
     * @param offset where to begin, in bytes
     * @param length how many bytes
     * @param visitor takes the extents
     */
    void extents(long offset, long length, ExtentVisitor visitor);

    /**
     * Tells what this file itself holds: for a layer everything that it may change against its parent, for a base everything
     * that was ever written. Never less than the truth.
     *
     * @return the ranges, aligned to the format's blocks and cut at the size
     */
    RangeSet ownRanges();

    /** Closes the disk, without flushing. A second call does nothing. */
    @Override
    void close();
}
