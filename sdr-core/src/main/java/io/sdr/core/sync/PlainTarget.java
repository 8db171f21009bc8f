package io.sdr.core.sync;

import io.sdr.api.spi.StorageFile;
import io.sdr.api.spi.VirtualDisk;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A raw image: the file is the disk.
 *
 * @param file the open file
 * @param path its path, for messages
 * @param again opens it once more, for reading
 */
record PlainTarget(StorageFile file, String path, Supplier<StorageFile> again) implements OpenTarget {
    @Override
    public long sizeBytes() {
        return file.size();
    }

    @Override
    public boolean hasSizeFor(long sourceBytes) {
        return file.size() == sourceBytes;
    }

    @Override
    public boolean canShrink() {
        return true;
    }

    @Override
    public boolean canBeEmptied() {
        return true;
    }

    @Override
    public VirtualDisk prepare(long sourceBytes, boolean empty, TornMark mark) {
        if (empty) {
            file.setSize(0);
        }
        if (file.size() != sourceBytes) {
            file.setSize(sourceBytes);
        }
        return new PlainFile(file, path, sourceBytes, empty, again);
    }

    @Override
    public boolean mustFlush() {
        return false;
    }

    @Override
    public Optional<String> remark(long sourceBytes) {
        return Optional.empty();
    }

    @Override
    public void close() {
        file.close();
    }
}
