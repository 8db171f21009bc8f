package io.sdr.core.sync;

import io.sdr.api.Problem;
import io.sdr.api.spi.Access;
import io.sdr.api.spi.LocalFolder;
import io.sdr.api.spi.StorageException;
import io.sdr.api.spi.StorageFile;
import io.sdr.api.spi.StorageFolder;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A real folder in which a file can be made to fail at its nth read, or at its nth write, or to be opened. */
final class FaultyFolder implements StorageFolder {
    private final StorageFolder real;
    private final Faults faults;

    /** Which file fails when; counted over all folders that share it. */
    static final class Faults {
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

        static Faults none() {
            return new Faults("", false, -1, -1);
        }

        static Faults unopenable(String file) {
            return new Faults(file, true, -1, -1);
        }

        static Faults unreadableAfter(String file, int reads) {
            return new Faults(file, false, reads, -1);
        }

        static Faults fullAfter(String file, int writes) {
            return new Faults(file, false, -1, writes);
        }

        /** Does something at the read after so many. */
        static Faults doingAfter(String file, int reads, Runnable action) {
            Faults faults = new Faults(file, false, reads, -1);
            faults.atRead = Optional.of(action);
            return faults;
        }

        int forces() {
            return forces;
        }

        StorageFolder folder(Path path) {
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
        this.real = real;
        this.faults = faults;
    }

    @Override
    public String describe() {
        return real.describe();
    }

    @Override
    public StorageFolder child(String name) {
        return new FaultyFolder(real.child(name), faults);
    }

    @Override
    public List<String> children() {
        return real.children();
    }

    @Override
    public List<Entry> list() {
        return real.list();
    }

    @Override
    public Optional<Entry> find(String name) {
        return real.find(name);
    }

    @Override
    public StorageFile create(String name) {
        return new File(name, real.create(name));
    }

    @Override
    public StorageFile open(String name, Access access) {
        if (faults.unopenable && name.equals(faults.file)) {
            Faults.fail(StorageException.FAILED, name);
        }
        return new File(name, real.open(name, access));
    }

    @Override
    public boolean publish(String temporary, String name) {
        return real.publish(temporary, name);
    }

    @Override
    public void move(String name, StorageFolder target, String newName) {
        real.move(name, target, newName);
    }

    @Override
    public boolean delete(String name) {
        return real.delete(name);
    }

    @Override
    public boolean deleteChild(String name) {
        return real.deleteChild(name);
    }

    @Override
    public void force() {
        real.force();
    }

    @Override
    public long freeBytes() {
        return real.freeBytes();
    }

    private final class File implements StorageFile {
        private final String name;
        private final StorageFile file;

        File(String name, StorageFile file) {
            this.name = name;
            this.file = file;
        }

        @Override
        public long size() {
            return file.size();
        }

        @Override
        public int read(long position, ByteBuffer into) {
            faults.read(name);
            return file.read(position, into);
        }

        @Override
        public void write(long position, ByteBuffer from) {
            faults.write(name);
            file.write(position, from);
        }

        @Override
        public void setSize(long size) {
            file.setSize(size);
        }

        @Override
        public void force() {
            faults.forces++;
            file.force();
        }

        @Override
        public void close() {
            file.close();
        }
    }
}
