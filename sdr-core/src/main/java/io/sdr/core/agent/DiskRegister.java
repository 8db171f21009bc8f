package io.sdr.core.agent;

import io.sdr.api.spi.Access;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which disks there are, who may use which by a handle, and which are in use: a disk that is written is used by nobody else.
 * Thread-safe.
 */
final class DiskRegister {
    private static final int MAX_HANDLES = 1024;

    /** A disk that was chosen. */
    record Chosen(String name, Path path, Access access) {}

    private record Given(Chosen disk, Object owner) {}

    private final AgentConfiguration configuration;
    private final SecureRandom random;
    private final Map<Handle, Given> handles = new HashMap<>();
    private final Map<Path, Integer> readers = new HashMap<>();
    private final Map<Path, Object> writers = new HashMap<>();

    DiskRegister(AgentConfiguration configuration, SecureRandom random) {
        this.configuration = configuration;
        this.random = random;
    }

    /** Chooses a disk for a controller; the handle is good once, and as long as its owner is. */
    Handle offer(String name, Access access, Object owner) {
        Chosen disk = find(name, access);
        synchronized (this) {
            if (handles.size() >= MAX_HANDLES) {
                throw AgentProblems.tooMany("handles", MAX_HANDLES);
            }
            Handle handle = Handle.draw(random);
            handles.put(handle, new Given(disk, owner));
            return handle;
        }
    }

    /** Takes a handle back for what it stands for. */
    synchronized Chosen redeem(Handle handle) {
        return Optional.ofNullable(handles.remove(handle)).map(Given::disk).orElseThrow(AgentProblems::unknownHandle);
    }

    /** Forgets all handles of an owner. */
    synchronized void forget(Object owner) {
        handles.values().removeIf(each -> each.owner() == owner);
    }

    private Chosen find(String name, Access access) {
        AgentConfiguration.Disk listed = configuration.disks().get(name);
        if (listed == null) {
            return new Chosen(name, underRoot(name), access);
        }
        if (access == Access.WRITE && listed.access() != Access.WRITE) {
            throw AgentProblems.noRight(name);
        }
        return new Chosen(name, listed.path(), access);
    }

    /** Follows links, and refuses whatever does not end under the root. */
    private Path underRoot(String name) {
        int slash = name.indexOf('/');
        Path root = slash < 1 ? null : configuration.roots().get(name.substring(0, slash));
        if (root == null) {
            throw AgentProblems.unknownDisk(name);
        }
        try {
            Path realRoot = root.toRealPath();
            Path file = realRoot.resolve(name.substring(slash + 1)).normalize();
            Path folder = file.getParent();
            Path fileName = file.getFileName();
            if (!file.startsWith(realRoot) || folder == null || fileName == null || file.equals(realRoot)) {
                throw AgentProblems.unknownDisk(name);
            }
            Path real =
                    Files.exists(file) ? file.toRealPath() : folder.toRealPath().resolve(fileName);
            if (!real.startsWith(realRoot)) {
                throw AgentProblems.unknownDisk(name);
            }
            return real;
        } catch (IOException | InvalidPathException e) {
            throw AgentProblems.unknownDisk(name);
        }
    }

    /** Uses a disk until what it gives is run: others may read beside a reader, nobody beside a writer. */
    Runnable use(Chosen disk) {
        Path key = key(disk.path());
        synchronized (this) {
            boolean writing = disk.access() == Access.WRITE;
            if (writers.containsKey(key) || (writing && readers.containsKey(key))) {
                throw AgentProblems.busy(disk.name());
            }
            if (writing) {
                writers.put(key, disk);
            } else {
                readers.merge(key, 1, Integer::sum);
            }
        }
        return () -> release(key, disk.access());
    }

    private static Path key(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            return path.toAbsolutePath().normalize();
        }
    }

    private synchronized void release(Path key, Access access) {
        if (access == Access.WRITE) {
            writers.remove(key);
        } else {
            readers.computeIfPresent(key, (path, count) -> count == 1 ? null : count - 1);
        }
    }
}
