package io.sdr.core.site;

import io.sdr.api.spi.Access;
import io.sdr.api.spi.StorageFile;
import io.sdr.api.spi.StorageFolder;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** A folder that does not force files of certain names though it was told to: what a site without those forces would be. */
final class ForgetfulFolder implements StorageFolder {
    private final StorageFolder folder;
    private final String forgets;

    ForgetfulFolder(StorageFolder folder, String forgets) {
        this.folder = folder;
        this.forgets = forgets;
    }

    private StorageFile wrap(StorageFile file, String name) {
        return name.endsWith(forgets) ? new ForgetfulFile(file) : file;
    }

    @Override
    public String describe() {
        return folder.describe();
    }

    @Override
    public StorageFolder child(String name) {
        return new ForgetfulFolder(folder.child(name), forgets);
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
        return wrap(folder.create(name), name);
    }

    @Override
    public StorageFile open(String name, Access access) {
        return wrap(folder.open(name, access), name);
    }

    @Override
    public boolean publish(String temporary, String name) {
        return folder.publish(temporary, name);
    }

    @Override
    public void move(String name, StorageFolder target, String newName) {
        folder.move(name, target instanceof ForgetfulFolder other ? other.folder : target, newName);
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
        folder.force();
    }

    @Override
    public long freeBytes() {
        return folder.freeBytes();
    }

    private record ForgetfulFile(StorageFile file) implements StorageFile {
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
        public void force() {
            // forgotten
        }

        @Override
        public void close() {
            file.close();
        }
    }
}
