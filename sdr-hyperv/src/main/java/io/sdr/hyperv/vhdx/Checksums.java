package io.sdr.hyperv.vhdx;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** CRC-32C of structures whose own field of four bytes, at offset 4, counts as zeros ([MS-VHDX] 2.2.2, 2.2.3, 2.3.1.1). */
final class Checksums {
    static final int AT = 4;

    private Checksums() {}

    static int of(ByteBuffer structure) {
        CRC32C crc = new CRC32C();
        crc.update(structure.slice(0, AT));
        crc.update(new byte[4]);
        crc.update(structure.slice(AT + 4, structure.limit() - AT - 4));
        return (int) crc.getValue();
    }

    static void seal(ByteBuffer structure) {
        structure.putInt(AT, of(structure));
    }
}
