package io.sdr.core.crash;

import io.sdr.api.Side;
import io.sdr.api.spi.Access;
import io.sdr.api.spi.StorageFile;
import io.sdr.api.spi.StorageFolder;
import io.sdr.testkit.MemoryFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Everything durable, while no process runs.
 *
 * @param sites the storage of both sites
 * @param store the files of the store
 * @param now the time
 * @param incarnation how many processes there were
 * @param mirrored whether the sites have their names the other way round
 */
record Snapshot(
        Map<Side, MemoryFolder> sites, Map<String, byte[]> store, Instant now, int incarnation, boolean mirrored) {
    static Snapshot empty(boolean mirrored) {
        Map<Side, MemoryFolder> sites = new EnumMap<>(Side.class);
        for (Side side : Side.values()) {
            sites.put(side, new MemoryFolder("memory-" + side));
        }
        return new Snapshot(sites, Map.of(), Instant.parse("2025-01-01T12:00:00Z"), 0, mirrored);
    }

    String siteName(Side side) {
        return (side == Side.PRIMARY) != mirrored ? "east" : "west";
    }

    /** Puts a site's files into a folder in place of what is there, with their times. */
    void restoreSite(Side side, Path folder) {
        try {
            if (Files.exists(folder)) {
                try (Stream<Path> old = Files.walk(folder)) {
                    for (Path each : old.sorted(Comparator.reverseOrder()).toList()) {
                        Files.delete(each);
                    }
                }
            }
            restore(sites.get(side), folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void restore(StorageFolder from, Path to) throws IOException {
        Files.createDirectories(to);
        for (String child : from.children()) {
            restore(from.child(child), to.resolve(child));
        }
        for (StorageFolder.Entry each : from.list()) {
            ByteBuffer all = ByteBuffer.allocate(Math.toIntExact(each.sizeBytes()));
            try (StorageFile file = from.open(each.name(), Access.READ)) {
                int unused = file.read(0, all);
            }
            Path file = to.resolve(each.name());
            Files.write(file, all.array());
            Files.setLastModifiedTime(file, FileTime.from(each.modified()));
        }
    }

    /** Puts the store's files into a folder in place of what is there. */
    void restoreStore(Path folder) {
        try {
            Files.createDirectories(folder);
            try (Stream<Path> old = Files.list(folder)) {
                for (Path each : old.toList()) {
                    Files.delete(each);
                }
            }
            for (Map.Entry<String, byte[]> file : store.entrySet()) {
                Files.write(folder.resolve(file.getKey()), file.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Map<String, byte[]> readStore(Path folder) {
        Map<String, byte[]> files = new TreeMap<>();
        try (Stream<Path> found = Files.list(folder)) {
            for (Path each : found.toList()) {
                if (!each.getFileName().toString().endsWith("-shm")) {
                    files.put(each.getFileName().toString(), Files.readAllBytes(each));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files;
    }
}
