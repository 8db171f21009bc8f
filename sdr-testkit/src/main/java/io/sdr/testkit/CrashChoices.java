package io.sdr.testkit;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** Decides from a seed what a crash leaves of the changes that were not forced. */
final class CrashChoices {
    private static final int SECTOR = 512;

    private enum Mood {
        LOSES_ALL,
        KEEPS_ALL,
        MIXED
    }

    private final SplittableRandom random;
    private final Mood mood;
    private final IdentityHashMap<NameChange.Move, Boolean> moves = new IdentityHashMap<>();

    CrashChoices(long seed) {
        this.random = new SplittableRandom(seed);
        int draw = random.nextInt(6);
        this.mood = draw == 0 ? Mood.LOSES_ALL : draw == 1 ? Mood.KEEPS_ALL : Mood.MIXED;
    }

    private boolean keeps() {
        return mood == Mood.KEEPS_ALL || (mood == Mood.MIXED && random.nextBoolean());
    }

    Map<String, MemoryFile> names(Map<String, MemoryFile> forced, List<NameChange> pending) {
        Map<String, MemoryFile> names = new TreeMap<>(forced);
        for (NameChange change : pending) {
            if (change instanceof NameChange.MovedOut out) {
                if (out.move().arrivalForced || moves.computeIfAbsent(out.move(), move -> keeps())) {
                    change.applyTo(names);
                }
            } else if (change instanceof NameChange.MovedIn in) {
                if (moves.computeIfAbsent(in.move(), move -> keeps())) {
                    change.applyTo(names);
                }
            } else if (change instanceof NameChange.Published published && mood == Mood.MIXED) {
                int draw = random.nextInt(3);
                if (draw > 0) {
                    names.put(published.name(), published.file());
                }
                if (draw > 1) {
                    names.remove(published.temporary(), published.file());
                }
            } else if (keeps()) {
                change.applyTo(names);
            }
        }
        return names;
    }

    MemoryFile file(MemoryFile original) {
        SparseContent content = original.forced().copy();
        for (MemoryFile.Pending change : original.pending()) {
            if (change instanceof MemoryFile.Pending.Write write && mood == Mood.MIXED) {
                switch (random.nextInt(3)) {
                    case 0 -> MemoryFile.apply(content, change);
                    case 1 -> tear(content, write);
                    default -> {}
                }
            } else if (keeps()) {
                MemoryFile.apply(content, change);
            }
        }
        boolean newTime = original.pending().isEmpty() || keeps();
        return new MemoryFile(content, newTime ? original.modified : original.forcedModified(), false);
    }

    /** Keeps some of the sectors; the file's size may have grown though its new bytes were lost. */
    private void tear(SparseContent content, MemoryFile.Pending.Write write) {
        byte[] bytes = write.bytes();
        long end = write.position() + bytes.length;
        if (end > content.size() && random.nextBoolean()) {
            content.setSize(end);
        }
        long at = write.position();
        while (at < end) {
            long next = Math.min(end, (at / SECTOR + 1) * SECTOR);
            if (random.nextBoolean()) {
                content.write(at, bytes, (int) (at - write.position()), (int) (next - at));
            }
            at = next;
        }
    }
}
