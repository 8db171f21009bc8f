package io.sdr.core.agent;

import io.sdr.api.spi.Access;
import io.sdr.api.spi.VirtualDisk;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The frozen disks of an agent that somebody has a handle of. Thread-safe. */
final class FrozenDisks {
    private static final int MAX_HANDLES = 16_384;

    private final AgentConfiguration configuration;
    private final AgentOptions options;
    private final SecureRandom random;
    private final Map<Handle, Given> handles = new HashMap<>();

    private record Given(String folder, String file, String format, Object owner) {}

    FrozenDisks(AgentConfiguration configuration, AgentOptions options) {
        this.configuration = configuration;
        this.options = options;
        this.random = options.random();
    }

    /** Gives a handle, good until it is withdrawn or its owner is forgotten. What it stands for need not exist yet. */
    Handle offer(String folder, String file, String format, Object owner) {
        new Roots(configuration.roots()).file(folder, file);
        synchronized (this) {
            if (handles.size() >= MAX_HANDLES) {
                throw AgentProblems.tooMany("handles", MAX_HANDLES);
            }
            Handle handle = Handle.draw(random);
            handles.put(handle, new Given(folder, file, format, owner));
            return handle;
        }
    }

    /** How many handles are good. */
    synchronized int handles() {
        return handles.size();
    }

    synchronized void withdraw(Handle handle, Object owner) {
        handles.computeIfPresent(handle, (key, given) -> given.owner() == owner ? null : given);
    }

    synchronized void forget(Object owner) {
        handles.values().removeIf(each -> each.owner() == owner);
    }

    /** Opens what a handle stands for, for reading. */
    VirtualDisk open(Handle handle) {
        Given given;
        synchronized (this) {
            given = Optional.ofNullable(handles.get(handle)).orElseThrow(AgentProblems::unknownHandle);
        }
        return open(given.folder(), given.file(), given.format());
    }

    VirtualDisk open(String folder, String file, String format) {
        Roots roots = new Roots(configuration.roots());
        roots.checkLink(folder, file);
        return options.formats().named(format).open(roots.open(folder, options.storage()), file, Access.READ);
    }
}
