package io.sdr.hyperv.access;

import io.sdr.api.spi.Access;
import io.sdr.api.spi.DiskFormat;
import io.sdr.api.spi.StorageException;
import io.sdr.api.spi.StorageFolder;
import io.sdr.api.spi.VirtualDisk;

/**
 * How this process reaches the files of one host. Disks and replicas are opened only through it; the paths are those that the host's
 * scripts name. Thread-safe.
 */
public interface DataPath {
    /**
     * Gives a folder of the host.
     *
     * @param folder its path on the host
     * @return the folder; made when something is first written to it
     * @throws io.sdr.api.InvalidRequestException code {@code NO_DATA_PATH} if it lies outside what this process reaches
     */
    StorageFolder folder(HostPath folder);

    /**
     * Opens a disk of the host. Its parents, if it is a layer, lie in the same folder.
     *
     * @param format its format
     * @param file its path on the host
     * @param access what for
     * @return the open disk; the caller closes it
     * @throws StorageException if a file is missing or cannot be read
     * @throws io.sdr.api.CorruptException if a file is damaged
     * @throws io.sdr.api.InvalidRequestException code {@code NO_DATA_PATH}
     */
    default VirtualDisk open(DiskFormat format, HostPath file, Access access) {
        return format.open(folder(file.parent()), file.name(), access);
    }
}
