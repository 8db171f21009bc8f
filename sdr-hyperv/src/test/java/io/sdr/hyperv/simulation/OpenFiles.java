package io.sdr.hyperv.simulation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Who has files open. The simulation itself keeps none open between two calls, so whatever this process has open belongs to whoever
 * is tested. Only Linux tells; elsewhere nothing is seen to be open.
 */
final class OpenFiles {
    private static final Path HANDLES = Path.of("/proc/self/fd");

    private OpenFiles() {}

    static boolean isOpen(Path file) {
        if (!Files.isDirectory(HANDLES) || !Files.exists(file)) {
            return false;
        }
        try (DirectoryStream<Path> handles = Files.newDirectoryStream(HANDLES)) {
            Path real = file.toRealPath();
            for (Path handle : handles) {
                if (leadsTo(handle, real)) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean leadsTo(Path handle, Path file) {
        try {
            return Files.readSymbolicLink(handle).equals(file);
        } catch (IOException closedMeanwhile) {
            return false;
        }
    }
}
