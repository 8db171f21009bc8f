package io.sdr.core.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sdr.api.SdrException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names lead to places under a root, and nowhere else. */
class RootsTest {
    @TempDir
    private Path temp;

    private Path root;
    private Roots roots;

    @BeforeEach
    void makeRoot() throws IOException {
        root = Files.createDirectories(temp.resolve("root/inner")).getParent().toRealPath();
        roots = new Roots(Map.of("site", root));
    }

    @Test
    void placesUnderTheRoot() throws IOException {
        assertThat(roots.folder("site")).isEqualTo(root);
        assertThat(roots.folder("site/inner")).isEqualTo(root.resolve("inner"));
        assertThat(roots.folder("site/replicas/new")).isEqualTo(root.resolve("replicas/new"));
        assertThat(roots.file("site/inner", "disk.raw")).isEqualTo(root.resolve("inner/disk.raw"));
        Files.createSymbolicLink(root.resolve("link"), root.resolve("inner"));
        assertThat(roots.folder("site/link")).isEqualTo(root.resolve("inner"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "other",
                "site/",
                "site/..",
                "site/../outside",
                "site/inner/../..",
                "site/.",
                "site//inner",
                "site/a\\b",
                "site/c:",
                "site/a\u0000b",
                "/etc"
            })
    void nothingElse(String name) {
        assertThat(refused(() -> roots.folder(name))).isEqualTo("UNKNOWN_FOLDER");
        assertThat(refused(() -> roots.file(name, "file"))).isEqualTo("UNKNOWN_FOLDER");
    }

    @Test
    void linksThatLeadOut() throws IOException {
        Path outside = Files.createDirectory(temp.resolve("outside"));
        Path secret = Files.writeString(outside.resolve("secret"), "x");
        Files.createSymbolicLink(root.resolve("out"), outside);
        Files.createSymbolicLink(root.resolve("inner/file"), secret);
        assertThat(refused(() -> roots.folder("site/out"))).isEqualTo("UNKNOWN_FOLDER");
        assertThat(refused(() -> roots.folder("site/out/new"))).isEqualTo("UNKNOWN_FOLDER");
        assertThat(refused(() -> roots.file("site/inner", "file"))).isEqualTo("UNKNOWN_FOLDER");
    }

    private static String refused(Runnable asking) {
        SdrException e = catchThrowableOfType(SdrException.class, asking::run);
        return e == null ? "nothing" : e.code();
    }
}
