package io.sdr.benchmarks.drill;

import io.sdr.api.InvalidRequestException;
import io.sdr.api.OperationFailedException;
import io.sdr.api.Problem;
import io.sdr.api.spi.LocalFolder;
import io.sdr.core.sync.TornMark;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/**
 * The disk image that the drill works on, as it was when it was first looked at. Only ever opened for reading.
 *
 * @param path its real path
 * @param sizeBytes its size in bytes
 * @param modifiedMillis when it was last written, in milliseconds since 1970
 */
record ImageFile(Path path, long sizeBytes, long modifiedMillis) {
    /** Looks at the user's image before anything is changed. */
    static ImageFile look(Path file) {
        try {
            try {
                Files.readAttributes(file, BasicFileAttributes.class);
            } catch (NoSuchFileException e) {
                throw refused("IMAGE_MISSING", file, "there is no such file", "name a disk image with --disk");
            }
            if (Files.isDirectory(file)) {
                throw refused("IMAGE_NOT_A_FILE", file, "it is a folder", "name a disk image with --disk");
            }
            if (!Files.isRegularFile(file)) {
                throw refused(
                        "IMAGE_NOT_A_FILE",
                        file,
                        "it is no regular file",
                        "copy the device into a file and name that with --disk");
            }
            Path real = file.toRealPath();
            checkWhole(real);
            long size = Files.size(real);
            if (size == 0) {
                throw refused("EMPTY_IMAGE", file, "it is empty (0 bytes)", "name an image that holds something");
            }
            ImageFile image = new ImageFile(real, size, modified(real));
            image.probe();
            return image;
        } catch (IOException e) {
            throw FileFailure.of("read the image", file, e);
        }
    }

    /** An image that a sync is being written into is partly old and partly new. */
    private static void checkWhole(Path real) {
        LocalFolder folder =
                LocalFolder.of(Optional.ofNullable(real.getParent()).orElse(real));
        String name = String.valueOf(real.getFileName());
        if (TornMark.isOn(folder, name)) {
            throw refused(
                    "IMAGE_TORN",
                    real,
                    "it is partly old and partly new: the sync into it did not finish, says "
                            + TornMark.path(folder, name),
                    "finish that sync first");
        }
    }

    /** Gives the folder that it lies in. */
    LocalFolder folder() {
        return LocalFolder.of(Optional.ofNullable(path.getParent()).orElse(path));
    }

    private void probe() throws IOException {
        try (FileChannel channel = open()) {
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, 0);
            one.clear();
            channel.read(one, sizeBytes - 1);
        }
    }

    FileChannel open() throws IOException {
        return FileChannel.open(path, StandardOpenOption.READ);
    }

    /** Verification compares with the image, so it must be there as it was. */
    void checkThere() {
        try {
            if (Files.size(path) == sizeBytes) {
                return;
            }
        } catch (IOException e) {
            throw FileFailure.of("look at the image", path, e);
        }
        throw changed();
    }

    /** Tells apart a wrong disk and an image that somebody wrote to. */
    void checkUnchanged() {
        checkThere();
        try {
            if (modified(path) == modifiedMillis) {
                return;
            }
        } catch (IOException e) {
            throw FileFailure.of("look at the image", path, e);
        }
        throw changed();
    }

    private OperationFailedException changed() {
        return new OperationFailedException(Problem.of("IMAGE_CHANGED")
                .attempted("verify against the image " + path)
                .state("somebody wrote to it since the drill began")
                .remedy("run a new drill on a copy that nobody writes to"));
    }

    private static long modified(Path path) throws IOException {
        return Files.getLastModifiedTime(path).toMillis();
    }

    private static InvalidRequestException refused(String code, Path file, String state, String remedy) {
        return new InvalidRequestException(Problem.of(code)
                .attempted("use " + file + " as the disk image")
                .state(state)
                .remedy(remedy));
    }
}
