package io.sdr.benchmarks.drill;

import io.sdr.api.spi.Access;
import io.sdr.api.spi.DiskFormat;
import io.sdr.api.spi.ForwardingDisk;
import io.sdr.api.spi.StorageFolder;
import io.sdr.api.spi.VirtualDisk;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A format of frozen disks, which stops in the middle of a disk where {@link AgentHold} asks for it: once two MiB of it were read, or
 * half of a small one.
 *
 * @param format reads them
 * @param hold stops
 */
record HeldFormat(DiskFormat format, AgentHold hold) implements DiskFormat {
    private static final long BEFORE_BYTES = 2 << 20;

    @Override
    public String name() {
        return format.name();
    }

    @Override
    public boolean recognises(StorageFolder folder, String file) {
        return format.recognises(folder, file);
    }

    @Override
    public VirtualDisk open(StorageFolder folder, String file, Access access) {
        return new Held(format.open(folder, file, access), hold);
    }

    @Override
    public VirtualDisk create(StorageFolder folder, String file, long sizeBytes) {
        return format.create(folder, file, sizeBytes);
    }

    @Override
    public VirtualDisk createLayer(StorageFolder folder, String file, String parent) {
        return format.createLayer(folder, file, parent);
    }

    @Override
    public List<String> files(StorageFolder folder, String file) {
        return format.files(folder, file);
    }

    @Override
    public void move(StorageFolder folder, String file, StorageFolder target, String newFile) {
        format.move(folder, file, target, newFile);
    }

    @Override
    public void delete(StorageFolder folder, String file) {
        format.delete(folder, file);
    }

    private static final class Held extends ForwardingDisk {
        private final AgentHold hold;
        private final AtomicLong bytes = new AtomicLong();

        Held(VirtualDisk disk, AgentHold hold) {
            super(disk);
            this.hold = hold;
        }

        @Override
        public void read(long offset, ByteBuffer into) {
            if (bytes.getAndAdd(into.remaining()) >= Math.min(BEFORE_BYTES, sizeBytes() / 2)) {
                hold.pass();
            }
            super.read(offset, into);
        }
    }
}
