package io.sdr.hyperv.vhdx;

import io.sdr.hyperv.blocks.MetadataPages;

/**
 * The bits of one block's sectors, the lowest bit of a byte first ([MS-VHDX] 2.4).
 *
 * @param pages the cache that they lie in
 * @param at where the first byte is; a multiple of 8
 */
record SectorBits(MetadataPages pages, long at) {
    boolean get(int sector) {
        return (pages.get(at + sector / 8) >>> (sector % 8) & 1) != 0;
    }

    /** Gives the end of the run of bits that are as the first one is. */
    int runEnd(int sector, int limit) {
        boolean first = get(sector);
        int bit = sector + 1;
        while (bit < limit) {
            long word = pages.getLong(at + bit / 64 * 8L);
            long different = (first ? ~word : word) >>> (bit % 64);
            if (different != 0) {
                return Math.min(limit, bit + Long.numberOfTrailingZeros(different));
            }
            bit = (bit / 64 + 1) * 64;
        }
        return limit;
    }

    /** Sets bits; what is so already is not written again. */
    void set(int from, int end, boolean value) {
        if (from < end && get(from) == value && runEnd(from, end) == end) {
            return;
        }
        int bit = from;
        while (bit < end) {
            if (bit % 8 == 0 && end - bit >= 8) {
                int bytes = (end - bit) / 8;
                pages.fill(at + bit / 8, bytes, (byte) (value ? -1 : 0));
                bit += bytes * 8;
            } else {
                int mask = 1 << (bit % 8);
                byte old = pages.get(at + bit / 8);
                pages.put(at + bit / 8, (byte) (value ? old | mask : old & ~mask));
                bit++;
            }
        }
    }
}
