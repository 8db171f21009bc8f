package io.sdr.core.sync;

import io.sdr.api.spi.Extent;
import io.sdr.api.spi.VirtualDisk;
import java.util.Arrays;
import java.util.Optional;

/**
 * The extents of a part of a disk, asked for before anything in it is written. Used again for the next part; bounded, since the
 * part is.
 */
final class ExtentWindow {
    private final Optional<VirtualDisk> disk;
    private long[] ends = new long[64];
    private Extent[] kinds = new Extent[64];
    private int count;
    private int at;

    /** Empty for a disk that nothing is known of: all of it counts as data. */
    ExtentWindow(Optional<VirtualDisk> disk) {
        this.disk = disk;
    }

    void load(long offset, long length) {
        count = 0;
        at = 0;
        if (disk.isPresent()) {
            disk.get().extents(offset, length, (from, bytes, extent) -> add(from + bytes, extent));
        } else {
            add(offset + length, Extent.DATA);
        }
    }

    private void add(long end, Extent extent) {
        if (count > 0 && kinds[count - 1] == extent) {
            ends[count - 1] = end;
            return;
        }
        if (count == ends.length) {
            ends = Arrays.copyOf(ends, count * 2);
            kinds = Arrays.copyOf(kinds, count * 2);
        }
        ends[count] = end;
        kinds[count] = extent;
        count++;
    }

    /** Gives what is known at an offset, and at which byte that ends. Offsets are asked for in ascending order. */
    Extent kindAt(long offset) {
        while (ends[at] <= offset) {
            at++;
        }
        return kinds[at];
    }

    /** Where the extent ends that {@link #kindAt} found last. */
    long end() {
        return ends[at];
    }
}
