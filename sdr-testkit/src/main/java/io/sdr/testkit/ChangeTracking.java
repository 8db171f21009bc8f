package io.sdr.testkit;

import io.sdr.api.CorruptException;
import io.sdr.api.spi.StorageFolder;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which blocks of one disk changed, since each moment that somebody asked to remember. Moments are numbers that are never used
 * twice. Between a moment and the next lies one set of blocks; forgetting a moment joins its two neighbours.
 *
 * <p>What was written between two flushes is known in memory only. The file says so before the first such write: if it is opened
 * in that state, all moments are lost, because a write may have reached the disk without having been noted. Guarded by the
 * disk's lock.
 */
final class ChangeTracking implements AutoCloseable {
    private static final int DIRTY = 1;
    private static final int CLEAN = 2;
    private static final int BLOCKS = 3;
    private static final int MOMENT = 4;
    private static final int START = 5;

    /** The file is written anew when it has grown to this, and to four times what it would be then. */
    private static final long REWRITE_AT = 256 * 1024;

    private final StorageFolder folder;
    private final NavigableMap<Long, BlockSet> sinceMoment = new TreeMap<>();
    private final BlockSet unsaved = new BlockSet();
    private Optional<AppendLog> log = Optional.empty();
    private long generation;
    private long nextMoment = 1;
    private boolean dirty;
    private String lostBecause = "nothing was tracked yet";
    private long rewriteAt = REWRITE_AT;

    private ChangeTracking(StorageFolder folder) {
        this.folder = folder;
    }

    /** Opens what is known of a disk; nothing is written. */
    static ChangeTracking open(StorageFolder folder, Set<Long> wanted) {
        ChangeTracking tracking = new ChangeTracking(folder);
        tracking.load(wanted);
        return tracking;
    }

    private void load(Set<Long> wanted) {
        List<Long> found = generations();
        if (found.isEmpty()) {
            return;
        }
        generation = found.get(found.size() - 1);
        found.subList(0, found.size() - 1).forEach(old -> folder.delete(fileName(old)));
        try {
            log = Optional.of(AppendLog.open(folder, fileName(generation), this::take));
            if (dirty) {
                lose("it was opened again after writes that were not flushed");
            }
        } catch (CorruptException e) {
            log = Optional.empty();
            // the numbers used so far cannot be known: begin where no earlier record can have come to
            nextMoment += 1L << 40;
            lose("its record of changes is damaged");
        }
        keepOnly(wanted);
    }

    private void take(int kind, ByteBuffer bytes, long position) {
        switch (kind) {
            case START -> nextMoment = bytes.getLong();
            case DIRTY -> dirty = true;
            case CLEAN -> {
                dirty = false;
                changed(bytes);
            }
            case MOMENT -> {
                long moment = bytes.getLong();
                sinceMoment.put(moment, new BlockSet());
                nextMoment = moment + 1;
            }
            case BLOCKS -> changed(bytes);
            default -> throw new IllegalStateException("unknown record " + kind + " at " + position);
        }
    }

    private void changed(ByteBuffer bytes) {
        if (!sinceMoment.isEmpty()) {
            BlockSet blocks = sinceMoment.lastEntry().getValue();
            while (bytes.hasRemaining()) {
                blocks.add(bytes.getInt(), bytes.getInt());
            }
        }
    }

    /** To be called before a write reaches the disk. */
    void beforeWrite(int firstBlock, int lastBlock) {
        if (sinceMoment.isEmpty()) {
            return;
        }
        if (!dirty) {
            open().append(DIRTY, ByteBuffer.allocate(0));
            dirty = true;
        }
        sinceMoment.lastEntry().getValue().add(firstBlock, lastBlock);
        unsaved.add(firstBlock, lastBlock);
    }

    /** To be called when all that was written to the disk is durable. */
    void afterFlush() {
        if (!dirty) {
            return;
        }
        AppendLog file = open();
        file.append(CLEAN, encode(unsaved));
        unsaved.clear();
        dirty = false;
        if (file.size() > rewriteAt) {
            rewrite();
        }
    }

