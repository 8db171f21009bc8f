package io.sdr.testkit;

import io.sdr.api.spi.Access;
import io.sdr.api.spi.StorageFile;
import io.sdr.api.spi.StorageFolder;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A storage folder in memory that dies and forgets. Every change (write, setSize, force of a file or folder, create, publish,
 * move, delete, deleteChild) is counted over the whole tree, and the process can be made to die before any of them:
 *
 * <pre>{@code
 * CrashFolder folder = CrashFolder.over(new MemoryFolder(), process);
 * folder.dieBefore(17);
 * try { work(folder); } catch (SimulatedDeath expected) { }
 * MemoryFolder found = folder.afterCrash(seed);
 * }</pre>
 *
 * <p>After a crash each write that was not forced is kept, lost or torn by sectors of 512 bytes, on its own, whatever came after
 * it; each name that was not forced in its folder is kept or lost; a publish may be found under both names; a move is found done or
 * not done, and is durable when both folders were forced, the new one first. Thread-safe.
 */
public final class CrashFolder implements StorageFolder {
    private final MemoryFolder live;
    private final Tree tree;
    private final Map<String, CrashFolder> children = new HashMap<>();

    /** What the folders of one tree share. */
    private static final class Tree {
        private static final int LOG_LIMIT = 200_000;

        private final SimulatedProcess process;
        private final MemoryFolder root;
        private final List<String> log = new ArrayList<>();
        private long operations;
        private long writes;
        private long deathAt = -1;
        private long fullFrom = -1;
        private long badEnd = -1;
        private long badStart = -1;
        private String badFile = "";

        Tree(SimulatedProcess process, MemoryFolder root) {
            this.process = process;
            this.root = root;
        }

        synchronized void step(String what) {
            process.check();
            operations++;
            if (log.size() < LOG_LIMIT) {
                log.add(what);
            }
            if (operations == deathAt) {
                throw process.die("before operation " + operations + " of the storage: " + what);
            }
        }

        synchronized void needsRoom(String what, String file) {
            writes++;
            if (fullFrom >= 0 && writes >= fullFrom) {
                throw MemoryStorage.full(what, file);
            }
        }

        synchronized void reads(String file, long position, int length) {
            process.check();
            if (badStart >= 0 && file.endsWith(badFile) && position < badEnd && position + length > badStart) {
                throw MemoryStorage.failed("read", file, "input/output error at " + Math.max(position, badStart));
            }
        }
    }

    private CrashFolder(MemoryFolder live, Tree tree) {
        this.live = live;
        this.tree = tree;
    }

    /**
     * Makes a storage that begins with the content of another one, all of it durable.
     *
     * @param before the content; copied, not changed
     * @param process dies with the storage
     * @return the root folder
     */
    public static CrashFolder over(MemoryFolder before, SimulatedProcess process) {
        MemoryFolder live = before.copy(true);
        return new CrashFolder(live, new Tree(process, live));
    }

    /**
     * Makes a storage with a process of its own.
     *
     * @param before the content; copied, not changed
     * @return the root folder
     */
    public static CrashFolder over(MemoryFolder before) {
        return over(before, new SimulatedProcess());
    }

    /**
     * Gives the process that this storage belongs to.
     *
     * @return the process
     */
    public SimulatedProcess process() {
        return tree.process;
    }

    /**
     * Counts the changes.
     *
     * @return how many there were so far in the whole tree, those refused by a fault included
     */
    public long operations() {
        synchronized (tree) {
            return tree.operations;
        }
    }

    /**
     * Lists the changes, to name the one at which a test died.
     *
     * @return one line each, the first 200,000 of them
     */
    public List<String> log() {
        synchronized (tree) {
            return List.copyOf(tree.log);
        }
    }

    /**
     * Lets the process die.
     *
     * @param operation instead of which change, counted from 1 since the storage was made; negative for never
     */
    public void dieBefore(long operation) {
        synchronized (tree) {
            tree.deathAt = operation;
        }
    }

    /**
     * Lets the storage be full, until {@link #giveRoom}.
     *
     * @param write from which write on, counted from 1 from now; creating a file counts as a write
     */
    public void fullAtWrite(long write) {
        synchronized (tree) {
            tree.fullFrom = tree.writes + write;
        }
    }

