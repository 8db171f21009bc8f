package io.sdr.testkit;

import io.sdr.api.InvalidRequestException;
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
