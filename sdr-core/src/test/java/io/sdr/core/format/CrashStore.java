package io.sdr.core.format;

import io.sdr.api.Problem;
import io.sdr.api.spi.Access;
import io.sdr.api.spi.StorageException;
import io.sdr.api.spi.StorageFile;
import io.sdr.api.spi.StorageFolder;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/**
 * Folders in memory whose machine can lose its power: each sector of each write, and each change of a name, that was not forced
 * is then kept or dropped by itself. Dies at a chosen operation that changes something; from then on every call dies.
 */
final class CrashStore {
    static final int SECTOR = 512;

    /** The machine is off. */
    static final class Died extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private static final class Inode {
        byte[] now = new byte[0];
        byte[] durable = new byte[0];
        final List<Runnable> unforced = new ArrayList<>();
    }

    private record Renaming(Map<String, Optional<Inode>> names) {}

    private final Map<String, Inode> names = new TreeMap<>();
    private final Map<String, Inode> durableNames = new TreeMap<>();
    private final List<Renaming> renamings = new ArrayList<>();
    private final Random random;
    private long left = Long.MAX_VALUE;
    private long operations;
    private long forces;
    private String lyingAbout = "none";

    CrashStore(long seed) {
        random = new Random(seed);
    }

    /** Counts writes, forces and changes of names so far. */
    long operations() {
        return operations;
    }

    long forces() {
        return forces;
    }

    /** Dies instead of doing the operation after the next {@code count} ones. */
    void dieAfter(long count) {
        left = count;
    }

    /** From now on forces of files whose name ends so do nothing: what relies on them must be seen to fail. */
    void lieAboutForcesOf(String ending) {
        lyingAbout = ending;
    }

    private void step() {
        if (left == 0) {
            throw new Died();
        }
        left--;
        operations++;
    }

    private void alive() {
        if (left == 0) {
            throw new Died();
        }
    }

    /** Decides what of the unforced things the disks have, and starts the machine again. */
    void restart() {
        for (Renaming each : renamings) {
            if (random.nextBoolean()) {
                apply(durableNames, each);
            }
        }
        renamings.clear();
        names.clear();
        names.putAll(durableNames);
        for (Inode each : names.values()) {
            each.unforced.forEach(Runnable::run);
            each.unforced.clear();
            each.now = each.durable.clone();
        }
        left = Long.MAX_VALUE;
    }

    private static void apply(Map<String, Inode> map, Renaming change) {
        change.names().forEach((name, inode) -> {
            if (inode.isPresent()) {
                map.put(name, inode.get());
            } else {
                map.remove(name);
            }
        });
    }

    private void rename(Map<String, Optional<Inode>> change) {
        Renaming renaming = new Renaming(change);
        apply(names, renaming);
        renamings.add(renaming);
    }

    /** Gives a file's bytes as they are now. */
    byte[] bytes(StorageFolder folder, String name) {
        return inode(((Folder) folder).prefix + name).now.clone();
    }

    /** Changes one byte behind everyone's back. */
    void flip(StorageFolder folder, String name, int at, int mask) {
        Inode inode = inode(((Folder) folder).prefix + name);
        inode.now[at] ^= (byte) mask;
        inode.durable = inode.now.clone();
    }

    private Inode inode(String path) {
        Inode inode = names.get(path);
        if (inode == null) {
            throw failed(StorageException.MISSING, path);
        }
        return inode;
    }

    private static StorageException failed(String code, String path) {
        return new StorageException(Problem.of(code).attempted("use " + path));
    }

    StorageFolder folder(String name) {
        return new Folder(name + "/");
    }

    private final class Folder implements StorageFolder {
        private final String prefix;

        Folder(String prefix) {
            this.prefix = prefix;
        }

        @Override
        public String describe() {
            return prefix;
        }

        @Override
        public StorageFolder child(String name) {
            return new Folder(prefix + name + "/");
        }

        @Override
        public List<String> children() {
            return List.of();
        }

        @Override
        public List<Entry> list() {
            alive();
            return names.keySet().stream()
                    .filter(path -> path.startsWith(prefix))
                    .map(path -> find(path.substring(prefix.length())).orElseThrow())
                    .toList();
        }

