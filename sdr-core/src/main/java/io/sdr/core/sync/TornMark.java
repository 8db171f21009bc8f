package io.sdr.core.sync;

import io.sdr.api.spi.Access;
import io.sdr.api.spi.StorageFile;
import io.sdr.api.spi.StorageFolder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The mark beside a file that is being written in place: while it is there the file is partly old and partly new. It is durable
 * before the file is first written to, and goes when the file is forced. Thread-safe.
 */
public final class TornMark {
    private static final String ENDING = ".sdr-sync";

    private final StorageFolder folder;
    private final String name;
    private final String content;
    private final boolean forcing;
    private volatile boolean placed;

    TornMark(StorageFolder folder, String file, String content, boolean forcing) {
        this.folder = folder;
        this.name = file + ENDING;
        this.content = content;
        this.forcing = forcing;
    }

    /**
     * Tells whether a file is marked: then it must not be read as a disk.
     *
     * @param folder the folder
     * @param file the file's name
     * @return whether a mark lies beside it
     */
    public static boolean isOn(StorageFolder folder, String file) {
        return folder.find(file + ENDING).isPresent();
    }

    /**
     * Names the mark for messages.
     *
     * @param folder the folder
     * @param file the file's name
     * @return its path
     */
    public static String path(StorageFolder folder, String file) {
        return folder.describe() + "/" + file + ENDING;
    }

    /** Whether this run has marked the file. */
    boolean isPlaced() {
        return placed;
    }

    /** Whether this very mark lies there already, from a run that was broken off. */
    boolean isThere() {
        byte[] expected = content.getBytes(StandardCharsets.UTF_8);
        if (folder.find(name)
                .filter(entry -> entry.sizeBytes() == expected.length)
                .isEmpty()) {
            return false;
        }
        byte[] found = new byte[expected.length];
        try (StorageFile file = folder.open(name, Access.READ)) {
            file.read(0, ByteBuffer.wrap(found));
        }
        return Arrays.equals(found, expected);
    }

    /** Marks the file, durably unless nothing is forced. A mark of an earlier run is written anew. */
    void place() {
        if (!placed) {
            placeOnce();
        }
    }

    private synchronized void placeOnce() {
        if (placed) {
            return;
        }
        boolean there = folder.find(name).isPresent();
        try (StorageFile file = there ? folder.open(name, Access.WRITE) : folder.create(name)) {
            byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
            file.write(0, ByteBuffer.wrap(bytes));
            file.setSize(bytes.length);
            if (forcing) {
                file.force();
            }
        }
        if (forcing) {
            folder.force();
        }
        placed = true;
    }

    /** Takes the mark away, also one of an earlier run. The caller has forced the file, if anything is forced. */
    void remove() {
        if (folder.delete(name) && forcing) {
            folder.force();
        }
    }
}
