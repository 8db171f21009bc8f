package io.sdr.testkit;

import io.sdr.api.spi.Access;
import io.sdr.api.spi.StorageFile;
import io.sdr.api.spi.StorageFolder;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A storage folder in memory. Files are sparse: only touched pages of 64 KiB take room. As strict as the strictest real storage:
 * a file that is open is not deleted, a closed handle cannot be used. Times come from a counter, so they are the same in every
 * run. What was written is there at once; {@link CrashFolder} is the one that forgets. Thread-safe.
 */
public final class MemoryFolder implements StorageFolder {
    private final MemoryStorage storage;
    private final Optional<MemoryFolder> parent;
    private final String path;
    private final SortedMap<String, MemoryFile> files = new TreeMap<>();
    private final SortedMap<String, MemoryFolder> folders = new TreeMap<>();
    private boolean exists;

    /** The names as they were forced, and the changes since; only kept under a {@link CrashFolder}. */
    private final Map<String, MemoryFile> forcedNames = new TreeMap<>();

    private final List<NameChange> pendingNames = new ArrayList<>();

    /** Makes an empty storage named {@code memory:}. */
    public MemoryFolder() {
        this("memory:");
    }

    /**
     * Makes an empty storage.
     *
     * @param name its name in messages
     */
    public MemoryFolder(String name) {
        this(new MemoryStorage(false, 0), Optional.empty(), name);
        exists = true;
    }

    private MemoryFolder(MemoryStorage storage, Optional<MemoryFolder> parent, String path) {
        this.storage = storage;
        this.parent = parent;
        this.path = path;
    }

    /**
     * Limits the room of the whole storage.
     *
     * @param bytes how much the pages of all files may take together
     */
    public void limitRoom(long bytes) {
        synchronized (storage) {
            storage.roomBytes = bytes;
        }
    }

    /**
     * Tells what the pages of all files of the whole storage take.
     *
     * @return the bytes in use
     */
    public long usedBytes() {
        synchronized (storage) {
            return storage.usedBytes;
        }
    }

    /**
     * Copies this folder and all below into a storage of its own.
     *
     * @return the copy; what happens to one is not seen by the other
     */
    public MemoryFolder copy() {
        synchronized (storage) {
            return copy(storage.remembers);
        }
    }

    MemoryFolder copy(boolean remembers) {
        synchronized (storage) {
            MemoryStorage fresh = new MemoryStorage(remembers, storage.changes());
            fresh.roomBytes = storage.roomBytes;
            return copyInto(new MemoryFolder(fresh, Optional.empty(), path), new IdentityHashMap<>(), Optional.empty());
        }
    }

    /** The storage as it may be found after a crash. */
    MemoryFolder crashed(CrashChoices choices) {
        synchronized (storage) {
            MemoryStorage fresh = new MemoryStorage(false, storage.changes());
            fresh.roomBytes = storage.roomBytes;
            return copyInto(
                    new MemoryFolder(fresh, Optional.empty(), path), new IdentityHashMap<>(), Optional.of(choices));
        }
    }

    private MemoryFolder copyInto(
            MemoryFolder target, IdentityHashMap<MemoryFile, MemoryFile> copies, Optional<CrashChoices> crash) {
        target.exists = exists;
        Map<String, MemoryFile> names =
                crash.isPresent() ? crash.get().names(forcedNames, pendingNames) : new TreeMap<>(files);
        names.forEach((name, file) -> {
            MemoryFile copy = copies.computeIfAbsent(file, original -> {
                MemoryFile made = crash.isPresent()
                        ? crash.get().file(original)
                        : new MemoryFile(original.content.copy(), original.modified, target.storage.remembers);
                target.storage.usedBytes += made.content.allocatedBytes();
                return made;
            });
            copy.names++;
            target.files.put(name, copy);
            target.forcedNames.put(name, copy);
        });
        folders.forEach((name, folder) -> {
            if (folder.exists) {
                MemoryFolder child = new MemoryFolder(target.storage, Optional.of(target), target.path + "/" + name);
                target.folders.put(name, folder.copyInto(child, copies, crash));
            }
        });
        return target;
    }

