package io.sdr.hyperv.blocks;

import io.sdr.api.spi.StorageFile;
import java.nio.ByteBuffer;

/** Changes over a file that are seen without being written, such as a log that waits to be applied. */
public interface Overlay {
    /** Tells how long the file is seen to be. */
    long size(long fileSize);

    /** Fills the buffer; the range is inside {@link #size}. */
    void read(StorageFile file, long position, ByteBuffer into);
}
