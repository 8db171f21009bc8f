package io.sdr.hyperv.powershell;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The scripts as they lie in the project, and the files that are derived from them. */
public final class ScriptFiles {
    /** With this property set, tests write derived files anew instead of comparing them. */
    static final boolean WRITE = Boolean.getBoolean("sdr.scripts.write");

    private static final Path MODULE = module();
    private static final Path FOLDER = MODULE.resolve("src/main/resources/io/sdr/hyperv/powershell");

    private ScriptFiles() {}

    static Path prologue() {
        return FOLDER.resolve("prologue.ps1");
    }

    static Path pins() {
        return FOLDER.resolve("catalogue.txt");
    }

    /** The table of what scripts call, read and answer. */
    public static Path table() {
        return MODULE.resolve("docs/scripts.md");
    }

    static Path lint() {
        return MODULE.resolve("src/lint");
    }

    /** All script files, sorted by name. */
    static List<Path> all() {
        try (Stream<Path> files = Files.list(FOLDER.resolve("scripts"))) {
            return files.sorted(java.util.Comparator.comparing(ScriptFiles::name))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String name(Path script) {
        return script.getFileName().toString().replace(".ps1", "");
    }

    /** Reads one. */
    public static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void write(Path file, String text) {
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path module() {
        Path here = Path.of("").toAbsolutePath();
        Path inside = here.resolve("sdr-hyperv");
        return Files.isDirectory(inside) ? inside : here;
    }
}
