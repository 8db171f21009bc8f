package io.sdr.core.replication;

import io.sdr.api.spi.Access;
import io.sdr.api.spi.StorageFile;
import io.sdr.api.spi.StorageFolder;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** A folder in which forcing some files, or the folder itself, is forgotten: what a careless replica would do. */
final class ForgetfulFolder implements StorageFolder {
    private final StorageFolder folder;
    private final Predicate<String> forgotten;

    /** Forgets files whose name fits; {@code "/"} stands for the folder. */
    ForgetfulFolder(StorageFolder folder, Predicate<String> forgotten) {
        this.folder = folder;
        this.forgotten = forgotten;
    }

    @Override
    public String describe() {
        return folder.describe();
    }

    @Override
    public StorageFolder child(String name) {
        return folder.child(name);
    }

    @Override
    public List<String> children() {
        return folder.children();
    }

    @Override
    public List<Entry> list() {
        return folder.list();
    }

    @Override
    public Optional<Entry> find(String name) {
        return folder.find(name);
    }

    @Override
    public StorageFile create(String name) {
        return forgotten.test(name) ? new ForgetfulFile(folder.create(name)) : folder.create(name);
    }

    @Override
    public StorageFile open(String name, Access access) {
        return forgotten.test(name) ? new ForgetfulFile(folder.open(name, access)) : folder.open(name, access);
    }

    @Override
    public boolean publish(String temporary, String name) {
        return folder.publish(temporary, name);
    }

    @Override
    public void move(String name, StorageFolder target, String newName) {
        folder.move(name, target, newName);
    }

    @Override
    public boolean delete(String name) {
        return folder.delete(name);
    }

    @Override
    public boolean deleteChild(String name) {
        return folder.deleteChild(name);
    }

    @Override
    public void force() {
        if (!forgotten.test("/")) {
            folder.force();
        }
    }

    @Override
    public long freeBytes() {
        return folder.freeBytes();
    }

    private static final class ForgetfulFile implements StorageFile {
        private final StorageFile file;

        ForgetfulFile(StorageFile file) {
            this.file = file;
        }

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
        public void force() {}

        @Override
        public void close() {
            file.close();
        }
    }
}
