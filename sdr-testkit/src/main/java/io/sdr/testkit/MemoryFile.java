package io.sdr.testkit;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A file of a {@link MemoryFolder}, whatever its name: content now, and for {@link CrashFolder} the content that was forced and
 * the changes since. Guarded by the storage's lock.
 */
final class MemoryFile {
    /** A change that was not forced yet. */
    sealed interface Pending {
        /** A write. */
        final class Write implements Pending {
            private final long position;
            private final byte[] bytes;

            Write(long position, byte[] bytes) {
                this.position = position;
                this.bytes = bytes;
            }

            long position() {
                return position;
            }

            byte[] bytes() {
                return bytes;
            }
        }

        /** A new size. */
        record Resize(long size) implements Pending {}
    }

    final SparseContent content;
    Instant modified;
    int openHandles;
    int names;

    /** The forced content; only kept while there are changes since. */
    private final SparseContent forced;

    private Instant forcedModified;
    private final List<Pending> pending = new ArrayList<>();
    private final boolean remembers;

    MemoryFile(SparseContent content, Instant modified, boolean remembers) {
        this.content = content;
        this.modified = modified;
        this.forced = remembers ? content.copy() : content;
        this.forcedModified = modified;
        this.remembers = remembers;
    }

    void remember(Pending change) {
        if (remembers) {
            pending.add(change);
        }
    }

    void force() {
        for (Pending change : pending) {
            apply(forced, change);
        }
        pending.clear();
        forcedModified = modified;
    }

    SparseContent forced() {
        return forced;
    }

    Instant forcedModified() {
        return forcedModified;
    }

    List<Pending> pending() {
        return pending;
    }

    static void apply(SparseContent to, Pending change) {
        if (change instanceof Pending.Write write) {
            to.write(write.position(), write.bytes(), 0, write.bytes().length);
        } else if (change instanceof Pending.Resize resize) {
            to.setSize(resize.size());
        }
    }
}
