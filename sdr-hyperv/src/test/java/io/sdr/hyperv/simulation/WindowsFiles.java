package io.sdr.hyperv.simulation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Paths of Windows as real files: {@code D:\VMs\a.vhdx} lies in {@code D/VMs/a.vhdx} of the host's folder. Case does not count. */
final class WindowsFiles {
    private static final Pattern ABSOLUTE = Pattern.compile("[A-Za-z]:\\\\[^/:*?\"<>|\\x00-\\x1f]*");
    private static final String SHARED = "c:\\clusterstorage\\";

    private final Path root;
    private Optional<Path> shared = Optional.empty();

    WindowsFiles(Path root) {
        this.root = root;
    }

    /** Lets {@code C:\ClusterStorage\} be the same folder on several hosts. */
    void share(Path folder) {
        shared = Optional.of(folder);
    }

    /** The real file, whether it exists or not. */
    Path real(String path) {
        if (!ABSOLUTE.matcher(path).matches()) {
            throw HostError.dotNet("ArgumentException", 0x8007_0057, "no path of this host: " + path);
        }
        boolean inCluster = shared.isPresent() && path.toLowerCase(Locale.ROOT).startsWith(SHARED);
        Path at = inCluster ? shared.get() : root.resolve(path.substring(0, 1).toUpperCase(Locale.ROOT));
        for (String name : path.substring(inCluster ? SHARED.length() : 3).split("\\\\", -1)) {
            if (name.equals("..") || name.equals(".")) {
                throw HostError.dotNet("ArgumentException", 0x8007_0057, "no plain path: " + path);
            }
            if (!name.isEmpty()) {
                at = child(at, name);
            }
        }
        return at;
    }

    private static Path child(Path folder, String name) {
        Path exact = folder.resolve(name);
        if (Files.exists(exact) || !Files.isDirectory(folder)) {
            return exact;
        }
        try (Stream<Path> there = Files.list(folder)) {
            return there.filter(each -> String.valueOf(each.getFileName()).equalsIgnoreCase(name))
                    .findFirst()
                    .orElse(exact);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The path of a file beside another one. */
    static String beside(String path, String name) {
        return path.substring(0, path.lastIndexOf('\\') + 1) + name;
    }

    static String name(String path) {
        return path.substring(path.lastIndexOf('\\') + 1);
    }
}
