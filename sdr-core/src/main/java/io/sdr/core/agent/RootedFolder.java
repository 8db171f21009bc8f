package io.sdr.core.agent;

import io.sdr.api.spi.Access;
import io.sdr.api.spi.ForwardingFolder;
import io.sdr.api.spi.StorageFile;
import io.sdr.api.spi.StorageFolder;

/**
 * A folder under a root, of which no file is opened that lies elsewhere: names of files may come from outside, and so may those in disk
 * files, which name their parents. A link is followed, and must lead to a file under the same root.
 */
final class RootedFolder extends ForwardingFolder {
    private final StorageFolder inner;
    private final String name;
    private final Roots roots;

    /**
     * Makes one.
     *
     * @param inner the folder
     * @param name its name, as ROOT/FOLDER
     * @param roots find files
     */
    RootedFolder(StorageFolder inner, String name, Roots roots) {
        super(inner);
        this.inner = inner;
        this.name = name;
        this.roots = roots;
    }

    @Override
    public StorageFolder child(String child) {
        return new RootedFolder(inner.child(child), name + "/" + child, roots);
    }

    @Override
    public StorageFile open(String file, Access access) {
        roots.checkLink(name, file);
        return super.open(file, access);
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
