package io.sdr.core.replication;

import io.sdr.api.InvalidRequestException;
import io.sdr.api.spi.StorageException;
import io.sdr.api.spi.StorageFolder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * The manifests of a folder: {@code manifest.<g>}. The highest counts; the one before is kept for repair. A manifest is published
 * whole or not at all, so a highest one that is damaged is never the remainder of a crash.
 */
final class ManifestStore {
    private static final String PREFIX = "manifest.";
    private static final String TEMPORARY = ".tmp";
    static final String KIND = "sdr-manifest";
    private static final int MAX_TRIES = 10;

    private final StorageFolder folder;

    ManifestStore(StorageFolder folder) {
        this.folder = folder;
    }

    static String name(long generation) {
        return PREFIX + generation;
    }

    /** The generation that a file name tells, if it is that of a manifest. */
    static OptionalLong generation(String name) {
        String digits = name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : "";
        return digits.matches("[1-9][0-9]{0,17}") ? OptionalLong.of(Long.parseLong(digits)) : OptionalLong.empty();
    }

    /** The generations that are there, highest first. */
    List<Long> generations() {
        List<Long> all = new ArrayList<>();
        folder.list().forEach(each -> generation(each.name()).ifPresent(all::add));
        all.sort(Comparator.reverseOrder());
        return all;
    }

    /**
     * Reads the highest manifest.
     *
     * @throws io.sdr.api.CorruptException if it is damaged; {@code journal repair} knows what to do
     */
    Optional<Manifest> read() {
        for (int tries = 1; ; tries++) {
            List<Long> all = generations();
            try {
                return all.isEmpty() ? Optional.empty() : Optional.of(read(all.get(0)));
            } catch (StorageException e) {
                boolean overtaken = e.code().equals(StorageException.MISSING) && tries < MAX_TRIES;
                if (!overtaken) {
                    throw e; // else two newer ones were published since the folder was listed
                }
            }
        }
    }

    /**
     * Reads the highest manifest to build on it. Its name is made durable first: it may have been published by a process that died
     * before it forced the folder, and what is deleted because of a manifest must not outlive it.
     */
    Optional<Manifest> readForChange() {
        if (!generations().isEmpty()) {
            folder.force();
        }
        return read();
    }

    Manifest read(long generation) {
        String name = name(generation);
        Manifest manifest;
        try {
            manifest = ManifestJson.read(Envelope.read(folder, name, KIND));
            ManifestCheck.check(manifest);
        } catch (InvalidRequestException | IllegalArgumentException | ArithmeticException e) {
            throw Trouble.corrupt(folder, name, "it says what cannot be: " + e.getMessage(), e);
        }
        if (manifest.generation() != generation) {
            throw Trouble.corrupt(folder, name, "it says it is generation " + manifest.generation());
        }
        return manifest;
    }

    /**
     * Publishes the next manifest: the one moment at which a change becomes true. Durable on return; whatever the manifest names
     * must have been forced before. Fails without a trace if somebody else published this generation.
     */
    Manifest publish(Manifest next) {
        String name = name(next.generation());
        try {
            ManifestCheck.check(next);
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException(name + " would say what cannot be: " + e.getMessage(), e);
        }
        String temporary = name + "." + UUID.randomUUID() + TEMPORARY; // never that of a call whose answer was lost
        try {
            Envelope.write(folder, temporary, KIND, ManifestJson.write(next));
        } catch (StorageException e) {
            drop(temporary, e);
            throw e;
        }
        if (!folder.publish(temporary, name)) {
            folder.delete(temporary);
            throw Trouble.retry(
                    "REPLICA_CHANGED",
                    "publish " + folder.describe() + "/" + name,
                    "it exists: somebody else changed the replica at the same time");
        }
        folder.force();
        for (long each : generations()) {
            if (each < next.generation() - 1) {
                folder.delete(name(each));
            }
        }
        return next;
    }

    /** A full disk may be tried for hours: each time would leave a beginning. What cannot be deleted now is left for housekeeping. */
    private void drop(String temporary, StorageException why) {
        try {
            folder.delete(temporary);
        } catch (StorageException e) {
            why.addSuppressed(e);
        }
    }

    /** Removes all manifests, the highest last, so that an older one never counts; also those that never came to be. */
    void deleteAll() {
        List<Long> all = generations();
        List<String> unborn = folder.list().stream()
                .map(StorageFolder.Entry::name)
                .filter(ManifestStore::isUnborn)
                .toList();
        if (all.isEmpty() && unborn.isEmpty()) {
            return;
        }
        unborn.forEach(folder::delete);
        for (int i = all.size() - 1; i >= 0; i--) {
            if (i == 0) {
                folder.force();
            }
            folder.delete(name(all.get(i)));
        }
        folder.force();
    }

    private static boolean isUnborn(String name) {
        return name.startsWith(PREFIX) && name.endsWith(TEMPORARY); // between them a generation and who wrote it
    }
}
