package io.sdr.benchmarks.drill;

import io.sdr.api.OperationFailedException;
import io.sdr.api.Problem;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Looks whether this process has files open that it must not have: on Linux, which tells. */
final class OpenFiles {
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    private final List<Path> forbidden;
    private final AtomicLong looks = new AtomicLong();

    /**
     * Prepares.
     *
     * @param forbidden files, and folders with all that is in them
     */
    OpenFiles(List<Path> forbidden) {
        this.forbidden = List.copyOf(forbidden);
    }

    /** Throws if one of them is open. */
    void check() {
        if (!Files.isDirectory(DESCRIPTORS)) {
            return;
        }
        try (DirectoryStream<Path> open = Files.newDirectoryStream(DESCRIPTORS)) {
            for (Path each : open) {
                check(each);
            }
            looks.incrementAndGet();
        } catch (IOException e) {
            throw FileFailure.of("list", DESCRIPTORS, e);
        }
    }

    private void check(Path descriptor) {
        Path file;
        try {
            file = Files.readSymbolicLink(descriptor);
        } catch (IOException e) {
            return; // it was closed meanwhile
        }
        if (forbidden.stream().anyMatch(file::startsWith)) {
            throw new OperationFailedException(Problem.of("DISK_OPENED")
                    .attempted("run the engine without opening a disk")
                    .state("this process has " + file + " open")
                    .remedy("report this with the folder of the drill"));
        }
    }

    long looks() {
        return looks.get();
    }
}
