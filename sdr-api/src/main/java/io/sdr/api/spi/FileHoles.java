package io.sdr.api.spi;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.Set;

/**
 * Where a file has holes, told by its file system. Asked only if the file is large, a sample of it is mostly zeros (asking costs more
 * than reading a file that has hardly any holes), the file system is one whose answers have not been known to lose data, and Java
 * can ask. In all other cases, and whenever an answer is strange, everything counts as data. Thread-safe.
 */
final class FileHoles implements AutoCloseable {
    /** A hole that is reported where data was written is lost data: ZFS did that, and network file systems may. */
    private static final Set<String> TRUSTED = Set.of("ext2", "ext3", "ext4", "xfs", "btrfs", "tmpfs");

    private static final long SMALLEST_BYTES = 256L << 20;
    private static final int SAMPLES = 128;
    private static final int SAMPLE_BYTES = 4096;
    private static final int ZEROS_TO_ASK = SAMPLES * 2 / 5;
    private static final double GOLDEN = 0.6180339887498949;

    private final NativeSeek seek;
    private final int descriptor;

    private FileHoles(NativeSeek seek, int descriptor) {
        this.seek = seek;
        this.descriptor = descriptor;
    }

    /** Gives the identity of what a path names now, to be given to {@link #of}. */
    static Optional<Object> identity(Path path) {
        try {
            return Optional.ofNullable(
                    Files.readAttributes(path, BasicFileAttributes.class).fileKey());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /**
     * Gets ready to ask.
     *
     * @param path the file
     * @param identity what the path named before the channel was opened: another file by now is not asked
     * @param channel open for reading
     * @return empty if everything counts as data
     */
    static Optional<FileHoles> of(Path path, Optional<Object> identity, FileChannel channel) {
        try {
            if (identity.isEmpty() || channel.size() < SMALLEST_BYTES || !isMostlyZeros(channel) || !isTrusted(path)) {
                return Optional.empty();
            }
            Optional<NativeSeek> found = NativeSeek.find();
            return found.isPresent() ? open(found.get(), path, identity) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    static boolean isTrusted(Path path) throws IOException {
        return TRUSTED.contains(Files.getFileStore(path).type());
    }

    private static Optional<FileHoles> open(NativeSeek seek, Path path, Optional<Object> identity) throws IOException {
        int descriptor = seek.open(path.toString());
        if (identity(Path.of("/proc/self/fd/" + descriptor)).equals(identity)) {
            return Optional.of(new FileHoles(seek, descriptor));
        }
        seek.close(descriptor);
        return Optional.empty();
    }

    /** Looks at places that no regular pattern in the file can favour. */
    private static boolean isMostlyZeros(FileChannel channel) throws IOException {
        ByteBuffer sample = ByteBuffer.allocateDirect(SAMPLE_BYTES);
        long pages = channel.size() / SAMPLE_BYTES;
        int zeros = 0;
        for (int i = 1; i <= SAMPLES; i++) {
            long page = (long) (i * GOLDEN % 1 * pages);
            sample.clear();
            channel.read(sample, page * SAMPLE_BYTES);
            zeros += isZero(sample.flip()) ? 1 : 0;
        }
        return zeros >= ZEROS_TO_ASK;
    }

    private static boolean isZero(ByteBuffer bytes) {
        int whole = bytes.limit() / Long.BYTES * Long.BYTES;
        for (int at = 0; at < whole; at += Long.BYTES) {
            if (bytes.getLong(at) != 0) {
                return false;
            }
        }
        return true;
    }

    /** Tells the extents of a range. */
    void visit(long position, long length, ExtentVisitor visitor) {
        long end = position + length;
        long at = position;
        try {
            while (at < end) {
                long data = next(at, end, NativeSeek.SEEK_DATA);
                if (data > at) {
                    visitor.visit(at, data - at, Extent.ZERO);
                    at = data;
                }
                if (at < end) {
                    long hole = next(at, end, NativeSeek.SEEK_HOLE);
                    visitor.visit(at, hole - at, Extent.DATA);
                    at = hole;
                }
            }
        } catch (IOException e) {
            visitor.visit(at, end - at, Extent.DATA);
        }
    }

    /** Where the next data or hole begins, at most at the end. */
    private long next(long at, long end, int whence) throws IOException {
        long found = seek.seek(descriptor, at, whence);
        if (found == -NativeSeek.ENXIO && whence == NativeSeek.SEEK_DATA) {
            return end;
        }
        boolean strange = found < at || (found == at && whence == NativeSeek.SEEK_HOLE);
        if (strange) {
            throw new IOException("lseek gave " + found + " for " + at);
        }
        return Math.min(found, end);
    }

    @Override
    public void close() {
        try {
            seek.close(descriptor);
        } catch (IOException e) {
            // it was only read from
        }
    }
}
