package io.sdr.testkit;

import io.sdr.api.InvalidRequestException;
import io.sdr.api.spi.Extent;
import io.sdr.api.spi.ExtentVisitor;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** The content of a disk that a VM is made of. It is only read. */
public interface DiskImage {
    /**
     * Names the image for messages.
     *
     * @return its path, or another name
     */
    String describe();

    /**
     * Opens the image.
     *
     * @return the open image
     * @throws InvalidRequestException if it cannot be used: missing, not a file, empty, not readable
     */
    Content open();

    /** An open image. */
    interface Content extends AutoCloseable {
        /**
         * Tells the size now.
         *
         * @return the size in bytes
         */
        long size();

        /**
         * Reads until the buffer is full or the image ends.
         *
         * @param position where to begin
         * @param into the buffer
         * @throws UncheckedIOException if it cannot be read
         */
        void read(long position, ByteBuffer into);

        /**
         * Tells which parts may hold data; the others are zeros and not read.
         *
         * @param visitor takes all of the image, in ascending order; unless overridden, as data
         * @throws UncheckedIOException if it cannot be read
         */
        default void extents(ExtentVisitor visitor) {
            visitor.visit(0, size(), Extent.DATA);
        }

        @Override
        void close();
    }

    /**
     * Takes a file.
     *
     * @param path the file; links are followed
     * @return the image
     */
    static DiskImage of(Path path) {
        return new FileImage(path);
    }

    /**
     * Takes bytes.
     *
     * @param bytes the content
     * @return the image
     */
    static DiskImage of(byte[] bytes) {
        return new BytesImage(bytes.clone());
    }
}
