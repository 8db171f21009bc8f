package io.sdr.hyperv.vhdx;

import io.sdr.hyperv.blocks.ImageFile;
import io.sdr.hyperv.blocks.Rules;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.UUID;

/**
 * The file identifier and the two headers ([MS-VHDX] 2.2.1, 2.2.2). Updating writes the header that does not count, so that one is
 * whole at every moment. Not thread-safe.
 */
final class Headers {
    static final long MIB = 1 << 20;
    static final long[] AT = {64 << 10, 128 << 10};
    /** Longer logs are refused: what others write has 1 MiB. */
    static final long MOST_LOG_BYTES = 256 * MIB;
    /** Longer files are refused: a disk of 64 TiB with its tables takes less. */
    static final long MOST_FILE_BYTES = 128L << 40;

    private static final long IDENTIFIER = 0x656C696678646876L; // vhdxfile

    private final ImageFile file;
    private Header current;
    private int slot;

    private Headers(ImageFile file, Header current, int slot) {
        this.file = file;
        this.current = current;
        this.slot = slot;
    }

    /** Tells whether a file begins as a VHDX file does. */
    static boolean isIdentifier(ByteBuffer first8) {
        return first8.remaining() >= 8 && first8.order(ByteOrder.LITTLE_ENDIAN).getLong(0) == IDENTIFIER;
    }

    static void putIdentifier(ByteBuffer into, String creator) {
        into.putLong(0, IDENTIFIER);
        for (int i = 0; i < creator.length(); i++) {
            into.putChar(8 + 2 * i, creator.charAt(i));
        }
    }

    static Headers read(ImageFile file, Rules rules) {
        rules.require(file.size() >= 8, "FILE_IDENTIFIER", 0, file.size() + " bytes", "\"vhdxfile\" (2.2.1)");
        rules.require(isIdentifier(file.read(0, 8)), "FILE_IDENTIFIER", 0, "another signature", "\"vhdxfile\" (2.2.1)");
        rules.require(
                file.size() >= MIB, "HEADER_SECTION", 0, file.size() + " bytes in the file", "at least 1 MiB (2.2)");
        rules.require(
                file.size() <= MOST_FILE_BYTES,
                "FILE_SIZE",
                0,
                file.size() + " bytes in the file",
                "at most 128 TiB, more than a disk of 64 TiB takes");
        Optional<Header> first = readOne(file, rules, 0);
        Optional<Header> second = readOne(file, rules, 1);
        rules.require(
                first.isPresent() || second.isPresent(),
                "HEADERS",
                AT[0],
                "two headers that do not verify",
                "one with the signature \"head\" and its CRC-32C (2.2.2)");
        if (first.isPresent() && second.isPresent()) {
            rules.require(
                    first.get().sequence() != second.get().sequence() || first.equals(second),
                    "HEADER_SEQUENCE",
                    AT[1],
                    "two different headers with the sequence number "
                            + second.get().sequence(),
                    "different sequence numbers (2.2.2)");
        }
        boolean useSecond = first.isEmpty()
                || (second.isPresent()
                        && Long.compareUnsigned(
                                        second.get().sequence(), first.get().sequence())
                                > 0);
        int slot = useSecond ? 1 : 0;
        Headers headers = new Headers(file, (useSecond ? second : first).orElseThrow(), slot);
        headers.check(rules);
        return headers;
    }

    private static Optional<Header> readOne(ImageFile file, Rules rules, int slot) {
        ByteBuffer bytes = file.read(AT[slot], Header.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.getInt(0) != Header.SIGNATURE) {
            rules.remark("HEADER_SIGNATURE", AT[slot], "another signature", "\"head\" (2.2.2)");
            return Optional.empty();
        }
        if (bytes.getInt(Checksums.AT) != Checksums.of(bytes)) {
            rules.remark("HEADER_CHECKSUM", AT[slot], "another checksum", "the header's CRC-32C (2.2.2)");
            return Optional.empty();
        }
        return Optional.of(Header.decode(bytes));
    }

    private void check(Rules rules) {
        long at = AT[slot];
        rules.require(current.version() == 1, "HEADER_VERSION", at + 66, current.version(), "1 (2.2.2)");
        rules.require(
                current.logVersion() == 0 || current.log().equals(Guids.NONE),
                "LOG_VERSION",
                at + 64,
                current.logVersion(),
                "0 (2.2.2)");
        long length = current.logLength();
        long offset = current.logOffset();
        rules.require(
                length > 0 && length % MIB == 0 && length <= MOST_LOG_BYTES,
                "LOG_LENGTH",
                at + 68,
                length,
                "a multiple of 1 MiB, at most 256 MiB (2.2.2)");
        rules.require(
                offset >= MIB && offset % MIB == 0,
                "LOG_OFFSET",
                at + 72,
                Long.toUnsignedString(offset),
                "a multiple of 1 MiB, at least 1 MiB (2.2.2)");
        rules.require(
                length <= file.size() && offset <= file.size() - length,
                "LOG_OUTSIDE",
                at + 72,
                offset + " + " + length,
                "a log inside the file of " + file.size() + " bytes (2.2.2)");
    }

    Header current() {
        return current;
    }

    /** Makes another header count; durable on return. */
    private void update(Header changed) {
        Header next = changed.next();
        int other = 1 - slot;
        file.write(AT[other], next.encode());
        file.force();
        current = next;
        slot = other;
    }

    /** Says that the file, and what a guest sees, is about to change. */
    void beginWriting(UUID dataWrite) {
        update(current.withWrites(UUID.randomUUID(), dataWrite));
    }

    /** Says which entries of the log count; {@link Guids#NONE} for none of them. */
    void nameLog(UUID log) {
        update(current.withLog(log));
    }

    /** Says that the log was applied, which changed the file. */
    void logApplied() {
        update(current.withWrites(UUID.randomUUID(), current.dataWrite()).withLog(Guids.NONE));
    }
}
