package io.sdr.benchmarks.image;

import io.sdr.api.InvalidRequestException;
import io.sdr.api.Problem;
import io.sdr.api.spi.DiskFormat;
import io.sdr.api.spi.LocalFolder;
import io.sdr.core.format.DiskFormats;
import io.sdr.core.sync.TornMark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A disk image on this machine.
 *
 * @param path its real path
 * @param folder its folder
 * @param name its name there
 */
record Image(Path path, LocalFolder folder, String name) {
    /** Finds an image that exists. */
    static Image of(Path file) {
        try {
            Path real = file.toRealPath();
            if (!Files.isRegularFile(real)) {
                throw refused(file, "IMAGE_NO_FILE", "it is a folder, or another thing that is no file");
            }
            if (Files.size(real) == 0) {
                throw refused(file, "IMAGE_EMPTY", "the file has 0 bytes");
            }
            return at(real);
        } catch (IOException e) {
            throw refused(file, "IMAGE_MISSING", Files.exists(file) ? e.toString() : "there is no such file");
        }
    }

    /** Names the place of an image that is to be made. */
    static Image toMake(Path file) {
        Path absolute = file.toAbsolutePath();
        Path folder = absolute.getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw refused(file, "FOLDER_MISSING", "there is no such folder");
        }
        return at(absolute);
    }

    private static Image at(Path path) {
        Path folder = Optional.ofNullable(path.getParent()).orElse(path);
        return new Image(path, LocalFolder.of(folder), String.valueOf(path.getFileName()));
    }

    private static InvalidRequestException refused(Path file, String code, String state) {
        return new InvalidRequestException(Problem.of(code)
                .attempted("use the disk image " + file)
                .state(state)
                .remedy("name a file that holds a disk, in a folder that exists"));
    }

    DiskFormat format(DiskFormats formats) {
        return formats.of(folder, name);
    }

    /** Gives the mark of a sync that did not finish, if there is one. */
    Optional<String> mark() {
        return TornMark.isOn(folder, name) ? Optional.of(TornMark.path(folder, name)) : Optional.empty();
    }
}
