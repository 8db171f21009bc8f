package io.sdr.core.replication;

import io.sdr.api.spi.Access;
import io.sdr.api.spi.RangeSet;
import io.sdr.api.spi.StorageException;
import io.sdr.api.spi.StorageFile;
import io.sdr.api.spi.StorageFolder;
import io.sdr.core.replication.SegmentFormat.Damage;
import io.sdr.core.replication.SegmentFormat.Footer;
import io.sdr.core.replication.SegmentFormat.Head;
import io.sdr.core.sync.ChangeSink;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Reads a whole segment. Opening checks start and footer; each record is checked as it is read. Damage, a missing file included, is a
 * {@link io.sdr.api.CorruptException} that names the file.
 */
final class SegmentReader implements AutoCloseable {
    /** Takes records that are read only to be checked. */
    static final ChangeSink NOWHERE = new ChangeSink() {
        @Override
        public void data(long offset, ByteBuffer data) {}

        @Override
        public void zero(long offset, long length) {}
    };

    private final StorageFolder folder;
    private final String name;
    private final StorageFile file;
    private final SegmentHeader header;
    private final Footer footer;
    private final Damage damage;

    private SegmentReader(StorageFolder folder, String name, StorageFile file) {
        this.folder = folder;
        this.name = name;
        this.file = file;
        this.damage = Damage.in(folder, name);
        this.header = SegmentScan.open(file, folder, name).header();
        ByteBuffer end = ByteBuffer.allocate(SegmentFormat.FOOTER_BYTES);
        long at = footerAt();
        if (at < SegmentFormat.START_BYTES || file.read(at, end) < SegmentFormat.FOOTER_BYTES) {
            throw damage.found("it has no whole footer");
        }
        this.footer = SegmentFormat.footer(end.flip(), damage);
    }

    static SegmentReader open(StorageFolder folder, String name) {
        StorageFile file;
        try {
            file = folder.open(name, Access.READ);
        } catch (StorageException e) {
            if (e.code().equals(StorageException.MISSING)) {
                throw Trouble.corrupt(folder, name, "it is missing", e);
            }
            throw e;
        }
        try {
            return new SegmentReader(folder, name, file);
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /** Opens a segment that must have a certain header. */
    static SegmentReader open(StorageFolder folder, String name, SegmentHeader expected) {
        SegmentReader reader = open(folder, name);
        SegmentHeader found = reader.header;
        boolean fits = found.kind().equals(expected.kind())
                && found.item().equals(expected.item())
                && found.lineage().equals(expected.lineage())
                && found.disk() == expected.disk()
                && found.sequence() == expected.sequence()
                && found.previous() == expected.previous()
                && found.sizeBytes() <= expected.sizeBytes(); // smaller: from before the disk grew
        if (!fits) {
            reader.close();
            throw Trouble.corrupt(folder, name, "it holds " + found + " instead of " + expected);
        }
        return reader;
    }

    private long footerAt() {
        return file.size() - SegmentFormat.FOOTER_BYTES;
    }

    SegmentHeader header() {
        return header;
    }

    long records() {
        return footer.records();
    }

    /** The digest that the footer tells. */
    String digest() {
        return footer.sha256();
    }

    /** Hands all records to a sink, each after its checksum was checked; at the end the digest of all is checked. */
    void replay(ChangeSink sink) {
        SegmentScan scan = SegmentScan.open(file, folder, name);
        MessageDigest sha = SegmentFormat.newDigest();
        ByteBuffer data = ByteBuffer.allocate(SegmentFormat.MAX_DATA_BYTES);
        long limit = footerAt();
        long records = 0;
        long bytes = 0;
        for (Optional<Head> next = scan.next(limit); next.isPresent(); next = scan.next(limit)) {
            Head head = next.get();
            records++;
            bytes += head.dataBytes();
            if (head.tag() == SegmentFormat.DATA) {
                scan.data(head, data);
                SegmentFormat.digest(sha, head, data);
                sink.data(head.offset(), data.duplicate());
            } else {
                SegmentFormat.digest(sha, head, data.limit(0).position(0));
                sink.zero(head.offset(), head.length());
            }
        }
        if (records != footer.records()
                || bytes != footer.bytes()
                || !HexFormat.of().formatHex(sha.digest()).equals(footer.sha256())) {
            throw damage.found("its records do not fit its footer");
        }
    }

    /** Reads everything and makes the digest again. */
    String remakeDigest() {
        replay(NOWHERE);
        return digest();
    }

    /** Takes the heads of records. */
    interface HeadVisitor {
        /** Takes one; {@code dataAt} is where its data lies in the file. */
        void visit(Head head, long dataAt);
    }

    /** Visits the heads without reading any data. */
    void heads(HeadVisitor visitor) {
        SegmentScan scan = SegmentScan.open(file, folder, name);
        long limit = footerAt();
        long records = 0;
        for (Optional<Head> next = scan.next(limit); next.isPresent(); next = scan.next(limit)) {
            records++;
            visitor.visit(next.get(), scan.position() - next.get().dataBytes());
        }
        if (records != footer.records()) {
            throw damage.found("it has " + records + " records, its footer tells " + footer.records());
        }
    }

    /** All ranges that it changes. */
    RangeSet ranges() {
        RangeSet.Builder all = new RangeSet.Builder();
        heads((head, dataAt) -> all.add(head.offset(), head.length()));
        return all.build();
    }

    /** Reads the data of one record, found by {@link #heads}, and checks it. */
    void data(Head head, long dataAt, ByteBuffer into) {
        into.clear().limit(head.dataBytes());
        file.read(dataAt, into);
        into.flip();
        if (into.remaining() != head.dataBytes() || SegmentFormat.crc(into) != head.dataCrc()) {
            throw damage.found("the data at byte " + head.offset() + " of the disk has a wrong checksum");
        }
    }

    @Override
    public void close() {
        file.close();
    }
}
