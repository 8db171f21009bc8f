package io.sdr.hyperv.images;

import io.sdr.api.spi.Access;
import io.sdr.api.spi.ForwardingFolder;
import io.sdr.api.spi.StorageFile;
import io.sdr.testkit.MemoryFolder;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A folder of {@link FuzzFile}s. A name that leads out of it is an error of who asks. */
final class FuzzFolder extends ForwardingFolder {
    private final Map<String, FuzzFile> files = new HashMap<>();
    private int open;

    FuzzFolder() {
        super(new MemoryFolder("fuzz"));
    }

    void put(String name, FuzzFile file) {
        files.put(name, file);
    }

    /** Tells how many files are open. */
    int openFiles() {
        return open;
    }

    private static void check(String name) {
        if (name.isEmpty() || name.length() > 255 || name.matches(".*[/\\\\:].*") || name.matches("\\.\\.?")) {
            throw new AssertionError("a name that leads out of the folder: " + name);
        }
    }

    @Override
    public Optional<Entry> find(String name) {
        check(name);
        return Optional.ofNullable(files.get(name)).map(file -> new Entry(name, file.size(), Instant.EPOCH));
    }

    @Override
    public StorageFile open(String name, Access access) {
        check(name);
        FuzzFile file = Optional.ofNullable(files.get(name)).orElseThrow();
        open++;
        return new io.sdr.api.spi.ForwardingFile(file) {
            private boolean closed;

            @Override
            public void close() {
                open -= closed ? 0 : 1;
                closed = true;
            }
        };
    }
}
