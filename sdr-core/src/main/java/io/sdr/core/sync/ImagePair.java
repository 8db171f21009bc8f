package io.sdr.core.sync;

import io.sdr.api.SdrException;
import io.sdr.api.spi.Access;
import io.sdr.api.spi.StorageException;
import io.sdr.api.spi.StorageFile;
import io.sdr.api.spi.StorageFolder;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.core.format.RawFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The two files: what they are, and whether they may be used. */
final class ImagePair {
    private final Function<Path, StorageFolder> storage;
    private Path source;
    private Path target;
    private boolean targetExists;
    private Optional<StorageFolder.Entry> sourceEntry = Optional.empty();

    ImagePair(Path source, Path target, Function<Path, StorageFolder> storage) {
        this.source = source;
        this.target = target;
        this.storage = storage;
    }

    Path source() {
        return source;
    }

    Path target() {
        return target;
    }

    String targetName() {
        return target.toString();
    }

    private static StorageFolder folder(Function<Path, StorageFolder> storage, Path file) {
        Path parent = file.getParent();
        return storage.apply(parent == null ? file : parent);
    }

    private StorageFolder sourceFolder() {
        return folder(storage, source);
    }

    private StorageFolder targetFolder() {
        return folder(storage, target);
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }

    /** Refuses what is not fit, and follows links: marks and maps lie beside the files themselves. */
    void check(InPlaceSync.Mode mode) {
        source = real(source).orElseThrow(() -> SyncProblems.missing("SOURCE", source));
        if (!Files.isRegularFile(source)) {
            throw SyncProblems.notAFile(source);
        }
        Optional<Path> existing = real(target);
        targetExists = existing.isPresent();
        if (targetExists) {
            target = existing.get();
            checkTarget();
        } else if (mode == InPlaceSync.Mode.DELTA) {
            throw SyncProblems.targetMissing(target);
        } else {
            target = place(target);
        }
        sourceEntry = sourceFolder().find(name(source));
        if (sourceEntry.filter(entry -> entry.sizeBytes() == 0).isPresent()) {
            throw SyncProblems.empty(source);
        }
        if (TornMark.isOn(sourceFolder(), name(source))) {
            throw SyncProblems.torn(source, TornMark.path(sourceFolder(), name(source)));
        }
        if (new RawFormat().files(targetFolder(), name(target)).contains(RawFormat.mapOf(name(target)))) {
            throw SyncProblems.replicaDisk(target);
        }
    }

    /** Where a new file comes to be. Nothing is guessed from the name: what is there already is not this file. */
    private static Path place(Path file) {
        Path place = Optional.ofNullable(file.toAbsolutePath().getParent())
                .flatMap(ImagePair::real)
                .filter(Files::isDirectory)
                .orElseThrow(() -> SyncProblems.missing("TARGET_FOLDER", file))
                .resolve(name(file));
        if (Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
            throw SyncProblems.notAFile(place); // a link to nowhere
        }
        return place;
    }

    private void checkTarget() {
        if (!Files.isRegularFile(target)) {
            throw SyncProblems.notAFile(target);
        }
        try {
            if (Files.isSameFile(source, target)) {
                throw SyncProblems.sameFile(source, target);
            }
        } catch (IOException e) {
            throw SyncProblems.cannotTell(source, target, e);
        }
    }

    private static Optional<Path> real(Path file) {
        try {
            return Optional.of(file.toRealPath());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    VirtualDisk openSource() {
        try {
            return new RawFormat().open(sourceFolder(), name(source), Access.READ);
        } catch (StorageException e) {
            throw SyncProblems.cannotOpen("SOURCE", source, e);
        }
    }

    Optional<StorageFile> openTarget() {
        StorageFolder folder = targetFolder();
        try {
            return targetExists ? Optional.of(folder.open(name(target), Access.WRITE)) : Optional.empty();
        } catch (StorageException e) {
            throw SyncProblems.cannotOpen("TARGET", target, e);
        }
    }

    /** Opens the target once more, for reading. */
    StorageFile openTargetAgain() {
        return targetFolder().open(name(target), Access.READ);
    }

    StorageFile createTarget() {
        return targetFolder().create(name(target));
    }

    void forceTargetName() {
        targetFolder().force();
    }

    TornMark mark(InPlaceSync.Mode mode, long sizeBytes, boolean forcing) {
        String content = "This file marks " + name(target) + " as partly old and partly new until it is gone.\n"
                + "mode " + mode + "\nsource " + source + "\nbytes " + sizeBytes + "\nwritten "
                + sourceEntry.orElseThrow().modified() + "\n";
        return new TornMark(targetFolder(), name(target), content, forcing);
    }

    /** Looks at the source again; what is found is advice, since a plain file cannot be frozen. */
    List<String> lookAgain() {
        Optional<StorageFolder.Entry> now = sourceFolder().find(name(source));
        if (now.isEmpty()) {
            throw SyncProblems.vanished(source);
        }
        List<String> warnings = new ArrayList<>();
        if (!now.equals(sourceEntry)) {
            warnings.add("The source " + source + " was written to meanwhile: the target may be a mixture.");
        }
        return warnings;
    }

    SdrException incomplete(SdrException cause) {
        String mark = TornMark.path(targetFolder(), name(target));
        return cause instanceof SyncCancelledException cancelled
                ? SyncProblems.cancelled(target, mark, cancelled)
                : SyncProblems.incomplete(target, mark, cause);
    }
}
