package io.sdr.hyperv.blocks;

import io.sdr.api.Problem;
import io.sdr.api.spi.DiskDefect;
import io.sdr.api.spi.DiskFormatException;
import io.sdr.api.spi.StorageException;
import io.sdr.api.spi.StorageFile;
import java.nio.ByteBuffer;
import java.util.Optional;

/** The file of a disk, seen through an {@link Overlay} if there is one. Nothing is read outside of it. Thread-safe. */
public final class ImageFile implements AutoCloseable {
    private static final int PIECE = 64 << 10;
    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(256 << 10).asReadOnlyBuffer();

    private final StorageFile file;
    private final String path;
    private volatile Optional<Overlay> overlay = Optional.empty();
    private volatile long fileSize;

    public ImageFile(StorageFile file, String path) {
        this.file = file;
        this.path = path;
        this.fileSize = file.size();
    }

    public String path() {
        return path;
    }

    /** Gives the file below the overlay. */
    public StorageFile raw() {
        return file;
    }

    /** Lets the file be seen through changes from now on. */
    public void seeThrough(Overlay changes) {
        overlay = Optional.of(changes);
    }

    /** Ends {@link #seeThrough}. */
    public void seeNothingElse() {
        overlay = Optional.empty();
    }

    public long size() {
        Optional<Overlay> changes = overlay;
        return changes.isPresent() ? changes.get().size(fileSize) : fileSize;
    }

    /** Fills the buffer. */
    public void read(long position, ByteBuffer into) {
        long size = size();
        if (position < 0 || into.remaining() > size - position) {
            throw new DiskFormatException(
                    path,
                    new DiskDefect(
                            "FILE_TOO_SHORT",
                            position,
                            size + " bytes in the file",
                            into.remaining() + " bytes from " + position + " on"));
        }
        Optional<Overlay> changes = overlay;
        if (changes.isPresent()) {
            changes.get().read(file, position, into);
        } else {
            readFile(position, into);
        }
    }

    private void readFile(long position, ByteBuffer into) {
        int wanted = into.remaining();
        int got = file.read(position, into);
        if (got < wanted) {
            throw new StorageException(Problem.of(StorageException.FAILED)
                    .attempted("read " + path)
                    .state("it ends at " + (position + got) + " now: it was cut since it was opened")
                    .remedy("see that nobody else changes the file, and open it again"));
        }
    }

    /** Reads a piece of the file into a buffer of its own. */
    public ByteBuffer read(long position, int length) {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        read(position, bytes);
        return bytes.flip();
    }

    public void write(long position, ByteBuffer from) {
        long end = position + from.remaining();
        file.write(position, from);
        synchronized (this) {
            fileSize = Math.max(fileSize, end);
        }
    }

    public void writeZeros(long position, long length) {
        long at = position;
        long end = position + length;
        while (at < end) {
            ByteBuffer zeros = ZEROS.duplicate();
            int part = (int) Math.min(zeros.capacity() - at % zeros.capacity(), end - at); // no sector in two parts
            write(at, zeros.limit(part));
            at += part;
        }
    }

    /** Makes a range of the file zero; what is zero already is not written, so that holes stay holes. */
    public void clear(long position, long length) {
        ByteBuffer found = ByteBuffer.allocate((int) Math.min(PIECE, length));
        long at = position;
        long end = position + length;
        while (at < end) {
            int part = (int) Math.min(PIECE - at % PIECE, end - at);
            read(at, found.clear().limit(part));
            if (!isZero(found.flip())) {
                writeZeros(at, part);
            }
            at += part;
        }
    }

    public void setSize(long size) {
        synchronized (this) {
            file.setSize(size);
            fileSize = size;
        }
    }

    public void force() {
        file.force();
    }

    /** Tells whether what remains in a buffer is zeros. */
    public static boolean isZero(ByteBuffer bytes) {
        int from = bytes.position();
        while (from < bytes.limit()) {
            int part = Math.min(ZEROS.capacity(), bytes.limit() - from);
            if (bytes.slice(from, part).mismatch(ZEROS.slice(0, part)) >= 0) {
                return false;
            }
            from += part;
        }
        return true;
    }

    /** Puts zeros into a buffer. */
    public static void fillZeros(ByteBuffer into, int length) {
        int left = length;
        while (left > 0) {
            ByteBuffer zeros = ZEROS.duplicate();
            zeros.limit(Math.min(zeros.capacity(), left));
            left -= zeros.remaining();
            into.put(zeros);
        }
    }

    @Override
    public void close() {
        file.close();
    }

    @Override
    public String toString() {
        return path;
    }
}
