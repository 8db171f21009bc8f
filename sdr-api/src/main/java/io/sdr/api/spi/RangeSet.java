package io.sdr.api.spi;

import java.util.Arrays;

/**
 * An immutable set of bytes of a disk, as disjoint ranges that do not touch, in ascending order. Takes 16 bytes a range.
 */
public final class RangeSet {
    /** No byte. */
    public static final RangeSet EMPTY = new RangeSet(new long[0]);

    /** Takes the ranges in ascending order. */
    @FunctionalInterface
    public interface Visitor {
        /**
         * Takes one range.
         *
         * @param offset where it begins, in bytes
         * @param length its length in bytes, at least 1
         */
        void visit(long offset, long length);
    }

    private final long[] bounds; // start0, end0, start1, end1, ...

    private RangeSet(long[] bounds) {
        this.bounds = bounds;
    }

    /**
     * Makes a set of one range.
     *
     * @param offset where it begins, at least 0
     * @param length its length; 0 gives the empty set
     * @return the set
     */
    public static RangeSet of(long offset, long length) {
        return new Builder().add(offset, length).build();
    }

    /** Collects ranges in any order, overlapping or not. Not thread-safe. */
    public static final class Builder {
        private long[] pairs = new long[16];
        private int used;
        private boolean sorted = true;

        /** Starts with no range. */
        public Builder() {}

        /**
         * Adds a range.
         *
         * @param offset where it begins, at least 0
         * @param length its length, at least 0
         * @return this
         * @throws IllegalArgumentException if negative or beyond {@link Long#MAX_VALUE}
         */
        public Builder add(long offset, long length) {
            if (offset < 0 || length < 0 || offset + length < 0) {
                throw new IllegalArgumentException("no range: offset " + offset + ", length " + length);
            }
            if (length == 0) {
                return this;
            }
            long end = offset + length;
            if (used > 0 && sorted && offset >= pairs[used - 2] && offset <= pairs[used - 1]) {
                pairs[used - 1] = Math.max(end, pairs[used - 1]);
                return this;
            }
            if (used > 0 && offset < pairs[used - 1]) {
                sorted = false;
            }
            if (used == pairs.length) {
                pairs = Arrays.copyOf(pairs, used * 2);
            }
            pairs[used++] = offset;
            pairs[used++] = end;
            return this;
        }

        /**
         * Adds all ranges of a set.
         *
         * @param set the set
         * @return this
         */
        public Builder add(RangeSet set) {
            set.forEach(this::add);
            return this;
        }

        /**
         * Makes the set.
         *
         * @return the set
         */
        public RangeSet build() {
            if (used == 0) {
                return EMPTY;
            }
            if (sorted) {
                return new RangeSet(Arrays.copyOf(pairs, used));
            }
            int count = used / 2;
            Integer[] order = new Integer[count];
            Arrays.setAll(order, i -> i);
            Arrays.sort(order, (a, b) -> Long.compare(pairs[2 * a], pairs[2 * b]));
            long[] merged = new long[used];
            int size = 0;
            for (int i : order) {
                long start = pairs[2 * i];
                long end = pairs[2 * i + 1];
                if (size > 0 && start <= merged[size - 1]) {
                    merged[size - 1] = Math.max(merged[size - 1], end);
                } else {
                    merged[size++] = start;
                    merged[size++] = end;
                }
            }
            return new RangeSet(Arrays.copyOf(merged, size));
        }
    }

    /**
     * Unites.
     *
     * @param other another set
     * @return every byte that is in one of the two
     */
    public RangeSet union(RangeSet other) {
        return isEmpty()
                ? other
                : other.isEmpty() ? this : new Builder().add(this).add(other).build();
    }

    /**
     * Intersects.
     *
     * @param other another set
     * @return every byte that is in both
     */
    public RangeSet intersect(RangeSet other) {
        Builder both = new Builder();
        int i = 0;
        int j = 0;
        while (i < bounds.length && j < other.bounds.length) {
            long start = Math.max(bounds[i], other.bounds[j]);
            long end = Math.min(bounds[i + 1], other.bounds[j + 1]);
            if (start < end) {
                both.add(start, end - start);
            }
            if (bounds[i + 1] < other.bounds[j + 1]) {
                i += 2;
            } else {
                j += 2;
            }
        }
        return both.build();
    }

    /**
     * Takes away.
     *
     * @param other another set
     * @return every byte that is here and not there
     */
    public RangeSet minus(RangeSet other) {
        Builder rest = new Builder();
        int j = 0;
        for (int i = 0; i < bounds.length; i += 2) {
            long start = bounds[i];
            long end = bounds[i + 1];
            while (j < other.bounds.length && other.bounds[j + 1] <= start) {
                j += 2;
            }
            int k = j;
            while (start < end && k < other.bounds.length && other.bounds[k] < end) {
                if (other.bounds[k] > start) {
                    rest.add(start, other.bounds[k] - start);
                }
                start = Math.max(start, other.bounds[k + 1]);
                k += 2;
            }
            if (start < end) {
                rest.add(start, end - start);
            }
        }
        return rest.build();
    }

    /**
     * Widens every range to whole blocks.
     *
     * @param blockBytes the block size in bytes, above 0
     * @param sizeBytes where the disk ends: nothing goes beyond
     * @return the widened set
     */
    public RangeSet aligned(int blockBytes, long sizeBytes) {
        Builder wide = new Builder();
        for (int i = 0; i < bounds.length; i += 2) {
            long start = bounds[i] / blockBytes * blockBytes;
            long last = (bounds[i + 1] - 1) / blockBytes;
            long end = last >= sizeBytes / blockBytes ? sizeBytes : (last + 1) * blockBytes;
            if (start < end) {
                wide.add(start, end - start);
            }
        }
        return wide.build();
    }

    /**
     * Visits all ranges.
     *
     * @param visitor takes them
     */
    public void forEach(Visitor visitor) {
        for (int i = 0; i < bounds.length; i += 2) {
            visitor.visit(bounds[i], bounds[i + 1] - bounds[i]);
        }
    }

    /**
     * Looks for one byte.
     *
     * @param offset the byte
     * @return whether it is in the set
     */
    public boolean contains(long offset) {
        int at = Arrays.binarySearch(bounds, offset);
        return at >= 0 ? (at & 1) == 0 : ((-at - 1) & 1) == 1;
    }

    /**
     * Tells whether there is none.
     *
     * @return true for the empty set
     */
    public boolean isEmpty() {
        return bounds.length == 0;
    }

    /**
     * Counts the ranges.
     *
     * @return the number of ranges
     */
    public int count() {
        return bounds.length / 2;
    }

    /**
     * Adds the lengths up.
     *
     * @return the number of bytes in the set
     */
    public long bytes() {
        long sum = 0;
        for (int i = 0; i < bounds.length; i += 2) {
            sum += bounds[i + 1] - bounds[i];
        }
        return sum;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RangeSet set && Arrays.equals(bounds, set.bounds);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bounds);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("{");
        forEach((offset, length) -> text.append(text.length() > 1 ? ", " : "")
                .append(offset)
                .append('+')
                .append(length));
        return text.append('}').toString();
    }
}
