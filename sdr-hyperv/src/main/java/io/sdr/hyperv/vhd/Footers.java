package io.sdr.hyperv.vhd;

import io.sdr.api.spi.DiskType;
import io.sdr.hyperv.blocks.ImageFile;
import io.sdr.hyperv.blocks.Rules;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The footer at the file's end, and in a dynamic or differencing file its copy at the begin. The one at the end tells the type, since a
 * guest can write to the begin of a fixed file. Of a dynamic file the copy counts, which is never moved: a file that grows overwrites
 * its footer with a block, so a crash may leave none there, which is no defect. Not thread-safe.
 */
final class Footers {
    private final boolean pending;
    private final boolean atEnd;
    private final long end;
    private Footer footer;

    private Footers(Footer footer, boolean pending, boolean atEnd, long end) {
        this.footer = footer;
        this.pending = pending;
        this.atEnd = atEnd;
        this.end = end;
    }

    /** Tells whether a file begins or ends as a VHD file does. */
    static boolean isVhd(ImageFile file) {
        long size = file.size();
        return size >= Footer.OLD_BYTES
                && (Footer.hasCookie(file.read(0, Long.BYTES))
                        || Footer.hasCookie(file.read(size - Footer.OLD_BYTES, Long.BYTES))
                        || (size >= Footer.BYTES && Footer.hasCookie(file.read(size - Footer.BYTES, Long.BYTES))));
    }

    static Footers read(ImageFile file, Rules rules) {
        long size = file.size();
        rules.require(
                size >= Footer.OLD_BYTES, "FOOTER", 0, size + " bytes in the file", "a footer of 512 bytes at the end");
        long at = size - Footer.BYTES;
        ByteBuffer last = at < 0 ? ByteBuffer.allocate(Footer.BYTES) : file.read(at, Footer.BYTES);
        if (!Footer.hasCookie(last) && Footer.hasCookie(file.read(size - Footer.OLD_BYTES, Long.BYTES))) {
            at = size - Footer.OLD_BYTES;
            last = ByteBuffer.allocate(Footer.BYTES).put(0, file.read(at, Footer.OLD_BYTES), 0, Footer.OLD_BYTES);
        }
        Optional<Footer> tail = Footer.decode(last);
        Optional<Footer> copy = size < Footer.BYTES ? Optional.empty() : Footer.decode(file.read(0, Footer.BYTES));
        boolean tailIsFixed = tail.isPresent() && tail.get().type().equals(Optional.of(DiskType.FIXED));
        if (tailIsFixed) {
            return checked(new Footers(tail.get(), false, true, at), at, rules);
        }
        boolean copyCounts = copy.isPresent()
                && (tail.isEmpty() || copy.get().id().equals(tail.get().id()));
        if (!copyCounts && tail.isEmpty()) {
            throw rules.fatal(
                    "FOOTER",
                    Math.max(0, at),
                    Footer.hasCookie(last) ? "another checksum" : "another cookie",
                    "\"conectix\" and the footer's checksum, there or at 0 (\"Hard Disk Footer Format\")");
        }
        remarks(last, tail, copy, at, rules);
        boolean atEnd = tail.isPresent() && at % Footer.SECTOR == 0;
        Footer counting = copyCounts ? copy.get() : tail.orElseThrow();
        Footers found = new Footers(counting, !atEnd || !tail.equals(copy), atEnd, tail.isPresent() ? at : size);
        return checked(found, copyCounts ? 0 : at, rules);
    }

    /** Tells of what no crash leaves behind. */
    private static void remarks(ByteBuffer last, Optional<Footer> tail, Optional<Footer> copy, long at, Rules rules) {
        if (tail.isEmpty() && Footer.hasCookie(last)) {
            rules.remark("FOOTER_CHECKSUM", at + 64, "another checksum", "the footer's (\"Checksum\")");
        }
        if (copy.isEmpty()) {
            rules.remark("FOOTER_COPY", 0, "no footer with its checksum", "a copy of the footer");
        } else if (tail.isPresent() && !copy.get().id().equals(tail.get().id())) {
            rules.remark(
                    "FOOTER_COPY",
                    68,
                    copy.get().id(),
                    "the footer's identifier " + tail.get().id());
        } else if (tail.isPresent() && copy.get().sizeBytes() < tail.get().sizeBytes()) {
            rules.remark(
                    "FOOTER_COPY",
                    Footer.SIZE_AT,
                    copy.get().sizeBytes(),
                    "the footer's size " + tail.get().sizeBytes());
        }
    }

    private static Footers checked(Footers footers, long at, Rules rules) {
        Footer footer = footers.footer;
        rules.require(
                footer.version() == Footer.VERSION,
                "FOOTER_VERSION",
                at + 12,
                Integer.toHexString(footer.version()),
                "10000 (\"File Format Version\")");
        rules.require(
                footer.type().isPresent(),
                "DISK_TYPE",
                at + Footer.TYPE_AT,
                Integer.toUnsignedString(footer.typeNumber()),
                "2, 3 or 4 (\"Disk Type\")");
        long size = footer.sizeBytes();
        rules.require(
                size > 0 && size <= Footer.MOST_BYTES && size % Footer.SECTOR == 0,
                "DISK_SIZE",
                at + Footer.SIZE_AT,
                Long.toUnsignedString(size),
                "a multiple of 512 above 0, at most 2040 GiB (\"Current Size\")");
        boolean fixed = footers.type() == DiskType.FIXED;
        rules.require(
                !fixed || at > 0,
                "DISK_TYPE",
                at + Footer.TYPE_AT,
                "2 in a footer at the file's begin",
                "3 or 4: a fixed disk has its only footer at the end (\"Disk Type\")");
        rules.require(
                !fixed || size <= footers.end,
                "DISK_SIZE",
                at + Footer.SIZE_AT,
                size,
                "at most " + footers.end + ", where the footer is (\"Current Size\")");
        return footers;
    }

    Footer footer() {
        return footer;
    }

    DiskType type() {
        return footer.type().orElseThrow();
    }

    /** Tells whether footer or copy must be written before others can rely on both. */
    boolean isPending() {
        return pending;
    }

    /** Tells whether the footer is where nothing of use can lie behind it. */
    boolean isAtEnd() {
        return atEnd;
    }

    /** Gives where the footer is, or where the file ends if there is none. */
    long end() {
        return end;
    }

    /** Writes footer and copy, if need be; durable on return. */
    void mend(ImageFile file, long at) {
        if (pending) {
            write(file, 0);
            file.force();
            file.setSize(at);
            write(file, at);
            file.force();
        }
    }

    void write(ImageFile file, long at) {
        file.write(at, footer.encode());
    }

    void grow(long sizeBytes) {
        footer = footer.withSize(sizeBytes);
    }
}
