package io.sdr.core.replication;

import io.sdr.api.CorruptException;
import io.sdr.api.spi.Access;
import io.sdr.api.spi.StorageFile;
import io.sdr.api.spi.StorageFolder;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.core.replication.SegmentFormat.Footer;
import io.sdr.core.replication.SegmentFormat.Head;
import io.sdr.core.sync.ChangeSink;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes a segment: differences in ascending order, then {@link #finish}. Neighbouring data is joined to records of up to
 * 256 KiB. Not thread-safe.
 */
final class SegmentWriter implements ChangeSink, AutoCloseable {
    /** How much may be lost of a part that a crash interrupts. */
    private static final long FORCE_EVERY_BYTES = 64L << 20;

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final StorageFile file;
    private final SegmentHeader header;
    private final MessageDigest digest = SegmentFormat.newDigest();
    private final ByteBuffer frame =
            ByteBuffer.allocate(SegmentFormat.HEAD_BYTES + SegmentFormat.MAX_DATA_BYTES + SegmentFormat.FOOTER_BYTES);
    private final byte[] pending = new byte[SegmentFormat.MAX_DATA_BYTES];
    private long pendingOffset;
    private long pendingLength;
    private boolean pendingZero;
    private long position;
    private long forced;
    private long coveredTo;
    private long records;
    private long bytes;

    private SegmentWriter(StorageFile file, SegmentHeader header) {
        this.file = file;
        this.header = header;
    }

    /** Starts a segment under a name that does not exist. */
    static SegmentWriter create(StorageFolder folder, String name, SegmentHeader header) {
        SegmentWriter writer = new SegmentWriter(folder.create(name), header);
        try {
            writer.writeStart();
            return writer;
        } catch (RuntimeException e) {
            writer.close();
            throw e;
        }
    }

    private void writeStart() {
        ByteBuffer json =
                ByteBuffer.wrap(MAPPER.writeValueAsString(header.json()).getBytes(StandardCharsets.UTF_8));
        ByteBuffer start = ByteBuffer.allocate(SegmentFormat.START_BYTES + json.remaining());
        start.putLong(SegmentFormat.MAGIC).putInt(json.remaining()).putInt(SegmentFormat.crc(json));
        start.put(json).flip();
        position = start.remaining();
        file.write(0, start);
    }

    /**
     * Goes on with a part that an earlier run left behind. Each whole record of it is read again at the source: so the digest is the
     * source's own, and a part of another content is found. What follows the whole records is cut off.
     *
     * @return the writer, or empty if nothing of the part can be used; then the part is gone
     */
    static Optional<SegmentWriter> resume(StorageFolder folder, String name, SegmentHeader header, VirtualDisk source) {
        if (folder.find(name).isEmpty()) {
            return Optional.empty();
        }
        SegmentWriter writer = new SegmentWriter(folder.open(name, Access.WRITE), header);
        boolean usable = false;
        try {
            usable = writer.takeOver(folder, name, source);
        } catch (CorruptException e) {
            usable = false; // an impossible header: the part is of no use
        } finally {
            if (!usable) {
                writer.close();
            }
        }
        if (!usable) {
            folder.delete(name);
            return Optional.empty();
        }
        return Optional.of(writer);
    }

    private boolean takeOver(StorageFolder folder, String name, VirtualDisk source) {
        SegmentScan scan = SegmentScan.open(file, folder, name);
        if (!scan.header().equals(header)) {
            return false;
        }
        ByteBuffer again = ByteBuffer.allocate(SegmentFormat.MAX_DATA_BYTES);
        Optional<Head> next = scan.nextOrEnd();
        while (next.isPresent()) {
            Head head = next.get();
            again.clear();
            if (head.tag() == SegmentFormat.DATA) {
                again.limit(head.dataBytes());
                source.read(head.offset(), again);
            }
            again.flip();
            boolean same = head.tag() == SegmentFormat.DATA
                    ? SegmentFormat.crc(again) == head.dataCrc()
                    : isZero(source, head.offset(), head.length());
            if (!same) {
                return false;
            }
            SegmentFormat.digest(digest, head, again);
            records++;
            bytes += head.dataBytes();
            coveredTo = head.end();
            next = scan.nextOrEnd();
        }
        position = scan.position();
        forced = position;
        file.setSize(position);
        return true;
    }

    private static boolean isZero(VirtualDisk source, long offset, long length) {
        boolean[] zero = {true};
        new DiskContent(source).copy(offset, length, new ChangeSink() {
            @Override
            public void data(long at, ByteBuffer data) {
                while (data.hasRemaining()) {
                    zero[0] &= data.get() == 0;
                }
            }

            @Override
            public void zero(long at, long bytes) {}
        });
        return zero[0];
    }

    /** Where the records end so far: differences before this offset are there. */
    long coveredTo() {
        return coveredTo;
    }

    long bytes() {
        return bytes;
    }

    @Override
    public void data(long offset, ByteBuffer data) {
        while (data.hasRemaining()) {
            if (pendingLength > 0
                    && (pendingZero
                            || pendingOffset + pendingLength != offset
                            || pendingLength == SegmentFormat.MAX_DATA_BYTES)) {
                emit();
            }
            if (pendingLength == 0) {
                begin(offset, false);
            }
            int n = (int) Math.min(data.remaining(), SegmentFormat.MAX_DATA_BYTES - pendingLength);
            data.get(pending, (int) pendingLength, n);
            pendingLength += n;
            offset += n;
        }
    }

    @Override
    public void zero(long offset, long length) {
        if (length == 0) {
            return;
        }
        if (pendingLength > 0 && (!pendingZero || pendingOffset + pendingLength != offset)) {
            emit();
        }
        if (pendingLength == 0) {
            begin(offset, true);
        }
        pendingLength += length;
        if (pendingOffset + pendingLength > header.sizeBytes()) {
            throw new IndexOutOfBoundsException("zeros behind the end of the disk, at " + offset + "+" + length);
        }
    }

    private void begin(long offset, boolean zero) {
        if (offset < coveredTo) {
            throw new IllegalArgumentException("differences must ascend: " + offset + " after " + coveredTo);
        }
        pendingOffset = offset;
        pendingZero = zero;
    }

    private void emit() {
        int n = pendingZero ? 0 : (int) pendingLength;
        ByteBuffer data = ByteBuffer.wrap(pending, 0, n);
        Head head = new Head(
                pendingZero ? SegmentFormat.ZERO : SegmentFormat.DATA,
                pendingOffset,
                pendingLength,
                pendingZero ? 0 : SegmentFormat.crc(data));
        if (head.end() > header.sizeBytes()) {
            throw new IndexOutOfBoundsException("data behind the end of the disk, at " + pendingOffset);
        }
        SegmentFormat.digest(digest, head, data);
        frame.clear();
        SegmentFormat.putHead(frame, head);
        frame.put(data).flip();
        int length = frame.remaining();
        file.write(position, frame);
        position += length;
        records++;
        bytes += n;
        coveredTo = head.end();
        pendingLength = 0;
        if (position - forced > FORCE_EVERY_BYTES) {
            file.force();
            forced = position;
        }
    }

    /**
     * Writes the footer and forces the file. Its name is the caller's to force.
     *
     * @return the SHA-256 of all records
     */
    String finish() {
        if (pendingLength > 0) {
            emit();
        }
        String sha = HexFormat.of().formatHex(digest.digest());
        frame.clear();
        SegmentFormat.putFooter(frame, new Footer(records, bytes, sha));
        frame.flip();
        file.write(position, frame);
        file.force();
        file.close();
        return sha;
    }

    @Override
    public void close() {
        file.close();
    }
}
