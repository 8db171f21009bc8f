package io.sdr.core.sync.wire;

import io.sdr.api.spi.Extent;
import io.sdr.api.spi.VirtualDisk;
import java.util.Arrays;

/** Which units of a disk may hold data, asked for 64 MiB at a time, in ascending order. One thread's own. */
final class UnitExtents {
    private static final int WINDOW_UNITS = 64;

    private final VirtualDisk disk;
    private final boolean[] data = new boolean[WINDOW_UNITS];
    private long first = -WINDOW_UNITS;

    UnitExtents(VirtualDisk disk) {
        this.disk = disk;
    }

    boolean hasData(long unit) {
        if (unit < first || unit >= first + WINDOW_UNITS) {
            load(unit / WINDOW_UNITS * WINDOW_UNITS);
        }
        return data[(int) (unit - first)];
    }

    private void load(long from) {
        first = from;
        Arrays.fill(data, false);
        long offset = from * Sizes.UNIT_BYTES;
        long length = Math.min((long) WINDOW_UNITS * Sizes.UNIT_BYTES, disk.sizeBytes() - offset);
        disk.extents(offset, length, (at, bytes, extent) -> {
            if (extent == Extent.DATA) {
                int last = (int) ((at + bytes - 1 - offset) / Sizes.UNIT_BYTES);
                Arrays.fill(data, (int) ((at - offset) / Sizes.UNIT_BYTES), last + 1, true);
            }
        });
    }
}