    /**
     * Lists the files that are open, in this folder and below.
     *
     * @return their paths; empty if every handle was closed
     */
    public List<String> openFiles() {
        synchronized (storage) {
            List<String> open = new ArrayList<>();
            files.forEach((name, file) -> {
                if (file.openHandles > 0) {
                    open.add(path + "/" + name);
                }
            });
            folders.values().forEach(folder -> open.addAll(folder.openFiles()));
            return open;
        }
    }

    @Override
    public String describe() {
        return path;
    }

    @Override
    public StorageFolder child(String name) {
        return childFolder(name);
    }

    MemoryFolder childFolder(String name) {
        check(name);
        synchronized (storage) {
            return folders.computeIfAbsent(
                    name, absent -> new MemoryFolder(storage, Optional.of(this), path + "/" + name));
        }
    }

    @Override
    public List<String> children() {
        synchronized (storage) {
            List<String> names = new ArrayList<>();
            folders.forEach((name, folder) -> {
                if (folder.exists) {
                    names.add(name);
                }
            });
            return names;
        }
    }

    @Override
    public List<Entry> list() {
        synchronized (storage) {
            List<Entry> entries = new ArrayList<>();
            files.forEach((name, file) -> entries.add(entry(name, file)));
            return entries;
        }
    }

    @Override
    public Optional<Entry> find(String name) {
        check(name);
        synchronized (storage) {
            return Optional.ofNullable(files.get(name)).map(file -> entry(name, file));
        }
    }

    private static Entry entry(String name, MemoryFile file) {
        return new Entry(name, file.content.size(), file.modified);
    }

    @Override
    public StorageFile create(String name) {
        check(name);
        synchronized (storage) {
            if (files.containsKey(name) || (folders.containsKey(name) && folders.get(name).exists)) {
                throw MemoryStorage.failed("create", path + "/" + name, "the name exists");
            }
            comeToBe();
            MemoryFile file = new MemoryFile(new SparseContent(), storage.tick(), storage.remembers);
            file.names = 1;
            files.put(name, file);
            changed(new NameChange.Put(name, file));
            return new Handle(file, path + "/" + name, Access.WRITE);
        }
    }

    @Override
    public StorageFile open(String name, Access access) {
        check(name);
        synchronized (storage) {
            return new Handle(existing("open", name), path + "/" + name, access);
        }
    }

    @Override
    public boolean publish(String temporary, String name) {
        check(temporary);
        check(name);
        synchronized (storage) {
            MemoryFile file = existing("publish", temporary);
            if (files.containsKey(name)) {
                return false;
            }
            files.remove(temporary);
            files.put(name, file);
            changed(new NameChange.Published(temporary, name, file));
            return true;
        }
    }

    @Override
    public void move(String name, StorageFolder target, String newName) {
        check(name);
        check(newName);
        synchronized (storage) {
            MemoryFile file = existing("move", name);
            if (!(target instanceof MemoryFolder folder) || folder.storage != storage) {
                throw MemoryStorage.failed("move", path + "/" + name, "the target is of another storage");
            }
            if (folder.files.containsKey(newName)) {
                throw MemoryStorage.failed("move", path + "/" + name, folder.path + "/" + newName + " exists");
            }
            folder.comeToBe();
            files.remove(name);
            folder.files.put(newName, file);
            NameChange.Move move = new NameChange.Move();
            changed(new NameChange.MovedOut(name, file, move));
            folder.changed(new NameChange.MovedIn(newName, file, move));
        }
    }

    @Override
    public boolean delete(String name) {
        check(name);
        synchronized (storage) {
            MemoryFile file = files.get(name);
            if (file == null) {
                return false;
            }
            if (file.openHandles > 0) {
                throw MemoryStorage.failed("delete", path + "/" + name, "it is open");
            }
            files.remove(name);
            if (--file.names == 0) {
                storage.usedBytes -= file.content.allocatedBytes();
            }
            changed(new NameChange.Removed(name, file));
            return true;
        }
    }

