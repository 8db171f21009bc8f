package io.sdr.core.replication;

import io.sdr.api.CorruptException;
import io.sdr.api.spi.StorageFile;
import io.sdr.api.spi.StorageFolder;
import io.sdr.core.replication.SegmentFormat.Damage;
import io.sdr.core.replication.SegmentFormat.Head;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Reads the records of a segment file in order. Everything read is untrusted. Not thread-safe; does not close the file. */
final class SegmentScan {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final StorageFile file;
    private final Damage damage;
    private final SegmentHeader header;
    private final long fileBytes;
    private final ByteBuffer headBuffer = ByteBuffer.allocate(SegmentFormat.HEAD_BYTES);
    private long position;
    private long coveredTo;

    private SegmentScan(StorageFile file, Damage damage, SegmentHeader header, long position) {
        this.file = file;
        this.damage = damage;
        this.header = header;
        this.fileBytes = file.size();
        this.position = position;
    }

    /**
     * Reads the start.
     *
     * @throws CorruptException if it is damaged
     */
    static SegmentScan open(StorageFile file, StorageFolder folder, String name) {
        Damage damage = Damage.in(folder, name);
        ByteBuffer start = ByteBuffer.allocate(SegmentFormat.START_BYTES);
        if (file.read(0, start) < SegmentFormat.START_BYTES) {
            throw damage.found("it ends within its start");
        }
        start.flip();
        long magic = start.getLong();
        int length = start.getInt();
        int crc = start.getInt();
        if (magic != SegmentFormat.MAGIC || length < 2 || length > SegmentFormat.MAX_HEADER_BYTES) {
            throw damage.found("it does not start like a segment");
        }
        ByteBuffer json = ByteBuffer.allocate(length);
        if (file.read(SegmentFormat.START_BYTES, json) < length) {
            throw damage.found("it ends within its header");
        }
        json.flip();
        if (SegmentFormat.crc(json) != crc) {
            throw damage.found("its header has a wrong checksum");
        }
        try {
            SegmentHeader header = SegmentHeader.of(new Fields(
                    MAPPER.readTree(Arrays.copyOf(json.array(), length)),
                    what -> Trouble.corrupt(folder, name, "in its header, " + what)));
            return new SegmentScan(file, damage, header, (long) SegmentFormat.START_BYTES + length);
        } catch (JacksonException e) {
            throw Trouble.corrupt(folder, name, "its header is no JSON", e);
        }
    }

    SegmentHeader header() {
        return header;
    }

    /** Where the next record, or the footer, begins. */
    long position() {
        return position;
    }

    /**
     * Gives the head of the next record; {@code limit} is where the footer begins.
     *
     * @throws CorruptException if it is damaged
     */
    Optional<Head> next(long limit) {
        if (position == limit) {
            return Optional.empty();
        }
        if (limit - position < SegmentFormat.HEAD_BYTES) {
            throw damage.found("a record is cut off");
        }
        headBuffer.clear();
        if (file.read(position, headBuffer) < SegmentFormat.HEAD_BYTES) {
            throw damage.found("it ends within a record");
        }
        headBuffer.flip();
        Head head = SegmentFormat.head(headBuffer, header.sizeBytes(), coveredTo, damage);
        long end = position + SegmentFormat.HEAD_BYTES + head.dataBytes();
        if (end > limit) {
            throw damage.found("the data of a record is cut off");
        }
        position = end;
        coveredTo = head.end();
        return Optional.of(head);
    }

    /** Reads the data of the record whose head was given last, and checks it. */
    void data(Head head, ByteBuffer into) {
        into.clear().limit(head.dataBytes());
        file.read(position - head.dataBytes(), into);
        into.flip();
        if (into.remaining() != head.dataBytes() || SegmentFormat.crc(into) != head.dataCrc()) {
            throw damage.found("the data at byte " + head.offset() + " of the disk has a wrong checksum");
        }
    }

    /** Gives the next record whose head and data are whole; empty where the whole ones end. */
    Optional<Head> nextOrEnd() {
        long before = position;
        long coveredBefore = coveredTo;
        try {
            Optional<Head> head = next(fileBytes);
            if (head.isPresent() && head.get().tag() == SegmentFormat.DATA) {
                data(head.get(), ByteBuffer.allocate(head.get().dataBytes()));
            }
            return head;
        } catch (CorruptException e) {
            position = before;
            coveredTo = coveredBefore;
            return Optional.empty();
        }
    }
}
