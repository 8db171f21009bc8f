package io.sdr.hyperv.disk;

import io.sdr.api.spi.LocalFolder;
import io.sdr.api.spi.StorageFolder;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Decides where the parents of differencing disks may lie. A path in a disk file is data from outside: only what a finder gives is
 * opened, and what is opened must be the very disk that the child names by its identifier. Thread-safe.
 */
@FunctionalInterface
public interface ParentFinder {
    /**
     * Looks for a parent.
     *
     * @param folder the child's folder
     * @param path the path as it stands in the child: relative to it, of a volume, or absolute; with either kind of slash
     * @return the parent's place; empty if it is not there or not allowed
     */
    Optional<Place> find(StorageFolder folder, String path);

    /**
     * A file in a folder.
     *
     * @param folder the folder
     * @param file its name
     */
    record Place(StorageFolder folder, String file) {}

    /**
     * Allows relative paths to files beside the child, and nothing else: the default.
     *
     * @return the finder
     */
    static ParentFinder besideTheChild() {
        return (folder, path) -> {
            String name = path.startsWith(".\\") || path.startsWith("./") ? path.substring(2) : path;
            return inFolder(folder, name);
        };
    }

    /**
     * Looks for a file of the path's last name in one folder, wherever the path leads: for disks that were brought here from elsewhere.
     *
     * @param parents the folder
     * @return the finder
     */
    static ParentFinder byNameIn(StorageFolder parents) {
        return (folder, path) ->
                inFolder(parents, path.substring(Math.max(path.lastIndexOf('\\'), path.lastIndexOf('/')) + 1));
    }

    /**
     * Allows paths, relative or absolute, to files below some folders of this machine, links followed. Children must lie in
     * {@link LocalFolder}s.
     *
     * @param allowed the folders
     * @return the finder
     */
    static ParentFinder below(List<Path> allowed) {
        List<Path> roots = List.copyOf(allowed);
        return (folder, path) -> folder instanceof LocalFolder local ? local(local, path, roots) : Optional.empty();
    }

    private static Optional<Place> inFolder(StorageFolder folder, String name) {
        boolean plain = !name.isEmpty()
                && name.length() <= 255
                && name.chars().noneMatch(c -> c < ' ' || c == '\\' || c == '/' || c == ':')
                && !name.equals(".")
                && !name.equals("..");
        return plain && folder.find(name).isPresent() ? Optional.of(new Place(folder, name)) : Optional.empty();
    }

    private static Optional<Place> local(LocalFolder child, String path, List<Path> roots) {
        try {
            String plain = path.startsWith("\\\\?\\") ? path.substring(4) : path;
            Path file = child.path().resolve(plain.replace('\\', '/')).toRealPath();
            List<Path> real = new ArrayList<>();
            for (Path root : roots) {
                real.add(root.toRealPath());
            }
            Path parent = file.getParent();
            return parent != null && real.stream().anyMatch(file::startsWith)
                    ? Optional.of(new Place(LocalFolder.of(parent), String.valueOf(file.getFileName())))
                    : Optional.empty();
        } catch (IOException | InvalidPathException e) {
            return Optional.empty();
        }
    }
}
