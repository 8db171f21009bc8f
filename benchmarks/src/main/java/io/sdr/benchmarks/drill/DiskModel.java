package io.sdr.benchmarks.drill;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** What a disk should hold: the image, and over it the guest's writes in order. */
final class DiskModel implements PlainDisk {
    private final DrillImage image;
    private final PlainDisk disk;
    private final List<GuestWrite> writes;

    DiskModel(DrillImage image, List<GuestWrite> writes) throws IOException {
        this.image = image;
        this.disk = PlainDisks.open(image.path());
        this.writes = List.copyOf(writes);
    }

    @Override
    public long sizeBytes() {
        return image.sizeBytes();
    }

    @Override
    public void read(long offset, ByteBuffer into) throws IOException {
        int start = into.position();
        ByteBuffer part = into.slice();
        int there = (int) Math.max(0, Math.min(part.limit(), disk.sizeBytes() - offset));
        if (there > 0) {
            disk.read(offset, part.slice(0, there));
        }
        for (int at = there; at < part.limit(); at++) {
            part.put(at, (byte) 0);
        }
        for (GuestWrite write : writes) {
            if (write.touches(offset, part.limit())) {
                write.overlay(offset, part);
            }
        }
        into.position(start + part.limit());
    }

    @Override
    public int depth() {
        return 1;
    }

    @Override
    public String filesAt(long offset) {
        return image.path().toString();
    }

    @Override
    public void close() throws IOException {
        disk.close();
    }
}
