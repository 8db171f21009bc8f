package io.sdr.core.sync;

import io.sdr.api.spi.VirtualDisk;
import java.util.Optional;

/** A target that is open for writing, before it has its size. */
interface OpenTarget extends AutoCloseable {
    /** Tells its size, in bytes. */
    long sizeBytes();

    /** Tells whether it has the size that a source needs: that of the source, or a little more where the format has no such size. */
    boolean hasSizeFor(long sourceBytes);

    /** Tells whether it can become smaller. */
    boolean canShrink();

    /** Tells whether it can forget all that it holds at next to no cost. */
    boolean canBeEmptied();

    /**
     * Gives it the size that a source needs, and a view of that many bytes.
     *
     * @param sourceBytes the source's size
     * @param empty whether all that it holds is forgotten first; asked only where it can be, or was just made
     * @param mark placed before what lies behind the view is changed
     * @return the disk to write to; closing it closes this
     */
    VirtualDisk prepare(long sourceBytes, boolean empty, TornMark mark);

    /** Tells whether what was written is in the file only once it was flushed. */
    boolean mustFlush();

    /** Tells people that the disk is larger than its source, if it is. */
    Optional<String> remark(long sourceBytes);

    @Override
    void close();
}
