package io.sdr.hyperv.vhd;

import io.sdr.hyperv.blocks.ImageFile;
import io.sdr.hyperv.blocks.Rules;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Where in the file a path to the parent stands (table "Parent Locator Entry").
 *
 * @param platform the kind of path; 0 for no locator
 * @param space room for it, which some programs count in sectors and others in bytes
 * @param length its bytes
 * @param offset where it is in the file
 */
record Locator(int platform, int space, int length, long offset) {
    /** A relative path of Windows, in UTF-16 with the low byte first. */
    static final int RELATIVE = 0x57327275; // W2ru
    /** An absolute path of Windows, in the same encoding. */
    static final int ABSOLUTE = 0x57326B75; // W2ku

    /** Longer paths are refused: Windows knows none above 32,767 characters. */
    static final int MOST_BYTES = 64 << 10;

    static Locator get(ByteBuffer header, int at) {
        return new Locator(header.getInt(at), header.getInt(at + 4), header.getInt(at + 8), header.getLong(at + 16));
    }

    void put(ByteBuffer header, int at) {
        header.putInt(at, platform);
        header.putInt(at + 4, space);
        header.putInt(at + 8, length);
        header.putLong(at + 16, offset);
    }

    boolean isPath() {
        return platform == RELATIVE || platform == ABSOLUTE;
    }

    /** Reads the path; {@code at} is where this stands, for messages. */
    String path(ImageFile file, long at, Rules rules) {
        rules.require(
                length > 0 && length <= MOST_BYTES && length % 2 == 0,
                "LOCATOR_LENGTH",
                at + 8,
                Integer.toUnsignedString(length),
                "an even number of bytes, at most 64 KiB (\"Platform Data Length\")");
        rules.require(
                offset >= Footer.BYTES && offset <= file.size() - length,
                "LOCATOR_OUTSIDE",
                at + 16,
                Long.toUnsignedString(offset) + " + " + length,
                "inside the file of " + file.size() + " bytes (\"Platform Data Offset\")");
        byte[] text = new byte[length];
        file.read(offset, ByteBuffer.wrap(text));
        String path = new String(text, StandardCharsets.UTF_16LE);
        int end = path.indexOf(0);
        return end < 0 ? path : path.substring(0, end);
    }
}
