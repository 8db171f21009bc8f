package io.sdr.core.sync;

import io.sdr.api.spi.Access;
import io.sdr.api.spi.LocalFolder;
import io.sdr.api.spi.StorageException;
import io.sdr.api.spi.StorageFolder;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.core.format.RawFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** A disk image that a sync reads: whether it may be read, and whether it stayed as it was. Used by one thread. */
public final class SourceImage {
    private final Function<Path, StorageFolder> storage;
    private Path path;
    private Optional<StorageFolder.Entry> entry = Optional.empty();

    private SourceImage(Path path, Function<Path, StorageFolder> storage) {
        this.path = path;
        this.storage = storage;
    }

    /**
     * Names an image; nothing is looked at yet.
     *
     * @param path where it is
     * @return the image
     */
    public static SourceImage of(Path path) {
        return of(path, LocalFolder::of);
    }

    /**
     * Names an image on another storage than the plain one.
     *
     * @param path where it is
     * @param storage gives the storage of a folder
     * @return the image
     */
    public static SourceImage of(Path path, Function<Path, StorageFolder> storage) {
        return new SourceImage(path, storage);
    }

    /**
     * Refuses what is not fit, and follows links: marks and maps lie beside the file itself.
     *
     * @throws io.sdr.api.InvalidRequestException codes {@code SOURCE_MISSING}, {@code NOT_A_FILE}, {@code DISK_EMPTY}, {@code
     *     SOURCE_TORN}
     */
    public void check() {
        path = real(path).orElseThrow(() -> SyncProblems.missing("SOURCE", path));
        if (!Files.isRegularFile(path)) {
            throw SyncProblems.notAFile(path);
        }
        entry = folder().find(name());
        if (entry.filter(each -> each.sizeBytes() == 0).isPresent()) {
            throw SyncProblems.empty(path);
        }
        if (TornMark.isOn(folder(), name())) {
            throw SyncProblems.torn(path, TornMark.path(folder(), name()));
        }
    }

    /**
     * Opens it for reading, after {@link #check}.
     *
     * @return the disk, for the caller to close
     * @throws io.sdr.api.InvalidRequestException code {@code SOURCE_UNREADABLE}
     */
    public VirtualDisk open() {
        try {
            return new RawFormat().open(folder(), name(), Access.READ);
        } catch (StorageException e) {
            throw SyncProblems.cannotOpen("SOURCE", path, e);
        }
    }

    /**
     * Looks at the file again; what is found is advice, since a plain file cannot be frozen.
     *
     * @return warnings for people
     * @throws io.sdr.api.OperationFailedException code {@code SOURCE_VANISHED}
     */
    public List<String> lookAgain() {
        Optional<StorageFolder.Entry> now = folder().find(name());
        if (now.isEmpty()) {
            throw SyncProblems.vanished(path);
        }
        List<String> warnings = new ArrayList<>();
        if (!now.equals(entry)) {
            warnings.add("The source " + path + " was written to meanwhile: the target may be a mixture.");
        }
        return warnings;
    }

    /**
     * Tells whether a target image with this claim is this very file.
     *
     * @param claim what the target's end was told to claim it with
     * @return whether the claim lies beside this file
     */
    public boolean isClaimed(String claim) {
        return TargetClaim.isOn(folder(), name(), claim);
    }

    /**
     * Says which state of which file this is: what a mark at the target tells of its source.
     *
     * @return path, size and time of the last write
     */
    public String identity() {
        return path + "\nbytes " + entry.map(StorageFolder.Entry::sizeBytes).orElse(0L) + "\nwritten "
                + entry.map(each -> each.modified().toString()).orElse("");
    }

    /**
     * Gives the file.
     *
     * @return its path, links followed once it was checked
     */
    public Path path() {
        return path;
    }

    private StorageFolder folder() {
        return folder(storage, path);
    }

    private String name() {
        return name(path);
    }

    static StorageFolder folder(Function<Path, StorageFolder> storage, Path file) {
        Path parent = file.getParent();
        return storage.apply(parent == null ? file : parent);
    }

    static String name(Path file) {
        return String.valueOf(file.getFileName());
    }

    static Optional<Path> real(Path file) {
        try {
            return Optional.of(file.toRealPath());
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
