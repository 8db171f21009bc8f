package io.sdr.core.sync;

import io.sdr.api.Problem;
import io.sdr.api.spi.Access;
import io.sdr.api.spi.ForwardingFile;
import io.sdr.api.spi.ForwardingFolder;
import io.sdr.api.spi.LocalFolder;
import io.sdr.api.spi.StorageException;
import io.sdr.api.spi.StorageFile;
import io.sdr.api.spi.StorageFolder;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;

/** A real folder in which a file can be made to fail at its nth read, or at its nth write, or to be opened. */
public final class FaultyFolder extends ForwardingFolder {
    private final Faults faults;

    /** Which file fails when; counted over all folders that share it. */
    public static final class Faults {
        private final String file;
        private final boolean unopenable;
        private int readsLeft;
        private int writesLeft;
        private int forces;
        private Optional<Runnable> atRead = Optional.empty();

        private Faults(String file, boolean unopenable, int readsLeft, int writesLeft) {
            this.file = file;
            this.unopenable = unopenable;
            this.readsLeft = readsLeft;
            this.writesLeft = writesLeft;
        }

        public static Faults none() {
            return new Faults("", false, -1, -1);
        }

        public static Faults unopenable(String file) {
            return new Faults(file, true, -1, -1);
        }

        public static Faults unreadableAfter(String file, int reads) {
            return new Faults(file, false, reads, -1);
        }

        public static Faults fullAfter(String file, int writes) {
            return new Faults(file, false, -1, writes);
        }

        /** Does something at the read after so many. */
        public static Faults doingAfter(String file, int reads, Runnable action) {
            Faults faults = new Faults(file, false, reads, -1);
            faults.atRead = Optional.of(action);
            return faults;
        }

        public int forces() {
            return forces;
        }

        public StorageFolder folder(Path path) {
            return new FaultyFolder(LocalFolder.of(path), this);
        }

        private void read(String name) {
            if (name.equals(file) && readsLeft-- == 0) {
                atRead.ifPresentOrElse(Runnable::run, () -> fail(StorageException.FAILED, name));
            }
        }

        private void write(String name) {
            if (name.equals(file) && writesLeft-- == 0) {
                fail(StorageException.FULL, name);
            }
        }

        private static void fail(String code, String name) {
            throw new StorageException(Problem.of(code).attempted("use " + name).state("a scripted fault"));
        }
    }

    private FaultyFolder(StorageFolder real, Faults faults) {
        super(real);
        this.faults = faults;
    }

    @Override
    protected StorageFolder wrap(StorageFolder child) {
        return new FaultyFolder(child, faults);
    }

    @Override
    public StorageFile open(String name, Access access) {
        if (faults.unopenable && name.equals(faults.file)) {
            Faults.fail(StorageException.FAILED, name);
        }
        return super.open(name, access);
    }

    @Override
    protected StorageFile wrap(String name, StorageFile file) {
        return new ForwardingFile(file) {
            @Override
            public int read(long position, ByteBuffer into) {
                faults.read(name);
                return super.read(position, into);
            }

            @Override
            public void write(long position, ByteBuffer from) {
                faults.write(name);
                super.write(position, from);
            }

            @Override
            public void force() {
                faults.forces++;
                super.force();
            }
        };
    }
}
