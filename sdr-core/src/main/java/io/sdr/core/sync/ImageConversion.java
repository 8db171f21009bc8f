package io.sdr.core.sync;

import io.sdr.api.InvalidRequestException;
import io.sdr.api.OperationFailedException;
import io.sdr.api.spi.Access;
import io.sdr.api.spi.CancelFlag;
import io.sdr.api.spi.DiskFormat;
import io.sdr.api.spi.DiskShape;
import io.sdr.api.spi.LocalFolder;
import io.sdr.api.spi.ProgressListener;
import io.sdr.api.spi.StorageFolder;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.core.format.DiskFormats;
import io.sdr.core.format.RawFormat;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Makes a new disk image of another one, in a format of choice; a layer is read with its parents, and the new image stands alone. It is
 * written once, under another name ({@code TARGET.sdr-part}), and gets its own when all of it is durable: what was interrupted is
 * never there under its name. Holes and zeros take no room where the format can.
 */
public final class ImageConversion {
    private static final String PART = ".sdr-part";
    /** What a target that is replaced is called until the new one has its name. */
    private static final String OLD = ".sdr-old";

    private final Path sourceFile;
    private final Path targetFile;
    private final DiskFormat format;
    private final Function<Path, StorageFolder> storage;
    private UnaryOperator<DiskShape> shape = UnaryOperator.identity();
    private boolean overwrite;
    private boolean verify;
    private SyncWorkers workers = SyncWorkers.CALLER;
    private CancelFlag cancel = CancelFlag.NEVER;
    private ProgressListener progress = ProgressListener.NONE;

    private ImageConversion(Path source, Path target, String format, Function<Path, StorageFolder> storage) {
        this.sourceFile = source;
        this.targetFile = target;
        this.format = DiskFormats.installed().named(format);
        this.storage = storage;
    }

    /**
     * Names what shall be done; nothing is looked at yet.
     *
     * @param source the image to read; nobody writes to it meanwhile
     * @param target the image to make
     * @param format the name of its format
     * @return the conversion, to be set up further and run
     * @throws InvalidRequestException if the format is not known
     */
    public static ImageConversion of(Path source, Path target, String format) {
        return of(source, target, format, LocalFolder::of);
    }

    static ImageConversion of(Path source, Path target, String format, Function<Path, StorageFolder> storage) {
        return new ImageConversion(source, target, format, storage);
    }

    /**
     * Chooses type, block and sector size. Unless called, they are the format's own. Raw images have no choice.
     *
     * @param choice changes the shape, not its size
     * @return this
     */
    public ImageConversion shaped(UnaryOperator<DiskShape> choice) {
        shape = choice;
        return this;
    }

    /**
     * Lets a target that exists be replaced, in the end.
     *
     * @return this
     */
    public ImageConversion overwriting() {
        overwrite = true;
        return this;
    }

    /**
     * Has both images read again before the target gets its name, and their digests compared.
     *
     * @return this
     */
    public ImageConversion verifying() {
        verify = true;
        return this;
    }

    /**
     * Lets others work on it, too. Unless called, the calling thread does it alone.
     *
     * @param others who does it
     * @return this
     */
    public ImageConversion by(SyncWorkers others) {
        workers = others;
        return this;
    }

    /**
     * Lets a flag stop it.
     *
     * @param flag looked at between blocks
     * @return this
     */
    public ImageConversion cancelledBy(CancelFlag flag) {
        cancel = flag;
        return this;
    }

    /**
     * Has a listener hear how far it is.
     *
     * @param listener hears it
     * @return this
     */
    public ImageConversion reportingTo(ProgressListener listener) {
        progress = listener;
        return this;
    }

    /**
     * Does it. The new image is durable on return; when it throws there is none, and a target that was there is as it was.
     *
     * @return what was done
     * @throws InvalidRequestException if source or target are not fit for it; nothing was changed
     * @throws OperationFailedException if the new image is not equal to the source
     * @throws SyncCancelledException if the flag was set
     */
    public InPlaceSync.Outcome run() {
        SourceImage source = SourceImage.of(sourceFile, storage);
        source.check();
        Path target = checkedTarget(source);
        TargetLock lock = TargetLock.take(target);
        try {
            return run(source, target);
        } finally {
            lock.close();
        }
    }