    /** Begins a new moment. The disk was flushed just before. Durable on return. */
    long newMoment() {
        long moment = nextMoment++;
        open().append(MOMENT, number(moment));
        sinceMoment.put(moment, new BlockSet());
        return moment;
    }

    /** Forgets all moments but these. */
    void keepOnly(Set<Long> wanted) {
        for (long moment : List.copyOf(sinceMoment.keySet())) {
            if (!wanted.contains(moment)) {
                BlockSet since = sinceMoment.remove(moment);
                var before = sinceMoment.lowerEntry(moment);
                if (before != null && since != null) {
                    before.getValue().addAll(since);
                }
            }
        }
        if (sinceMoment.isEmpty()) {
            unsaved.clear();
        }
    }

    /** Gives what changed between two moments; empty if one of them is not known. */
    Optional<BlockSet> between(long since, long until) {
        if (!sinceMoment.containsKey(since) || !sinceMoment.containsKey(until) || since > until) {
            return Optional.empty();
        }
        BlockSet changed = new BlockSet();
        sinceMoment.subMap(since, true, until, false).values().forEach(changed::addAll);
        return Optional.of(changed);
    }

    /** Says why a moment is not known. */
    String whyUnknown() {
        return lostBecause;
    }

    /** Forgets all moments for good: something may have been written that was not seen. Durable on return. */
    void lose(String why) {
        lostBecause = why;
        sinceMoment.clear();
        unsaved.clear();
        dirty = false;
        if (generation > 0) {
            rewrite();
        }
    }

    private AppendLog open() {
        return log.orElseGet(() -> {
            rewrite();
            return log.orElseThrow();
        });
    }

    /** Writes a new file that says what is known now, and only then lets go of the old one. */
    private void rewrite() {
        log.ifPresent(AppendLog::close);
        log = Optional.empty();
        folder.delete("changes.tmp");
        long size;
        try (AppendLog fresh = AppendLog.create(folder, "changes.tmp")) {
            fresh.append(START, number(nextMoment));
            sinceMoment.forEach((moment, blocks) -> {
                fresh.append(MOMENT, number(moment));
                fresh.append(BLOCKS, encode(blocks));
            });
            fresh.append(START, number(nextMoment));
            if (dirty) {
                fresh.append(DIRTY, ByteBuffer.allocate(0));
            }
            size = fresh.size();
        }
        long old = generation;
        generation++;
        if (!folder.publish("changes.tmp", fileName(generation))) {
            throw MemoryStorage.failed("publish", folder.describe() + "/" + fileName(generation), "the name exists");
        }
        folder.force();
        folder.delete(fileName(old));
        // it was written a moment ago by this very code: nothing to take from it
        log = Optional.of(AppendLog.open(folder, fileName(generation), (kind, bytes, position) -> {}));
        rewriteAt = Math.max(REWRITE_AT, 4 * size);
    }

    private static ByteBuffer number(long value) {
        return ByteBuffer.allocate(Long.BYTES).putLong(value).flip();
    }

    private static ByteBuffer encode(BlockSet blocks) {
        ByteBuffer bytes = ByteBuffer.allocate(blocks.runs() * 2 * Integer.BYTES);
        blocks.forEachRun((from, to) -> bytes.putInt(from).putInt(to));
        return bytes.flip();
    }

    private static String fileName(long generation) {
        return "changes." + generation;
    }

    private List<Long> generations() {
        List<Long> found = new ArrayList<>();
        folder.list().stream()
                .map(StorageFolder.Entry::name)
                .filter(name -> name.startsWith("changes."))
                .forEach(name -> StateDocument.number(name.substring("changes.".length()))
                        .ifPresent(found::add));
        found.sort(null);
        return found;
    }

    /** Closes the file. What was not flushed stays marked as such. */
    @Override
    public void close() {
        log.ifPresent(AppendLog::close);
        log = Optional.empty();
    }
}
