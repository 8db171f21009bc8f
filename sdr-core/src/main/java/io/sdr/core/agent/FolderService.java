package io.sdr.core.agent;

import io.sdr.api.spi.Access;
import io.sdr.api.spi.StorageFile;
import io.sdr.api.spi.StorageFolder;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Serves folders. Whose they are decides what gives them: {@link Roots} at an agent, or the one folder that somebody may read. */
final class FolderService implements FolderCalls {
    /** The most that is read by one call. */
    static final int MAX_READ = 1 << 20;

    private final Function<String, StorageFolder> folders;
    private final boolean writable;

    FolderService(Function<String, StorageFolder> folders, boolean writable) {
        this.folders = folders;
        this.writable = writable;
    }

    private StorageFolder of(String folder) {
        return folders.apply(folder);
    }

    private StorageFolder toChange(String folder) {
        if (!writable) {
            throw AgentProblems.readOnly(folder);
        }
        return of(folder);
    }

    @Override
    public List<String> children(String folder) {
        return of(folder).children();
    }

    @Override
    public List<StorageFolder.Entry> list(String folder) {
        return of(folder).list();
    }

    @Override
    public Optional<StorageFolder.Entry> find(String folder, String name) {
        return of(folder).find(name);
    }

    @Override
    public void create(String folder, String name) {
        toChange(folder).create(name).close();
    }

    @Override
    public long size(String folder, String name) {
        try (StorageFile file = of(folder).open(name, Access.READ)) {
            return file.size();
        }
    }

    @Override
    public byte[] read(String folder, String name, long position, int length) {
        ByteBuffer into = ByteBuffer.allocate(Math.max(0, Math.min(MAX_READ, length)));
        try (StorageFile file = of(folder).open(name, Access.READ)) {
            int count = file.read(Math.max(0, position), into);
            return Arrays.copyOf(into.array(), count);
        }
    }

    @Override
    public void write(String folder, String name, long position, byte[] bytes) {
        try (StorageFile file = toChange(folder).open(name, Access.WRITE)) {
            file.write(Math.max(0, position), ByteBuffer.wrap(bytes));
        }
    }

    @Override
    public void setSize(String folder, String name, long size) {
        try (StorageFile file = toChange(folder).open(name, Access.WRITE)) {
            file.setSize(size);
        }
    }

    @Override
    public void forceFile(String folder, String name) {
        try (StorageFile file = toChange(folder).open(name, Access.WRITE)) {
            file.force();
        }
    }

    @Override
    public boolean publish(String folder, String temporary, String name) {
        return toChange(folder).publish(temporary, name);
    }

    @Override
    public void move(String folder, String name, String target, String newName) {
        toChange(folder).move(name, toChange(target), newName);
    }

    @Override
    public boolean delete(String folder, String name) {
        return toChange(folder).delete(name);
    }

    @Override
    public boolean deleteChild(String folder, String name) {
        return toChange(folder).deleteChild(name);
    }

    @Override
    public void force(String folder) {
        toChange(folder).force();
    }

    @Override
    public long freeBytes(String folder) {
        return of(folder).freeBytes();
    }
}
