package io.sdr.api.spi;

import java.util.List;
import java.util.Optional;

/**
 * A folder that hands every call on to another one: for those that do one thing otherwise and leave the rest as it is. As
 * thread-safe as the inner one. See {@link ForwardingFile} and {@link ForwardingDisk}.
 */
public class ForwardingFolder implements StorageFolder {
    private final StorageFolder inner;

    /**
     * Puts itself before a folder.
     *
     * @param inner the folder that does the work
     */
    protected ForwardingFolder(StorageFolder inner) {
        this.inner = inner;
    }

    /**
     * Gives what {@link #child} returns.
     *
     * @param child the folder in the inner one
     * @return that folder, unless overridden
     */
    protected StorageFolder wrap(StorageFolder child) {
        return child;
    }

    /**
     * Gives what {@link #create} and {@link #open} return.
     *
     * @param name its name
     * @param file the open file of the inner folder
     * @return that file, unless overridden
     */
    protected StorageFile wrap(String name, StorageFile file) {
        return file;
    }

    @Override
    public String describe() {
        return inner.describe();
    }

    @Override
    public StorageFolder child(String name) {
        return wrap(inner.child(name));
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
        return wrap(name, inner.create(name));
    }

    @Override
    public StorageFile open(String name, Access access) {
        return wrap(name, inner.open(name, access));
    }

    @Override
    public boolean publish(String temporary, String name) {
        return inner.publish(temporary, name);
    }

    @Override
    public void move(String name, StorageFolder target, String newName) {
        StorageFolder real = target;
        while (real instanceof ForwardingFolder forwarding) {
            real = forwarding.inner;
        }
        inner.move(name, real, newName);
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
}
