package io.sdr.core.sync;

import io.sdr.api.spi.Access;
import io.sdr.api.spi.LocalFolder;
import io.sdr.api.spi.StorageFile;
import io.sdr.api.spi.StorageFolder;
import io.sdr.testkit.ForwardingFile;
import io.sdr.testkit.ForwardingFolder;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** A process of its own that syncs one image into another and is halted at the nth thing that it does to a file. */
final class KilledSync {
    static final int HALTED = 77;

    private KilledSync() {}

    public static void main(String[] args) {
        AtomicInteger left = new AtomicInteger(Integer.parseInt(args[2]));
        InPlaceSync.of(
                        Path.of(args[0]),
                        Path.of(args[1]),
                        InPlaceSync.Mode.valueOf(args[3]),
                        path -> new Halting(LocalFolder.of(path), left))
                .by(SyncWorkers.of(2, work -> new Thread(work).start()))
                .run();
    }

    private static final class Halting extends ForwardingFolder {
        private final AtomicInteger left;

        Halting(StorageFolder real, AtomicInteger left) {
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
            return new Halting(child, left);
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
}
