package io.sdr.benchmarks.drill;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.List;

/** What a disk should hold: the image, and over it the guest's writes in order. */
final class DiskModel implements PlainDisk {
    private final ImageFile image;
    private final FileChannel channel;
    private final List<GuestWrite> writes;

    DiskModel(ImageFile image, List<GuestWrite> writes) throws IOException {
        this.image = image;
        this.channel = image.open();
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
        PlainDisk.readFully(channel, offset, part);
        part.rewind();
        for (GuestWrite write : writes) {
            if (write.touches(offset, part.limit())) {
                write.overlay(offset, part);
            }
        }
        into.position(start + part.limit());
    }

    @Override
    public String filesAt(long offset) {
        return image.path().toString();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
