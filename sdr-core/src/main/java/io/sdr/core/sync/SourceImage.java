package io.sdr.core.sync;

import io.sdr.api.spi.Access;
import io.sdr.api.spi.DiskDescription;
import io.sdr.api.spi.DiskFormat;
import io.sdr.api.spi.DiskShape;
import io.sdr.api.spi.DiskType;
import io.sdr.api.spi.LocalFolder;
import io.sdr.api.spi.StorageException;
import io.sdr.api.spi.StorageFolder;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.core.format.DiskFormats;
import io.sdr.core.format.RawFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A disk image that a sync reads: whether it may be read, and whether it stayed as it was. Its format is told by its content; a layer is
 * read with its parents. Used by one thread.
 */
public final class SourceImage {
    private final Function<Path, StorageFolder> storage;
    private final Map<String, Optional<StorageFolder.Entry>> chain = new LinkedHashMap<>();
    private Path path;
    private DiskFormat format = new RawFormat();

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
        if (folder().find(name()).filter(each -> each.sizeBytes() == 0).isPresent()) {
            throw SyncProblems.empty(path);
        }
        refuseTorn(name());
        format = readable(() -> DiskFormats.installed().of(folder(), name()));
        findChain();
    }

    private void refuseTorn(String file) {
        if (TornMark.isOn(folder(), file)) {
            throw SyncProblems.torn(path.resolveSibling(file), TornMark.path(folder(), file));
        }
    }

    private <T> T readable(Supplier<T> reading) {
        try {
            return reading.get();
        } catch (StorageException e) {
            throw SyncProblems.cannotOpen("SOURCE", path, e);
        }
    }

    /** Follows the parents that lie beside the image; opening it tells what is wrong with them. */
    private void findChain() {
        chain.clear();
        String next = name();
        while (chain.putIfAbsent(next, folder().find(next)) == null) {
            String file = next;
            refuseTorn(file);
            boolean plain = format instanceof RawFormat && !hasMap(folder(), file);
            Optional<String> parent = plain
                    ? Optional.empty()
                    : readable(() -> format.describe(folder(), file).parent()).map(SourceImage::lastName);
            if (parent.isEmpty() || folder().find(parent.get()).isEmpty()) {
                return;
            }
            next = parent.get();
        }
    }

    static boolean hasMap(StorageFolder folder, String file) {
        return folder.find(RawFormat.mapOf(file)).isPresent();
    }

    private static String lastName(String parent) {
        return parent.substring(Math.max(parent.lastIndexOf('\\'), parent.lastIndexOf('/')) + 1);
    }

    /**
     * Opens it for reading, with its parents, after {@link #check}.
     *
     * @return the disk, for the caller to close
     * @throws io.sdr.api.InvalidRequestException code {@code SOURCE_UNREADABLE}
     * @throws io.sdr.api.CorruptException if a file is damaged
     */
    public VirtualDisk open() {
        return readable(() -> format.open(folder(), name(), Access.READ));
    }

    /** Gives the format that was found. */
    DiskFormat format() {
        return format;
    }

    /** Says how a new image of the same format has to be to be like this one. */
    DiskShape likeThis(DiskShape shape) {
        if (format instanceof RawFormat) {
            return shape;
        }
        DiskDescription like = readable(() -> format.describe(folder(), name()));
        DiskShape sectors = shape.sectorBytes(like.logicalSectorBytes());
        return like.type() == DiskType.FIXED
                ? sectors.type(DiskType.FIXED)
                : sectors.blockBytes(Math.toIntExact(like.blockSizeBytes()));
    }

    /** Refuses a target that is the image itself or one of its parents, under whatever name. */
    void refuseAsTarget(Path target) {
        for (String file : chain.keySet()) {
            Path own = path.resolveSibling(file);
            try {
                if (Files.isSameFile(own, target)) {
                    throw own.equals(path)
                            ? SyncProblems.sameFile(path, target)
                            : SyncProblems.parentOfSource(path, target);
                }
            } catch (IOException e) {
                throw SyncProblems.cannotTell(own, target, e);
            }
        }
    }

    /**
     * Looks at the files again; what is found is advice, since a plain file cannot be frozen.
     *
     * @return warnings for people
     * @throws io.sdr.api.OperationFailedException codes {@code SOURCE_VANISHED}, {@code SOURCE_TORN}
     */
    public List<String> lookAgain() {
        List<String> warnings = new ArrayList<>();
        chain.forEach((file, before) -> {
            Optional<StorageFolder.Entry> now = folder().find(file);
            Path own = path.resolveSibling(file);
            if (now.isEmpty()) {
                throw SyncProblems.vanished(own);
            }
            if (TornMark.isOn(folder(), file)) {
                throw SyncProblems.tornMeanwhile(own, TornMark.path(folder(), file));
            }
            if (!now.equals(before)) {
                warnings.add("The source " + own + " was written to meanwhile: the target may be a mixture.");
            }
        });
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
        Optional<StorageFolder.Entry> entry = chain.getOrDefault(name(), Optional.empty());
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