    /** Ends {@link #fullAtWrite}. */
    public void giveRoom() {
        synchronized (tree) {
            tree.fullFrom = -1;
        }
    }

    /**
     * Lets reads of a range fail, until {@link #repairReads}.
     *
     * @param file the end of the file's path
     * @param position where the range begins
     * @param length its length
     */
    public void failReads(String file, long position, long length) {
        synchronized (tree) {
            tree.badFile = file;
            tree.badStart = position;
            tree.badEnd = position + length;
        }
    }

    /** Ends {@link #failReads}. */
    public void repairReads() {
        synchronized (tree) {
            tree.badStart = -1;
        }
    }

    /**
     * Gives the whole storage as it may be found after the process died now. May be asked for many seeds.
     *
     * @param seed decides what is kept, lost and torn
     * @return a storage of its own, the root folder
     */
    public MemoryFolder afterCrash(long seed) {
        return tree.root.crashed(new CrashChoices(seed));
    }

    /**
     * Gives the whole storage as it would be found if everything was kept: after an orderly end.
     *
     * @return a storage of its own, the root folder
     */
    public MemoryFolder afterOrderlyEnd() {
        return tree.root.copy(false);
    }

    /**
     * Lists the files that are open.
     *
     * @return their paths
     */
    public List<String> openFiles() {
        return live.openFiles();
    }

    @Override
    public String describe() {
        return live.describe();
    }

    @Override
    public StorageFolder child(String name) {
        synchronized (children) {
            return children.computeIfAbsent(name, absent -> new CrashFolder(live.childFolder(name), tree));
        }
    }

    @Override
    public List<String> children() {
        tree.process.check();
        return live.children();
    }

    @Override
    public List<Entry> list() {
        tree.process.check();
        return live.list();
    }

    @Override
    public Optional<Entry> find(String name) {
        tree.process.check();
        return live.find(name);
    }

    @Override
    public StorageFile create(String name) {
        tree.step("create " + path(name));
        tree.needsRoom("create", path(name));
        return new CrashFile(live.create(name), path(name));
    }

    @Override
    public StorageFile open(String name, Access access) {
        tree.process.check();
        return new CrashFile(live.open(name, access), path(name));
    }

    @Override
    public boolean publish(String temporary, String name) {
        tree.step("publish " + path(temporary) + " as " + name);
        return live.publish(temporary, name);
    }

    @Override
    public void move(String name, StorageFolder target, String newName) {
        tree.step("move " + path(name) + " to " + target.describe() + "/" + newName);
        if (!(target instanceof CrashFolder folder)) {
            throw MemoryStorage.failed("move", path(name), "the target is of another storage");
        }
        live.move(name, folder.live, newName);
    }

    @Override
    public boolean delete(String name) {
        tree.step("delete " + path(name));
        return live.delete(name);
    }

    @Override
    public boolean deleteChild(String name) {
        tree.step("delete folder " + path(name));
        return live.deleteChild(name);
    }

    @Override
    public void force() {
        tree.step("force folder " + describe());
        live.force();
    }

    @Override
    public long freeBytes() {
        synchronized (tree) {
            tree.process.check();
            return tree.fullFrom >= 0 && tree.writes + 1 >= tree.fullFrom ? 0 : live.freeBytes();
        }
    }

    private String path(String name) {
        return live.describe() + "/" + name;
    }

    @Override
    public String toString() {
        return live.describe();
    }

    private final class CrashFile implements StorageFile {
        private final StorageFile file;
        private final String path;

        CrashFile(StorageFile file, String path) {
            this.file = file;
            this.path = path;
        }

        @Override
        public long size() {
            tree.process.check();
            return file.size();
        }

        @Override
        public int read(long position, ByteBuffer into) {
            tree.reads(path, position, into.remaining());
            return file.read(position, into);
        }

        @Override
        public void write(long position, ByteBuffer from) {
            tree.step("write " + path + " " + position + "+" + from.remaining());
            tree.needsRoom("write", path);
            file.write(position, from);
        }

        @Override
        public void setSize(long size) {
            tree.step("set size " + path + " " + size);
            file.setSize(size);
        }

        @Override
        public void force() {
            tree.step("force " + path);
            file.force();
        }

        @Override
        public void close() {
            file.close();
        }
    }
}
