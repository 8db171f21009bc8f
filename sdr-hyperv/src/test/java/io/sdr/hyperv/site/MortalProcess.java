package io.sdr.hyperv.site;

import io.sdr.api.spi.Access;
import io.sdr.api.spi.ForwardingFile;
import io.sdr.api.spi.ForwardingFolder;
import io.sdr.api.spi.StorageFile;
import io.sdr.api.spi.StorageFolder;
import io.sdr.hyperv.access.DataPath;
import io.sdr.hyperv.powershell.Script;
import io.sdr.hyperv.transport.Exchange;
import io.sdr.hyperv.transport.Limits;
import io.sdr.hyperv.transport.PowerShellTransport;
import io.sdr.testkit.SimulatedDeath;
import io.sdr.testkit.SimulatedProcess;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * One process of the engine, which may die at each thing that it does to a host or to its files. What it did is done, and its files
 * are closed, as by a system that ends a process; from then on it does nothing. What its store held in that moment is kept.
 */
final class MortalProcess implements Passage {
    /** One thing that a process does: a script, or a call on a folder or on an open file. */
    record Act(Way way, String what, boolean changes) {}

    /** Through what an act goes. */
    enum Way {
        SCRIPT,
        FOLDER,
        FILE
    }

    /** Is told of each act, and may let the process die. */
    interface Watcher {
        /** Tells whether the process dies now: nothing of the act was done. */
        boolean diesBefore(Act act);

        /** Tells whether the process dies now: the act was done, and nobody hears of it. */
        boolean diesAfter(Act act);
    }

    private final SimulatedProcess process = new SimulatedProcess();
    private final Set<StorageFile> open = ConcurrentHashMap.newKeySet();
    private final Supplier<Path> copyOfStore;
    private final Watcher watcher;
    private Optional<Path> left = Optional.empty();

    MortalProcess(Supplier<Path> copyOfStore, Watcher watcher) {
        this.copyOfStore = copyOfStore;
        this.watcher = watcher;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** The store that it left when it died. */
    Path left() {
        return left.orElseThrow();
    }

    /** Ends it. */
    SimulatedDeath die(String where) {
        left = Optional.of(copyOfStore.get());
        process.kill();
        open.forEach(StorageFile::close);
        open.clear();
        return new SimulatedDeath(where);
    }

    private <T> T does(Way way, String what, boolean changes, Supplier<T> act) {
        process.check();
        Act done = new Act(way, what, changes);
        if (watcher.diesBefore(done)) {
            throw die("before " + what);
        }
        T result = act.get();
        if (watcher.diesAfter(done)) {
            throw die("after " + what);
        }
        return result;
    }

    private void does(Way way, String what, Runnable act) {
        Object unused = does(way, what, true, () -> {
            act.run();
            return true;
        });
    }

    @Override
    public PowerShellTransport over(PowerShellTransport way) {
        return new PowerShellTransport() {
            @Override
            public String host() {
                return way.host();
            }

            @Override
            public Exchange exchange(byte[] request, Limits limits) {
                Script script = ObedientTransport.asked(request);
                boolean changes = script.effect() == Script.Effect.CHANGE;
                return does(Way.SCRIPT, script.name(), changes, () -> way.exchange(request, limits));
            }

            @Override
            public void close() {
                way.close();
            }
        };
    }

    @Override
    public DataPath over(DataPath files) {
        return folder -> new Folder(files.folder(folder));
    }

    private final class Folder extends ForwardingFolder {
        Folder(StorageFolder inner) {
            super(inner);
        }

        @Override
        protected StorageFolder wrap(StorageFolder child) {
            return new Folder(child);
        }

        @Override
        protected StorageFile wrap(String name, StorageFile file) {
            open.add(file);
            return new Opened(name, file);
        }

        @Override
        public List<Entry> list() {
            return does(Way.FOLDER, "list", false, super::list);
        }

        @Override
        public Optional<Entry> find(String name) {
            return does(Way.FOLDER, "find " + name, false, () -> super.find(name));
        }

        @Override
        public StorageFile create(String name) {
            return does(Way.FOLDER, "create " + name, true, () -> super.create(name));
        }

        @Override
        public StorageFile open(String name, Access access) {
            return does(Way.FOLDER, "open " + name, false, () -> super.open(name, access));
        }

        @Override
        public boolean publish(String temporary, String name) {
            return does(Way.FOLDER, "publish " + name, true, () -> super.publish(temporary, name));
        }

        @Override
        public void move(String name, StorageFolder target, String newName) {
            does(Way.FOLDER, "move " + name, () -> super.move(name, target, newName));
        }

        @Override
        public boolean delete(String name) {
            return does(Way.FOLDER, "delete " + name, true, () -> super.delete(name));
        }

        @Override
        public boolean deleteChild(String name) {
            return does(Way.FOLDER, "delete folder " + name, true, () -> super.deleteChild(name));
        }
    }

    private final class Opened extends ForwardingFile {
        private final String name;
        private final StorageFile file;

        Opened(String name, StorageFile file) {
            super(file);
            this.name = name;
            this.file = file;
        }

        @Override
        public int read(long position, ByteBuffer into) {
            process.check();
            return super.read(position, into);
        }

        @Override
        public void write(long position, ByteBuffer from) {
            does(Way.FILE, "write " + name, () -> super.write(position, from));
        }

        @Override
        public void setSize(long size) {
            does(Way.FILE, "resize " + name, () -> super.setSize(size));
        }

        @Override
        public void force() {
            does(Way.FILE, "force " + name, super::force);
        }

        @Override
        public void close() {
            if (open.remove(file)) {
                super.close();
            }
        }
    }
}
