package io.sdr.api.spi;

import java.nio.ByteBuffer;

/** A file that hands every call on to another one; see {@link ForwardingFolder}. As thread-safe as the inner one. */
public class ForwardingFile implements StorageFile {
    private final StorageFile inner;

    /**
     * Puts itself before a file.
     *
     * @param inner the file that does the work
     */
    protected ForwardingFile(StorageFile inner) {
        this.inner = inner;
    }

    @Override
    public long size() {
        return inner.size();
    }

    @Override
    public int read(long position, ByteBuffer into) {
        return inner.read(position, into);
    }

    @Override
    public void write(long position, ByteBuffer from) {
        inner.write(position, from);
    }

    @Override
    public void setSize(long size) {
        inner.setSize(size);
    }

    @Override
    public void extents(long position, long length, ExtentVisitor visitor) {
        inner.extents(position, length, visitor);
    }

    @Override
    public void force() {
        inner.force();
    }

    @Override
    public void close() {
        inner.close();
    }
}
