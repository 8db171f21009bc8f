package io.sdr.core.sync;

import io.sdr.api.spi.Access;
import io.sdr.api.spi.ExtentVisitor;
import io.sdr.api.spi.StorageFile;
import io.sdr.api.spi.StorageFolder;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** A folder in which nothing is forced: it is left to the system when what is written becomes durable. */
record UnforcedFolder(StorageFolder inner) implements StorageFolder {
    @Override
    public String describe() {
        return inner.describe();
    }

    @Override
    public StorageFolder child(String name) {
        return new UnforcedFolder(inner.child(name));
    }

    @Override
    public List<String> children() {
        return inner.children();
    }

    @Override
    public List<Entry> list() {
        return inner.list();
    }

    @Override
    public Optional<Entry> find(String name) {
        return inner.find(name);
    }

    @Override
    public StorageFile create(String name) {
        return new UnforcedFile(inner.create(name));
    }

    @Override
    public StorageFile open(String name, Access access) {
        return new UnforcedFile(inner.open(name, access));
    }

    @Override
    public boolean publish(String temporary, String name) {
        return inner.publish(temporary, name);
    }

    @Override
    public void move(String name, StorageFolder target, String newName) {
        inner.move(name, target instanceof UnforcedFolder unforced ? unforced.inner : target, newName);
    }

    @Override
    public boolean delete(String name) {
        return inner.delete(name);
    }

    @Override
    public boolean deleteChild(String name) {
        return inner.deleteChild(name);
    }

    @Override
    public void force() {}

    @Override
    public long freeBytes() {
        return inner.freeBytes();
    }

    @Override
    public boolean mayWrite() {
        return inner.mayWrite();
    }

    private record UnforcedFile(StorageFile file) implements StorageFile {
        @Override
        public long size() {
            return file.size();
        }

        @Override
        public int read(long position, ByteBuffer into) {
            return file.read(position, into);
        }

        @Override
        public void write(long position, ByteBuffer from) {
            file.write(position, from);
        }

        @Override
        public void setSize(long size) {
            file.setSize(size);
        }

        @Override
        public void extents(long position, long length, ExtentVisitor visitor) {
            file.extents(position, length, visitor);
        }

        @Override
        public void force() {}

        @Override
        public void close() {
            file.close();
        }
    }
}
