package io.sdr.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * A page of the documentation that is generated from code. A test compares it with what the code gives; with
 * {@code -Dsdr.docs.write=true} the test writes it instead.
 */
public final class GeneratedDocument {
    private static final String WRITE = "sdr.docs.write";

    private final Path file;
    private final String name;
    private final Class<?> test;

    private GeneratedDocument(Path root, String name, Class<?> test) {
        this.file = root.resolve(name);
        this.name = name;
        this.test = test;
    }

    /**
     * Names a page.
     *
     * @param name its path in the project, such as {@code docs/states.md}
     * @param test the test that compares it
     * @return the page
     */
    public static GeneratedDocument at(String name, Class<?> test) {
        return new GeneratedDocument(projectRoot(), name, test);
    }

    static GeneratedDocument below(Path root, String name, Class<?> test) {
        return new GeneratedDocument(root, name, test);
    }

    /**
     * Compares the page, or writes it if that was asked for.
     *
     * @param content what the code gives, without the head that says how to make it
     */
    public void verify(String content) {
        verify(content, Boolean.getBoolean(WRITE));
    }

    void verify(String content, boolean write) {
        String whole = head() + content.stripTrailing() + "\n";
        try {
            if (write) {
                Files.createDirectories(file.getParent());
                Files.writeString(file, whole);
                return;
            }
            assertThat(file)
                    .as("%s is generated and was never written: run %s", name, command())
                    .exists();
            assertThat(Files.readString(file).replace("\r\n", "\n"))
                    .as("%s is not what the code gives: run %s and commit it", name, command())
                    .isEqualTo(whole);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String head() {
        return "<!-- Generated; do not edit. To write it anew: " + command() + " -->\n";
    }

    private String command() {
        return "mvn -q -pl sdr-core -am test -Dtest=" + test.getSimpleName() + " -D" + WRITE + "=true";
    }

    private static Path projectRoot() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("sdr-core").resolve("pom.xml"))) {
            folder = folder.getParent();
            if (folder == null) {
                throw new IllegalStateException(String.format(
                        Locale.ROOT, "%s is not inside the project", Path.of("").toAbsolutePath()));
            }
        }
        return folder;
    }
}
