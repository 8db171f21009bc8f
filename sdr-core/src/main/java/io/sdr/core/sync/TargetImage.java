package io.sdr.core.sync;

import io.sdr.api.SdrException;
import io.sdr.api.spi.Access;
import io.sdr.api.spi.DiskFormat;
import io.sdr.api.spi.DiskShape;
import io.sdr.api.spi.LocalFolder;
import io.sdr.api.spi.StorageException;
import io.sdr.api.spi.StorageFile;
import io.sdr.api.spi.StorageFolder;
import io.sdr.core.format.DiskFormats;
import io.sdr.core.format.RawFormat;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * A disk image that a sync writes in place: whether it may be written, and the mark beside it. Its format is told by its content; one
 * that is made has that of {@link #inFormat}, or else the one that its name ends in, or else is raw. Used by one thread.
 */
public final class TargetImage {
    private final Function<Path, StorageFolder> storage;
    private Path path;
    private boolean exists;
    private DiskFormat format = new RawFormat();
    private Optional<String> wanted = Optional.empty();
    private Optional<String> preferred = Optional.empty();
    private UnaryOperator<DiskShape> shape = UnaryOperator.identity();

    private TargetImage(Path path, Function<Path, StorageFolder> storage) {
        this.path = path;
        this.storage = storage;
    }

    /**
     * Names an image; nothing is looked at yet.
     *
     * @param path where it is, or shall be
     * @return the image
     */
    public static TargetImage of(Path path) {
        return of(path, LocalFolder::of);
    }

    /**
     * Names an image on another storage than the plain one.
     *
     * @param path where it is, or shall be
     * @param storage gives the storage of a folder
     * @return the image
     */
    public static TargetImage of(Path path, Function<Path, StorageFolder> storage) {
        return new TargetImage(path, storage);
    }

    /**
     * Says which format it shall have; one that exists must have it.
     *
     * @param name the format's name
     * @return this
     */
    public TargetImage inFormat(String name) {
        wanted = Optional.of(name);
        return this;
    }

    /** Says how it shall be if it is made and nothing else decides. */
    TargetImage likeSource(String formatName, UnaryOperator<DiskShape> shapeOfThat) {
        preferred = Optional.of(formatName);
        shape = shapeOfThat;
        return this;
    }

    /**
     * Refuses what is not fit, and follows links: the mark lies beside the file itself.
     *
     * @param mode how it shall be written
     * @throws io.sdr.api.InvalidRequestException codes {@code TARGET_MISSING}, {@code TARGET_FOLDER_MISSING}, {@code NOT_A_FILE},
     *     {@code TARGET_HAS_A_MAP}, {@code TARGET_OF_OTHER_FORMAT}, {@code UNKNOWN_FORMAT}
     */
    public void check(InPlaceSync.Mode mode) {
        Optional<Path> existing = SourceImage.real(path);
        exists = existing.isPresent();
        if (exists) {
            path = existing.get();
            if (!Files.isRegularFile(path)) {
                throw SyncProblems.notAFile(path);
            }
        } else if (mode == InPlaceSync.Mode.DELTA) {
            throw SyncProblems.targetMissing(path);
        } else {
            path = place(path);
        }
        if (SourceImage.hasMap(folder(), name())) {
            throw SyncProblems.replicaDisk(path);
        }
        DiskFormats formats = DiskFormats.installed();
        format = exists ? existingFormat(formats) : formatToMake(formats);
    }

    private DiskFormat existingFormat(DiskFormats formats) {
        DiskFormat found = writable(() -> formats.of(folder(), name()));
        if (wanted.filter(each -> !each.equals(found.name())).isPresent()) {
            throw SyncProblems.otherFormat(path, found.name(), wanted.get());
        }
        return found;
    }

    private DiskFormat formatToMake(DiskFormats formats) {
        return wanted.map(formats::named)
                .or(() -> formats.byEnding(name()))
                .or(() -> preferred.map(formats::named))
                .orElseGet(RawFormat::new);
    }

    private <T> T writable(Supplier<T> opening) {
        try {
            return opening.get();
        } catch (StorageException e) {
            throw SyncProblems.cannotOpen("TARGET", path, e);
        }
    }

    /** Where a new file comes to be. Nothing is guessed from the name: what is there already is not this file. */
    static Path place(Path file) {
        Path place = Optional.ofNullable(file.toAbsolutePath().getParent())
                .flatMap(SourceImage::real)
                .filter(Files::isDirectory)
                .orElseThrow(() -> SyncProblems.missing("TARGET_FOLDER", file))
                .resolve(SourceImage.name(file));
        if (Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
            throw SyncProblems.notAFile(place); // a link to nowhere
        }
        return place;
    }

    /**
     * Opens it for writing, after {@link #check}; makes, marks and resizes it as planned.
     *
     * @param plan what shall be done with it
     * @return the open image, for the caller to close
     * @throws io.sdr.api.InvalidRequestException if its size is another one, it cannot be opened, or somebody writes to it; nothing was
     *     changed
     * @throws io.sdr.api.OperationFailedException code {@code SYNC_INCOMPLETE}: it is marked
     */
    public InPlaceTarget open(TargetPlan plan) {
        TargetLock lock = TargetLock.take(path);
        boolean opened = false;
        try {
            InPlaceTarget target = InPlaceTarget.open(this, plan, lock);
            opened = true;
            return target;
        } finally {
            if (!opened) {
                lock.close();
            }
        }
    }

    /**
     * Places a claim by which the other end finds out whether its source is this file.
     *
     * @param claim drawn anew for each sync; ASCII, up to 128 characters
     */
    public void claim(String claim) {
        TargetClaim.place(folder(), name(), claim);
    }

    /** Takes the claim away. */
    public void disclaim() {
        TargetClaim.remove(folder(), name());
    }

    /**
     * Gives the file.
     *
     * @return its path, links followed once it was checked
     */
    public Path path() {
        return path;
    }

    boolean exists() {
        return exists;
    }

    Optional<OpenTarget> openExisting(TargetPlan plan) {
        if (!exists) {
            return Optional.empty();
        }
        if (format instanceof RawFormat) {
            return Optional.of(plain(writable(() -> folder().open(name(), Access.WRITE))));
        }
        return Optional.of(writable(() -> new FormattedTarget(
                format.open(written(plan), name(), Access.WRITE),
                path,
                format,
                format.describe(folder(), name()).logicalSectorBytes())));
    }

    private OpenTarget plain(StorageFile file) {
        return new PlainTarget(file, path.toString(), () -> folder().open(name(), Access.READ));
    }

    OpenTarget create(TargetPlan plan) {
        long sizeBytes = plan.sizeBytes();
        if (format instanceof RawFormat) {
            return plain(folder().create(name()));
        }
        boolean alike = preferred.filter(format.name()::equals).isPresent();
        int sector = alike ? shape.apply(DiskShape.of(sizeBytes)).sectorBytes().orElse(1) : 1;
        DiskShape made = DiskShape.of(FormattedTarget.roundUp(sizeBytes, format, sector));
        return new FormattedTarget(
                format.create(written(plan), name(), alike ? shape.apply(made) : made), path, format, sector);
    }

    void forceName() {
        folder().force();
    }

    TornMark mark(TargetPlan plan) {
        String content = "This file marks " + name() + " as partly old and partly new until it is gone.\n" + "mode "
                + plan.mode() + "\nsource " + plan.source() + "\n";
        return new TornMark(folder(), name(), content, plan.forcing());
    }

    SdrException incomplete(SdrException cause) {
        String mark = TornMark.path(folder(), name());
        return cause instanceof SyncCancelledException cancelled
                ? SyncProblems.cancelled(path, mark, cancelled)
                : SyncProblems.incomplete(path, mark, cause);
    }

    /** The folder of an image with tables, which its format would force. */
    private StorageFolder written(TargetPlan plan) {
        return plan.forcing() ? folder() : new UnforcedFolder(folder());
    }

    private StorageFolder folder() {
        return SourceImage.folder(storage, path);
    }

    private String name() {
        return SourceImage.name(path);
    }
}
