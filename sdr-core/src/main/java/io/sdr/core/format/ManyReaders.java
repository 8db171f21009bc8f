package io.sdr.core.format;

import io.sdr.api.spi.VirtualDisk;

/**
 * A disk that can be opened once more for reading, so that each worker reads through a channel of its own: on some systems reads
 * through one channel wait for each other.
 */
public interface ManyReaders {
    /**
     * Opens the same disk once more.
     *
     * @return a reader of the same content, to be closed before this disk is
     */
    VirtualDisk openReader();
}
