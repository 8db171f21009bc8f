package io.sdr.testkit;

import io.sdr.api.CorruptException;
import io.sdr.api.Problem;
import io.sdr.api.spi.Access;
import io.sdr.api.spi.StorageException;
import io.sdr.api.spi.StorageFile;
import io.sdr.api.spi.StorageFolder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * A small text that is replaced whole: {@code name.1}, {@code name.2}, … of which the highest counts. Each is written to a
 * temporary file, forced and published, so that a crash leaves the old or the new text. Not thread-safe.
 */
final class StateDocument {
    private static final String MAGIC = "sdr-state-1 ";

    /** A text beyond this is not one of ours. */
    private static final long MAX_BYTES = 64L << 20;

    private final StorageFolder folder;
    private final String name;

    StateDocument(StorageFolder folder, String name) {
        this.folder = folder;
        this.name = name;
    }

    /** Reads the newest text. */
    Optional<String> read() {
        List<Long> generations = generations();
        return generations.isEmpty()
                ? Optional.empty()
                : Optional.of(readFile(folder, fileName(generations.get(generations.size() - 1))));
    }

    /** Replaces the text. Durable on return; if it dies, the old text or the new one is there. */
    void write(String text) {
        List<Long> old = generations();
        long next = old.isEmpty() ? 1 : old.get(old.size() - 1) + 1;
        String temporary = name + ".tmp";
        writeTemporary(folder, temporary, text);
        if (!folder.publish(temporary, fileName(next))) {
            throw MemoryStorage.failed("publish", folder.describe() + "/" + fileName(next), "somebody else wrote it");
        }
        folder.force();
        old.forEach(generation -> folder.delete(fileName(generation)));
    }

    /** Deletes the text for good, the newest generation last, so that no older one comes back. */
    void delete() {
        List<Long> all = generations();
        folder.delete(name + ".tmp");
        if (all.isEmpty()) {
            return;
        }
        all.subList(0, all.size() - 1).forEach(generation -> folder.delete(fileName(generation)));
        folder.force(); // write() did not force what it deleted: that comes back, too, if only the next deletion is
        // kept
        folder.delete(fileName(all.get(all.size() - 1)));
        folder.force();
    }

    private String fileName(long generation) {
        return name + "." + generation;
    }

    private List<Long> generations() {
        List<Long> found = new ArrayList<>();
        for (StorageFolder.Entry entry : folder.list()) {
            if (entry.name().startsWith(name + ".")) {
                number(entry.name().substring(name.length() + 1)).ifPresent(found::add);
            }
        }
        found.sort(Comparator.naturalOrder());
        return found;
    }

    static Optional<Long> number(String digits) {
        return digits.isEmpty()
                        || digits.length() > 18
                        || !digits.chars().allMatch(c -> c >= '0' && c <= '9')
                        || (digits.startsWith("0") && digits.length() > 1)
                ? Optional.empty()
                : Optional.of(Long.parseLong(digits));
    }

    /** Writes a text to a file that is not published yet, and forces it. A leftover of that name is replaced. */
    static void writeTemporary(StorageFolder folder, String file, String text) {
        folder.delete(file);
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        byte[] head = (MAGIC + checksum(bytes) + " " + bytes.length + "\n").getBytes(StandardCharsets.UTF_8);
        ByteBuffer whole = ByteBuffer.allocate(head.length + bytes.length)
                .put(head)
                .put(bytes)
                .flip();
        try (StorageFile open = folder.create(file)) {
            open.write(0, whole);
            open.force();
        }
    }

    /** Reads a text that was published. */
    static String readFile(StorageFolder folder, String file) {
        byte[] bytes;
        try (StorageFile open = folder.open(file, Access.READ)) {
            if (open.size() > MAX_BYTES) {
                throw corrupt(folder, file, "it is larger than " + MAX_BYTES + " bytes");
            }
            ByteBuffer buffer = ByteBuffer.allocate((int) open.size());
            open.read(0, buffer);
            bytes = buffer.array();
        }
        int end = 0;
        while (end < bytes.length && bytes[end] != '\n') {
            end++;
        }
        String head = new String(bytes, 0, end, StandardCharsets.UTF_8);
        byte[] text = end < bytes.length ? Arrays.copyOfRange(bytes, end + 1, bytes.length) : new byte[0];
        if (!head.equals(MAGIC + checksum(text) + " " + text.length)) {
            throw corrupt(folder, file, "its checksum does not match");
        }
        return new String(text, StandardCharsets.UTF_8);
    }

    private static String checksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return String.format("%08x", crc.getValue());
    }

    static CorruptException corrupt(StorageFolder folder, String file, String why) {
        return new CorruptException(Problem.of("CORRUPT_FILE")
                .attempted("read " + folder.describe() + "/" + file)
                .state(why)
                .remedy("put back a whole copy of that file"));
    }

    static boolean isMissing(StorageException e) {
        return e.code().equals(StorageException.MISSING);
    }
}
