package io.sdr.hyperv.blocks;

import io.sdr.api.spi.Extent;
import io.sdr.api.spi.ExtentVisitor;
import io.sdr.api.spi.VirtualDisk;
import java.nio.ByteBuffer;
import java.util.Optional;

/** What a file that lacks something shows instead: its parent, and zeros where that ends or is none. */
final class ParentView {
    private ParentView() {}

    static void read(Optional<VirtualDisk> parent, long offset, ByteBuffer into) {
        int limit = into.limit();
        int there = there(parent, offset, into.remaining());
        if (there > 0) {
            into.limit(into.position() + there);
            parent.orElseThrow().read(offset, into);
            into.limit(limit);
        }
        ImageFile.fillZeros(into, into.remaining());
    }

    private static int there(Optional<VirtualDisk> parent, long offset, int length) {
        return parent.map(disk -> (int) Math.max(0, Math.min(length, disk.sizeBytes() - offset)))
                .orElse(0);
    }

    static void extents(Optional<VirtualDisk> parent, long offset, long length, ExtentVisitor visitor) {
        long there = parent.map(disk -> Math.max(0, Math.min(length, disk.sizeBytes() - offset)))
                .orElse(0L);
        if (there > 0) {
            parent.orElseThrow().extents(offset, there, visitor);
        }
        if (there < length) {
            visitor.visit(offset + there, length - there, Extent.ZERO);
        }
    }

    /** Tells whether a range begins where there is no parent any more. */
    static boolean isBehind(Optional<VirtualDisk> parent, long offset) {
        return parent.isEmpty() || offset >= parent.get().sizeBytes();
    }

    static boolean isZero(Optional<VirtualDisk> parent, long offset, long length) {
        boolean[] zero = {true};
        extents(parent, offset, length, (at, bytes, extent) -> zero[0] &= extent == Extent.ZERO);
        return zero[0];
    }
}
