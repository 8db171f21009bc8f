package io.sdr.testkit;

import io.sdr.api.spi.Access;
import io.sdr.api.spi.StorageFile;
import io.sdr.api.spi.StorageFolder;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** A folder that the engine uses: every call goes through the site's gate. */
final class GatedFolder implements StorageFolder {
    private final StorageFolder folder;
    private final Faults faults;

    GatedFolder(StorageFolder folder, Faults faults) {
        this.folder = folder;
        this.faults = faults;
    }

    private String path(String name) {
        return folder.describe() + "/" + name;
    }

    @Override
    public String describe() {
        return folder.describe();
    }

    @Override
    public StorageFolder child(String name) {
        return new GatedFolder(folder.child(name), faults);
    }

    @Override
    public List<String> children() {
        return faults.pass("storage.children", Faults.Kind.STORAGE_READ, describe(), folder::children);
    }

    @Override
    public List<Entry> list() {
        return faults.pass("storage.list", Faults.Kind.STORAGE_READ, describe(), folder::list);
    }

    @Override
    public Optional<Entry> find(String name) {
        return faults.pass("storage.find", Faults.Kind.STORAGE_READ, path(name), () -> folder.find(name));
    }

    @Override
    public StorageFile create(String name) {
        return faults.pass(
                "storage.create",
                Faults.Kind.STORAGE_CHANGE,
                path(name),
                () -> new GatedFile(folder.create(name), path(name)));
    }

    @Override
    public StorageFile open(String name, Access access) {
        return faults.pass(
                "storage.open",
                Faults.Kind.STORAGE_READ,
                path(name),
                () -> new GatedFile(folder.open(name, access), path(name)));
    }

    @Override
    public boolean publish(String temporary, String name) {
        return faults.pass(
                "storage.publish", Faults.Kind.STORAGE_CHANGE, path(name), () -> folder.publish(temporary, name));
    }

    @Override
    public void move(String name, StorageFolder target, String newName) {
        StorageFolder inner = target instanceof GatedFolder gated ? gated.folder : target;
        faults.run("storage.move", Faults.Kind.STORAGE_CHANGE, path(name), () -> folder.move(name, inner, newName));
    }

    @Override
    public boolean delete(String name) {
        return faults.pass("storage.delete", Faults.Kind.STORAGE_CHANGE, path(name), () -> folder.delete(name));
    }

    @Override
    public boolean deleteChild(String name) {
        return faults.pass(
                "storage.deleteChild", Faults.Kind.STORAGE_CHANGE, path(name), () -> folder.deleteChild(name));
    }

    @Override
    public void force() {
        faults.run("storage.forceFolder", Faults.Kind.STORAGE_CHANGE, describe(), folder::force);
    }

    @Override
    public long freeBytes() {
        return faults.pass("storage.freeBytes", Faults.Kind.STORAGE_READ, describe(), folder::freeBytes);
    }

    @Override
    public boolean mayWrite() {
        return folder.mayWrite();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof GatedFolder gated && folder.equals(gated.folder);
    }

    @Override
    public int hashCode() {
        return folder.hashCode();
    }

    @Override
    public String toString() {
        return folder.toString();
    }

    private final class GatedFile implements StorageFile {
        private final StorageFile file;
        private final String path;

        GatedFile(StorageFile file, String path) {
            this.file = file;
            this.path = path;
        }

        @Override
        public long size() {
            return faults.pass("storage.size", Faults.Kind.STORAGE_READ, path, file::size);
        }

        @Override
        public int read(long position, ByteBuffer into) {
            return faults.pass("storage.read", Faults.Kind.STORAGE_READ, path, () -> file.read(position, into));
        }

        @Override
        public void write(long position, ByteBuffer from) {
            faults.run("storage.write", Faults.Kind.STORAGE_CHANGE, path, () -> file.write(position, from));
        }

        @Override
        public void setSize(long size) {
            faults.run("storage.setSize", Faults.Kind.STORAGE_CHANGE, path, () -> file.setSize(size));
        }

        @Override
        public void force() {
            faults.run("storage.force", Faults.Kind.STORAGE_CHANGE, path, file::force);
        }

        @Override
        public void close() {
            file.close();
        }
    }
}
