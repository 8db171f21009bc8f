package io.sdr.core.sync;

import io.sdr.api.spi.ForwardingFile;
import io.sdr.api.spi.ForwardingFolder;
import io.sdr.api.spi.StorageFile;
import io.sdr.api.spi.StorageFolder;

/** A folder in which nothing is forced: it is left to the system when what is written becomes durable. */
final class UnforcedFolder extends ForwardingFolder {
    private final StorageFolder inner;

    UnforcedFolder(StorageFolder inner) {
        super(inner);
        this.inner = inner;
    }

    @Override
    protected StorageFolder wrap(StorageFolder child) {
        return new UnforcedFolder(child);
    }

    @Override
    protected StorageFile wrap(String name, StorageFile file) {
        return new UnforcedFile(file);
    }

    @Override
    public void force() {}

    @Override
    public boolean equals(Object other) {
        return other instanceof UnforcedFolder folder && inner.equals(folder.inner);
    }

    @Override
    public int hashCode() {
        return inner.hashCode();
    }

    private static final class UnforcedFile extends ForwardingFile {
        UnforcedFile(StorageFile file) {
            super(file);
        }

        @Override
        public void force() {}
    }
}