        @Override
        public Optional<Entry> find(String name) {
            alive();
            return Optional.ofNullable(names.get(prefix + name))
                    .map(inode -> new Entry(name, inode.now.length, Instant.EPOCH));
        }

        @Override
        public StorageFile create(String name) {
            step();
            if (names.containsKey(prefix + name)) {
                throw failed(StorageException.FAILED, prefix + name);
            }
            Inode inode = new Inode();
            rename(Map.of(prefix + name, Optional.of(inode)));
            return new File(inode, name, Access.WRITE);
        }

        @Override
        public StorageFile open(String name, Access access) {
            alive();
            return new File(inode(prefix + name), name, access);
        }

        @Override
        public boolean publish(String temporary, String name) {
            step();
            Inode inode = inode(prefix + temporary);
            if (names.containsKey(prefix + name)) {
                return false;
            }
            rename(Map.of(prefix + name, Optional.of(inode), prefix + temporary, Optional.empty()));
            return true;
        }

        @Override
        public void move(String name, StorageFolder target, String newName) {
            step();
            String to = ((Folder) target).prefix + newName;
            if (names.containsKey(to)) {
                throw failed(StorageException.FAILED, to);
            }
            rename(Map.of(to, Optional.of(inode(prefix + name)), prefix + name, Optional.empty()));
        }

        @Override
        public boolean delete(String name) {
            step();
            boolean there = names.containsKey(prefix + name);
            if (there) {
                rename(Map.of(prefix + name, Optional.empty()));
            }
            return there;
        }

        @Override
        public boolean deleteChild(String name) {
            return false;
        }

        @Override
        public void force() {
            step();
            renamings.removeIf(each -> {
                boolean mine = each.names().keySet().stream().anyMatch(path -> path.startsWith(prefix));
                if (mine) {
                    apply(durableNames, each);
                }
                return mine;
            });
        }

        @Override
        public long freeBytes() {
            return Long.MAX_VALUE;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Folder folder && prefix.equals(folder.prefix);
        }

        @Override
        public int hashCode() {
            return prefix.hashCode();
        }
    }

    private final class File implements StorageFile {
        private final Inode inode;
        private final String name;
        private final Access access;
        private boolean closed;

        File(Inode inode, String name, Access access) {
            this.inode = inode;
            this.name = name;
            this.access = access;
        }

        private void check(boolean writing) {
            if (closed || (writing && access == Access.READ)) {
                throw new IllegalStateException(closed ? "closed" : "opened for reading");
            }
        }

        @Override
        public long size() {
            alive();
            check(false);
            return inode.now.length;
        }

        @Override
        public int read(long position, ByteBuffer into) {
            alive();
            check(false);
            int length = (int) Math.max(0, Math.min(into.remaining(), inode.now.length - position));
            if (length > 0) {
                into.put(inode.now, (int) position, length);
            }
            return length;
        }

        @Override
        public void write(long position, ByteBuffer from) {
            step();
            check(true);
            int at = (int) position;
            int end = at + from.remaining();
            if (end > inode.now.length) {
                inode.now = Arrays.copyOf(inode.now, end);
            }
            from.get(inode.now, at, end - at);
            // what reaches the disk are whole sectors, each by itself, as the cache has them at that moment
            for (int sector = at / SECTOR * SECTOR; sector < end; sector += SECTOR) {
                int start = sector;
                byte[] image = Arrays.copyOfRange(inode.now, sector, Math.min(sector + SECTOR, inode.now.length));
                inode.unforced.add(() -> {
                    if (random.nextBoolean()) {
                        int until = start + image.length;
                        if (until > inode.durable.length) {
                            inode.durable = Arrays.copyOf(inode.durable, until);
                        }
                        System.arraycopy(image, 0, inode.durable, start, image.length);
                    }
                });
            }
        }

        @Override
        public void setSize(long size) {
            step();
            check(true);
            inode.now = Arrays.copyOf(inode.now, (int) size);
            inode.unforced.add(() -> {
                if (random.nextBoolean()) {
                    inode.durable = Arrays.copyOf(inode.durable, (int) size);
                }
            });
        }

        @Override
        public void force() {
            step();
            check(true);
            forces++;
            if (name.endsWith(lyingAbout)) {
                return;
            }
            inode.unforced.clear();
            inode.durable = inode.now.clone();
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