    private InPlaceSync.Outcome run(SourceImage source, Path target) {
        StorageFolder folder = SourceImage.folder(storage, target);
        String name = SourceImage.name(target);
        String part = name + PART;
        if (SourceImage.hasMap(folder, name)) {
            throw SyncProblems.replicaDisk(target);
        }
        if (folder.find(part).isPresent()) { // of an attempt that died, and deleted: not if it is what is to be read
            source.refuseAsTarget(target.resolveSibling(part));
        }
        boolean done = false;
        try (VirtualDisk disk = source.open()) {
            format.delete(folder, part); // of an attempt that died
            InPlaceSync.Outcome outcome = fill(source, disk, folder, target);
            publish(folder, part, target);
            done = true;
            return outcome;
        } finally {
            if (!done) {
                format.delete(folder, part);
            }
        }
    }

    private Path checkedTarget(SourceImage source) {
        Optional<Path> existing = SourceImage.real(targetFile);
        if (existing.isEmpty()) {
            return TargetImage.place(targetFile);
        }
        Path target = existing.get();
        if (!Files.isRegularFile(target)) {
            throw SyncProblems.notAFile(target);
        }
        source.refuseAsTarget(target);
        if (!overwrite) {
            throw SyncProblems.exists(target);
        }
        return target;
    }

    private InPlaceSync.Outcome fill(SourceImage source, VirtualDisk disk, StorageFolder folder, Path target) {
        OpenTarget made = make(folder, SourceImage.name(target) + PART, disk.sizeBytes(), target);
        TornMark unused = new TornMark(folder, SourceImage.name(target), "", true); // of a new disk nothing is changed
        try (made) {
            VirtualDisk view = made.prepare(disk.sizeBytes(), true, unused);
            SyncCounters counters = DeltaSync.run(new SyncRequest(
                    disk,
                    Optional.empty(),
                    new FreshSink(new DiskSink(view)),
                    Optional.empty(),
                    cancel,
                    progress,
                    workers,
                    RateLimit.NONE));
            view.flush();
            List<String> warnings = new ArrayList<>();
            made.remark(disk.sizeBytes()).ifPresent(warnings::add);
            warnings.addAll(source.lookAgain());
            Optional<DiskDigest> digest = verify
                    ? Optional.of(TwoDigests.of(disk, view, workers, cancel, source.path(), target))
                    : Optional.empty();
            return new InPlaceSync.Outcome(counters, digest, warnings);
        }
    }

    private OpenTarget make(StorageFolder folder, String part, long sourceBytes, Path target) {
        if (format instanceof RawFormat) {
            return new PlainTarget(
                    folder.create(part), folder.describe() + "/" + part, () -> folder.open(part, Access.READ));
        }
        int sector = shape.apply(DiskShape.of(sourceBytes)).sectorBytes().orElse(1);
        DiskShape wanted = DiskShape.of(FormattedTarget.roundUp(sourceBytes, format, sector));
        return new FormattedTarget(format.create(folder, part, shape.apply(wanted)), target, format, sector);
    }

    /** A target that is replaced keeps its content under another name until the new one has its own, or for good if that fails. */
    private void publish(StorageFolder folder, String part, Path target) {
        String name = SourceImage.name(target);
        folder.force();
        boolean replacing = overwrite && folder.find(name).isPresent();
        if (replacing) {
            folder.delete(name + OLD); // of an attempt that died before it could delete it
            folder.move(name, folder, name + OLD);
        }
        boolean published = false;
        try {
            published = folder.publish(part, name);
        } finally {
            if (replacing && !published) {
                folder.move(name + OLD, folder, name);
            }
        }
        if (!published) {
            throw SyncProblems.exists(target);
        }
        folder.force();
        if (overwrite && folder.delete(name + OLD)) {
            folder.force();
        }
        new TornMark(folder, name, "", true).remove(); // what an unfinished sync left goes with what it was for
    }
}
