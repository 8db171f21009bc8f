package io.sdr.hyperv.vhdx;

import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.regex.Pattern;

/** GUIDs as Windows writes them ([MS-DTYP] 2.3.4): the first three fields little-endian. Buffers are little-endian. */
final class Guids {
    static final UUID NONE = new UUID(0, 0);

    private static final Pattern BRACED =
            Pattern.compile("\\{[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}}");

    private Guids() {}

    static UUID get(ByteBuffer from, int at) {
        long high = (from.getInt(at) & 0xFFFFFFFFL) << 32
                | (from.getShort(at + 4) & 0xFFFFL) << 16
                | (from.getShort(at + 6) & 0xFFFFL);
        return new UUID(high, Long.reverseBytes(from.getLong(at + 8)));
    }

    static void put(ByteBuffer into, int at, UUID guid) {
        long high = guid.getMostSignificantBits();
        into.putInt(at, (int) (high >>> 32));
        into.putShort(at + 4, (short) (high >>> 16));
        into.putShort(at + 6, (short) high);
        into.putLong(at + 8, Long.reverseBytes(guid.getLeastSignificantBits()));
    }

    static boolean isBraced(String text) {
        return BRACED.matcher(text).matches();
    }

    /** Reads the form with braces. */
    static UUID ofBraced(String text) {
        return UUID.fromString(text.substring(1, text.length() - 1));
    }

    /** Gives the form with braces, in small letters as others write it: libvhdi reads no other. */
    static String braced(UUID guid) {
        return "{" + guid + "}";
    }
}
