package io.sdr.core.crash;

import io.sdr.api.Side;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Runs what is to be shown in both directions in both at once: they share nothing. */
final class Directions {
    private Directions() {}

    /** What finds failures in one direction, in a folder of its own. */
    interface Search {
        List<String> failures(Side direction, Path folder);
    }

    static List<String> both(Path folder, Search search) {
        return Arrays.stream(Side.values())
                .parallel()
                .flatMap(direction -> search.failures(direction, ownFolder(folder, direction)).stream())
                .toList();
    }

    private static Path ownFolder(Path folder, Side direction) {
        try {
            return Files.createDirectories(folder.resolve(direction.name()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
