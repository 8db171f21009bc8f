package io.sdr.hyperv.provider;

import io.sdr.api.Problem;
import io.sdr.api.spi.ForwardingDisk;
import io.sdr.api.spi.StorageException;
import io.sdr.api.spi.VirtualDisk;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;

/** A disk for reading that says when it is closed. */
final class ReadDisk extends ForwardingDisk {
    private final Runnable closed;
    private final AtomicBoolean done = new AtomicBoolean();

    ReadDisk(VirtualDisk disk, Runnable closed) {
        super(disk);
        this.closed = closed;
    }

    @Override
    public void write(long offset, ByteBuffer from) {
        throw forReading();
    }

    @Override
    public void zero(long offset, long length) {
        throw forReading();
    }

    @Override
    public void grow(long newSizeBytes) {
        throw forReading();
    }

    private static StorageException forReading() {
        return new StorageException(Problem.of(StorageException.FAILED)
                .attempted("write to a frozen disk")
                .state("it is for reading")
                .remedy("write to the disk of the VM"));
    }

    @Override
    public void flush() {
        // Nothing is ever written.
    }

    @Override
    public void close() {
        if (done.compareAndSet(false, true)) {
            try {
                super.close();
            } finally {
                closed.run();
            }
        }
    }
}
