package io.sdr.hyperv.blocks;

/**
 * The bits of one block's sectors.
 *
 * @param pages the cache that they lie in; its order is little-endian if the lowest bit of a byte comes first, else big-endian
 * @param at where the first byte is; a multiple of 8
 * @param lowestFirst whether a byte's lowest bit is its first sector
 */
public record SectorBits(MetadataPages pages, long at, boolean lowestFirst) {
    /** Tells whether a bit is set. */
    public boolean get(int sector) {
        return (pages.get(at + sector / 8) & mask(sector)) != 0;
    }

    private int mask(int sector) {
        return lowestFirst ? 1 << (sector % 8) : 0x80 >>> (sector % 8);
    }

    /** Gives the end of the run of bits that are as the first one is. */
    public int runEnd(int sector, int limit) {
        boolean first = get(sector);
        int bit = sector + 1;
        while (bit < limit) {
            long word = pages.getLong(at + bit / 64 * 8L);
            long different = first ? ~word : word;
            long rest = lowestFirst ? different >>> (bit % 64) : different << (bit % 64);
            if (rest != 0) {
                int same = lowestFirst ? Long.numberOfTrailingZeros(rest) : Long.numberOfLeadingZeros(rest);
                return Math.min(limit, bit + same);
            }
            bit = (bit / 64 + 1) * 64;
        }
        return limit;
    }

    /** Sets bits; what is so already is not written again. */
    public void set(int from, int end, boolean value) {
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
                int mask = mask(bit);
                byte old = pages.get(at + bit / 8);
                pages.put(at + bit / 8, (byte) (value ? old | mask : old & ~mask));
                bit++;
            }
        }
    }
}
