package io.sdr.core.agent;

import io.sdr.api.spi.Access;
import io.sdr.api.spi.StorageFile;
import io.sdr.api.spi.StorageFolder;
import java.util.List;
import java.util.Optional;

/**
 * A folder under a root, of which no file is opened that lies elsewhere: names of files may come from outside, and so may those in disk
 * files, which name their parents. A link is followed, and must lead to a file under the same root.
 *
 * @param inner the folder
 * @param name its name, as ROOT/FOLDER
 * @param roots find files
 */
record RootedFolder(StorageFolder inner, String name, Roots roots) implements StorageFolder {
    @Override
    public String describe() {
        return inner.describe();
    }

    @Override
    public StorageFolder child(String child) {
        return new RootedFolder(inner.child(child), name + "/" + child, roots);
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
    public Optional<Entry> find(String file) {
        return inner.find(file);
    }

    @Override
    public StorageFile create(String file) {
        return inner.create(file);
    }

    @Override
    public StorageFile open(String file, Access access) {
        roots.checkLink(name, file);
        return inner.open(file, access);
    }

    @Override
    public boolean publish(String temporary, String file) {
        return inner.publish(temporary, file);
    }

    @Override
    public void move(String file, StorageFolder target, String newName) {
        inner.move(file, target instanceof RootedFolder rooted ? rooted.inner : target, newName);
    }

    @Override
    public boolean delete(String file) {
        return inner.delete(file);
    }

    @Override
    public boolean deleteChild(String child) {
        return inner.deleteChild(child);
    }

    @Override
    public void force() {
        inner.force();
    }

    @Override
    public long freeBytes() {
        return inner.freeBytes();
    }

    @Override
    public boolean mayWrite() {
        return inner.mayWrite();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RootedFolder folder && inner.equals(folder.inner);
    }

    @Override
    public int hashCode() {
        return inner.hashCode();
    }

    @Override
    public String toString() {
        return inner.toString();
    }
}
