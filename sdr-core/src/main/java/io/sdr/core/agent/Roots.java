package io.sdr.core.agent;

import io.sdr.api.spi.StorageFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;

/** Finds files and folders by names under roots: ROOT/FOLDER/…/FILE. Links are followed, and must end under the root. Immutable. */
final class Roots {
    private static final int MAX_NAME = 255;

    private final Map<String, Path> roots;

    Roots(Map<String, Path> roots) {
        this.roots = roots;
    }

    /** Finds a folder, which need not exist. */
    Path folder(String name) {
        String[] parts = name.split("/", -1);
        Path root = roots.get(parts[0]);
        if (root == null) {
            throw AgentProblems.unknownFolder(name);
        }
        try {
            Path realRoot = root.toRealPath();
            Path path = realRoot;
            for (int i = 1; i < parts.length; i++) {
                path = path.resolve(checked(parts[i], name));
                if (Files.exists(path)) {
                    path = path.toRealPath();
                }
                if (!path.startsWith(realRoot)) {
                    throw AgentProblems.unknownFolder(name);
                }
            }
            return path;
        } catch (IOException | InvalidPathException e) {
            throw AgentProblems.unknownFolder(name);
        }
    }

    /** Gives a folder, which need not exist, and out of which no link leads. */
    StorageFolder open(String name, Function<Path, StorageFolder> storage) {
        return new RootedFolder(storage.apply(folder(name)), name, this);
    }

    /** Refuses a file that is a link to one that is not under the same root. */
    void checkLink(String folder, String name) {
        Path unused = file(folder, name);
    }

    /** Finds a file in a folder, which need not exist; one that is a link must lead to a file under the same root. */
    Path file(String folder, String name) {
        Path file = folder(folder).resolve(checked(name, folder + "/" + name));
        if (Files.isSymbolicLink(file)) {
            try {
                Path real = file.toRealPath();
                if (!real.startsWith(folder(folder.split("/", -1)[0]))) {
                    throw AgentProblems.unknownFolder(folder + "/" + name);
                }
                return real;
            } catch (IOException e) {
                throw AgentProblems.unknownFolder(folder + "/" + name);
            }
        }
        return file;
    }

    private static String checked(String part, String name) {
        boolean plain = !part.isEmpty()
                && part.length() <= MAX_NAME
                && !part.equals(".")
                && !part.equals("..")
                && part.chars().noneMatch(each -> each == '/' || each == '\\' || each < ' ' || each == ':');
        if (!plain) {
            throw AgentProblems.unknownFolder(name);
        }
        return part;
    }
}
