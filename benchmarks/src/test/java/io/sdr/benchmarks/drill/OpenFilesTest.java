package io.sdr.benchmarks.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sdr.api.SdrException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The look at the files of a process finds one that is open. */
class OpenFilesTest {
    @TempDir
    private Path temp;

    @Test
    void anOpenDiskIsFound() throws IOException {
        assumeTrue(Files.isDirectory(Path.of("/proc/self/fd")), "only Linux tells which files are open");
        Path site = Files.createDirectory(temp.toRealPath().resolve("site"));
        Path disk = Files.writeString(site.resolve("disk"), "data");
        Path other = Files.writeString(temp.toRealPath().resolve("other"), "data");
        OpenFiles files = new OpenFiles(List.of(site));
        try (InputStream allowed = Files.newInputStream(other)) {
            assertThat(allowed.read()).isPositive();
            files.check();
        }
        try (InputStream forbidden = Files.newInputStream(disk)) {
            assertThat(forbidden.read()).isPositive();
            SdrException e = catchThrowableOfType(SdrException.class, files::check);
            assertThat(e.code()).isEqualTo("DISK_OPENED");
        }
        files.check();
        assertThat(files.looks()).isEqualTo(2);
    }
}
