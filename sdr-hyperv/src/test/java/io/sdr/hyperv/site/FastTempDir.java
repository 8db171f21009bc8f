package io.sdr.hyperv.site;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDirFactory;

/** A folder in memory where the system has one: nobody cuts the power here, and forcing is most of what these tests would do. */
final class FastTempDir implements TempDirFactory {
    private static final Path MEMORY = Path.of("/dev/shm");

    FastTempDir() {}

    @Override
    public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext context) throws IOException {
        return Files.isWritable(MEMORY)
                ? Files.createTempDirectory(MEMORY, "sdr-hyperv-")
                : Files.createTempDirectory("sdr-hyperv-");
    }
}
