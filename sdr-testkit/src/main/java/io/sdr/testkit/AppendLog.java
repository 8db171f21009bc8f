package io.sdr.testkit;

import io.sdr.api.CorruptException;
import io.sdr.api.Problem;
import io.sdr.api.spi.Access;
import io.sdr.api.spi.StorageFile;
import io.sdr.api.spi.StorageFolder;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A file of records, each {@code {magic, sequence, kind, length, CRC-32C, bytes}}. Every record is written at once and forced before
 * the next one, so that a crash can only tear the last: a broken record with a whole one behind it is damage. Not thread-safe.
 */
final class AppendLog implements AutoCloseable {
    static final int HEAD = 24;

    private static final int MAGIC = 0x5344524c;
    private static final int MAX_RECORD = 16 << 20;
    private static final int SCAN = 1 << 20;

    /** Takes the records that are found on opening. */
    interface Reader {
        /** Takes one record; {@code position} is where its bytes begin in the file. */
        void record(int kind, ByteBuffer bytes, long position);
    }

    private final StorageFile file;
    private long end;
    private int sequence;

    private AppendLog(StorageFile file) {
        this.file = file;
    }

    /** Makes a new file; its name is forced. */
    static AppendLog create(StorageFolder folder, String name) {
        StorageFile file = folder.create(name);
        folder.force();
        return new AppendLog(file);
    }

    /** Opens a file and reads what is whole; a torn end is cut off at the next append. */
    static AppendLog open(StorageFolder folder, String name, Reader reader) {
        StorageFile file = folder.open(name, Access.WRITE);
        try {
            AppendLog log = new AppendLog(file);
            log.readAll(folder.describe() + "/" + name, reader);
            return log;
        } catch (RuntimeException | Error e) {
            file.close();
            throw e;
        }
    }

    private void readAll(String path, Reader reader) {
        long size = file.size();
        while (true) {
            ByteBuffer bytes = whole(end, sequence, size);
            if (bytes == null) {
                break;
            }
            reader.record(kindAt(end), bytes, end + HEAD);
            end += HEAD + bytes.limit();
            sequence++;
        }
        if (end < size && laterRecord(size)) {
            throw new CorruptException(Problem.of("CORRUPT_FILE")
                    .attempted("read " + path)
                    .state("the record at " + end + " is damaged")
                    .remedy("put back a whole copy of that file"));
        }
        if (end < size) {
            file.setSize(end);
        }
    }

    private int kindAt(long position) {
        ByteBuffer head = ByteBuffer.allocate(HEAD);
        file.read(position, head);
        return head.getInt(8);
    }

    private @Nullable ByteBuffer whole(long position, int expected, long size) {
        if (position + HEAD > size) {
            return null;
        }
        ByteBuffer head = ByteBuffer.allocate(HEAD);
        file.read(position, head);
        int length = head.getInt(12);
        if (head.getInt(0) != MAGIC
                || head.getInt(4) != expected
                || length < 0
                || length > MAX_RECORD
                || position + HEAD + length > size) {
            return null;
        }
        ByteBuffer bytes = ByteBuffer.allocate(length);
        file.read(position + HEAD, bytes);
        bytes.flip();
        return checksum(head, bytes) == head.getLong(16) ? bytes : null;
    }

    /** Looks for a whole record of a later sequence behind the broken one. */
    private boolean laterRecord(long size) {
        ByteBuffer window = ByteBuffer.allocate(SCAN);
        for (long at = end + 1; at + HEAD <= size; ) {
            window.clear();
            int read = file.read(at, window);
            for (int i = 0; i + HEAD <= read; i++) {
                if (window.getInt(i) == MAGIC
                        && window.getInt(i + 4) > sequence
                        && whole(at + i, window.getInt(i + 4), size) != null) {
                    return true;
                }
            }
            at += Math.max(1, read - HEAD + 1);
        }
        return false;
    }

    private static long checksum(ByteBuffer head, ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(head.duplicate().position(0).limit(16));
        crc.update(bytes.duplicate());
        return crc.getValue();
    }

    /**
     * Appends a record, forced.
     *
     * @return where its bytes begin in the file
     */
    long append(int kind, ByteBuffer bytes) {
        ByteBuffer record = ByteBuffer.allocate(HEAD + bytes.remaining());
        record.putInt(MAGIC).putInt(sequence).putInt(kind).putInt(bytes.remaining());
        record.putLong(checksum(record, bytes)).put(bytes.duplicate()).flip();
        file.write(end, record);
        file.force();
        long position = end + HEAD;
        end += record.limit();
        sequence++;
        return position;
    }

    int read(long position, ByteBuffer into) {
        return file.read(position, into);
    }

    long size() {
        return end;
    }

    @Override
    public void close() {
        file.close();
    }

    /** Reads the records of a log that another process appends to; each when it is whole. Not thread-safe. */
    static final class Follower {
        private final AppendLog log;

        Follower(StorageFile file) {
            this.log = new AppendLog(file);
        }

        /** Takes the records that are whole and were not taken yet. */
        void read(Reader reader) {
            ByteBuffer bytes = log.whole(log.end, log.sequence, log.file.size());
            while (bytes != null) {
                int length = bytes.limit();
                reader.record(log.kindAt(log.end), bytes, log.end + HEAD);
                log.end += HEAD + length;
                log.sequence++;
                bytes = log.whole(log.end, log.sequence, log.file.size());
            }
        }
    }
}