    @Override
    public boolean deleteChild(String name) {
        check(name);
        synchronized (storage) {
            MemoryFolder folder = folders.get(name);
            if (folder == null || !folder.exists) {
                return false;
            }
            if (!folder.files.isEmpty() || !folder.children().isEmpty()) {
                return false;
            }
            folder.exists = false;
            folder.forcedNames.clear();
            folder.pendingNames.clear();
            return true;
        }
    }

    @Override
    public void force() {
        synchronized (storage) {
            Iterator<NameChange> all = pendingNames.iterator();
            while (all.hasNext()) {
                NameChange change = all.next();
                if (change instanceof NameChange.MovedOut out && !out.move().arrivalForced) {
                    continue; // a move is durable only when both folders were forced
                }
                if (change instanceof NameChange.MovedIn in) {
                    in.move().arrivalForced = true;
                }
                change.applyTo(forcedNames);
                all.remove();
            }
        }
    }

    @Override
    public long freeBytes() {
        synchronized (storage) {
            return Math.max(0, storage.roomBytes - storage.usedBytes);
        }
    }

    private void comeToBe() {
        parent.ifPresent(MemoryFolder::comeToBe);
        exists = true;
    }

    private void changed(NameChange change) {
        if (storage.remembers) {
            pendingNames.add(change);
        }
    }

    private MemoryFile existing(String what, String name) {
        MemoryFile file = files.get(name);
        if (file == null) {
            throw MemoryStorage.missing(what, path + "/" + name);
        }
        return file;
    }

    private static void check(String name) {
        if (name.isEmpty()
                || name.length() > 255
                || name.equals(".")
                || name.equals("..")
                || name.indexOf('/') >= 0
                || name.indexOf('\\') >= 0
                || name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("not a name of a file in a folder: '" + name + "'");
        }
    }

    @Override
    public String toString() {
        return path;
    }

    private final class Handle implements StorageFile {
        private final MemoryFile file;
        private final String name;
        private final Access access;
        private boolean closed;

        Handle(MemoryFile file, String name, Access access) {
            this.file = file;
            this.name = name;
            this.access = access;
            file.openHandles++;
        }

        @Override
        public long size() {
            synchronized (storage) {
                usable("ask for the size of", Access.READ);
                return file.content.size();
            }
        }

        @Override
        public int read(long position, ByteBuffer into) {
            synchronized (storage) {
                usable("read", Access.READ);
                notNegative(position);
                return file.content.read(position, into);
            }
        }

        @Override
        public void write(long position, ByteBuffer from) {
            synchronized (storage) {
                usable("write", Access.WRITE);
                notNegative(position);
                long growth = file.content.growth(position, from.remaining());
                if (storage.usedBytes + growth > storage.roomBytes) {
                    throw MemoryStorage.full("write", name);
                }
                if (storage.remembers) {
                    byte[] bytes = new byte[from.remaining()];
                    from.duplicate().get(bytes);
                    file.remember(new MemoryFile.Pending.Write(position, bytes));
                }
                file.content.write(position, from);
                storage.usedBytes += growth;
                file.modified = storage.tick();
            }
        }

        @Override
        public void setSize(long size) {
            synchronized (storage) {
                usable("set the size of", Access.WRITE);
                notNegative(size);
                file.remember(new MemoryFile.Pending.Resize(size));
                storage.usedBytes -= file.content.allocatedBytes();
                file.content.setSize(size);
                storage.usedBytes += file.content.allocatedBytes();
                file.modified = storage.tick();
            }
        }

        @Override
        public void force() {
            synchronized (storage) {
                usable("force", Access.READ);
                file.force();
            }
        }

        @Override
        public void close() {
            synchronized (storage) {
                if (!closed) {
                    closed = true;
                    file.openHandles--;
                }
            }
        }

        private void usable(String what, Access needed) {
            if (closed) {
                throw MemoryStorage.failed(what, name, "the handle is closed");
            }
            if (needed == Access.WRITE && access == Access.READ) {
                throw MemoryStorage.failed(what, name, "it is open for reading only");
            }
        }

        private void notNegative(long position) {
            if (position < 0) {
                throw new IllegalArgumentException("negative position " + position + " in " + name);
            }
        }
    }
}
