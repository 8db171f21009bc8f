package io.sdr.core.sync;

import io.sdr.api.spi.Access;
import io.sdr.api.spi.ForwardingFile;
import io.sdr.api.spi.ForwardingFolder;
import io.sdr.api.spi.StorageFile;
import io.sdr.api.spi.StorageFolder;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;

/** A folder whose process is halted at the nth thing that it does to a file. */
public final class HaltingFolder extends ForwardingFolder {
    /** The exit code. */
    public static final int HALTED = 77;

    private final AtomicInteger left;

    public HaltingFolder(StorageFolder real, AtomicInteger left) {
        super(real);
        this.left = left;
    }

    private void step() {
        if (left.getAndDecrement() == 0) {
            Runtime.getRuntime().halt(HALTED);
        }
    }

    @Override
    protected StorageFolder wrap(StorageFolder child) {
        return new HaltingFolder(child, left);
    }

    @Override
    public StorageFile open(String name, Access access) {
        step();
        return super.open(name, access);
    }

    @Override
    public boolean delete(String name) {
        step();
        return super.delete(name);
    }

    @Override
    protected StorageFile wrap(String name, StorageFile file) {
        return new ForwardingFile(file) {
            @Override
            public int read(long position, ByteBuffer into) {
                step();
                return super.read(position, into);
            }

            @Override
            public void write(long position, ByteBuffer from) {
                step();
                int half = from.remaining() / 2;
                super.write(position, from.duplicate().limit(from.position() + half));
                step(); // half of it is written
                super.write(position, from);
            }

            @Override
            public void force() {
                step();
                super.force();
            }
        };
    }
}
