package io.sdr.api.spi;

/** How a disk's data is reached. */
public sealed interface DiskAccess {
    /** In this process. */
    non-sealed interface InProcess extends DiskAccess {
        /**
         * Opens the disk.
         *
         * @return the open disk; the caller closes it
         * @throws StorageException if it cannot be opened
         */
        VirtualDisk open();
    }
}
