package io.sdr.hyperv.vhd;

import java.nio.ByteBuffer;

/** The checksum of footer and header: the one's complement of the sum of all other bytes ("Checksum" in both sections). */
final class Sum {
    private Sum() {}

    static int of(ByteBuffer bytes, int checksumAt) {
        int sum = 0;
        for (int i = 0; i < bytes.limit(); i++) {
            if (i < checksumAt || i >= checksumAt + Integer.BYTES) {
                sum += bytes.get(i) & 0xFF;
            }
        }
        return ~sum;
    }
}
