package io.sdr.benchmarks.drill;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Optional;

/** One file of a chain of disk files: what of the disk it holds. */
interface ChainFile extends Closeable {
    /** What a file says of a part of the disk. */
    enum Kind {
        /** It holds it. */
        DATA,
        /** It is zeros, whatever is below. */
        ZERO,
        /** It says nothing: what is below counts. */
        ABSENT
    }

    /**
     * A part of the disk about which the file says one thing.
     *
     * @param kind what it says
     * @param position where in the file the data are
     * @param end where on the disk the part ends
     */
    record Piece(Kind kind, long position, long end) {}

    Path path();

    FileChannel channel();

    long sizeBytes();

    /** The file below; empty for a base. */
    Optional<Path> parent();

    /** Tells of the part that begins at a place on the disk. */
    Piece piece(long offset) throws IOException;

    @Override
    default void close() throws IOException {
        channel().close();
    }
}
