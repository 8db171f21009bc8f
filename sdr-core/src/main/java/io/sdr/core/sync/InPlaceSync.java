package io.sdr.core.sync;

import io.sdr.api.SdrException;
import io.sdr.api.spi.CancelFlag;
import io.sdr.api.spi.LocalFolder;
import io.sdr.api.spi.ProgressListener;
import io.sdr.api.spi.StorageFolder;
import io.sdr.api.spi.VirtualDisk;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Brings one disk image up to date with another, in place. Each is opened through the format that its content shows, a layer with its
 * parents; the two may be of different formats. Until it is done the target is partly old and partly new; a mark
 * beside it ({@code TARGET.sdr-sync}) says so, durable before the first byte is written, gone when all is durable. A marked file is
 * never a source. Running the same sync again after any failure is right.
 */
public final class InPlaceSync {
    /** How the target is brought up to date. */
    public enum Mode {
        /** Compare, and write what differs. The target must exist. */
        DELTA,
        /** Write everything, into a target of holes. The target is made if it is missing. */
        FULL
    }

    /**
     * What was done.
     *
     * @param counters in bytes
     * @param digest of both disks, if it was asked for
     * @param warnings for people; a source that changed meanwhile is one
     */
    public record Outcome(SyncCounters counters, Optional<DiskDigest> digest, List<String> warnings) {
        /** Copies the list. */
        public Outcome {
            warnings = List.copyOf(warnings);
        }
    }

    private final SourceImage sourceImage;
    private final TargetImage targetImage;
    private final Mode mode;
    private boolean resize;
    private boolean verify;
    private boolean forcing = true;
    private SyncWorkers workers = SyncWorkers.CALLER;
    private RateLimit limit = RateLimit.NONE;
    private CancelFlag cancel = CancelFlag.NEVER;
    private ProgressListener progress = ProgressListener.NONE;

    private InPlaceSync(SourceImage source, TargetImage target, Mode mode) {
        this.sourceImage = source;
        this.targetImage = target;
        this.mode = mode;
    }

    /**
     * Names what shall be done; nothing is looked at yet.
     *
     * @param source the image that is right; nobody writes to it meanwhile
     * @param target the image that shall become equal
     * @param mode how
     * @return the sync, to be set up further and run
     */
    public static InPlaceSync of(Path source, Path target, Mode mode) {
        return of(source, target, mode, LocalFolder::of);
    }

    static InPlaceSync of(Path source, Path target, Mode mode, Function<Path, StorageFolder> storage) {
        return new InPlaceSync(SourceImage.of(source, storage), TargetImage.of(target, storage), mode);
    }

    /**
     * Says which format the target has. Unless called, that of one that is made is the one that its name ends in, or else that of the
     * source.
     *
     * @param name the format's name; a target that exists must have it
     * @return this
     */
    public InPlaceSync inFormat(String name) {
        targetImage.inFormat(name);
        return this;
    }

    /**
     * Lets the target be cut or lengthened to the size of the source. Only raw images can be cut.
     *
     * @return this
     */
    public InPlaceSync resizing() {
        resize = true;
        return this;
    }

    /**
     * Has both images read again at the end and their digests compared.
     *
     * @return this
     */
    public InPlaceSync verifying() {
        verify = true;
        return this;
    }

    /**
     * Leaves it to the system when what is written becomes durable, the mark included. After a loss of power the target may then be
     * partly old and partly new without a mark, or, where its format has tables, damaged. For comparison with tools that force nothing.
     *
     * @return this
     */
    public InPlaceSync withoutForcing() {
        forcing = false;
        return this;
    }

    /**
     * Lets others work on it, too. Unless called, the calling thread does it alone.
     *
     * @param others who does it
     * @return this
     */
    public InPlaceSync by(SyncWorkers others) {
        workers = others;
        return this;
    }

    /**
     * Limits how fast the images are read and written, both together.
     *
     * @param rate the limit
     * @return this
     */
    public InPlaceSync limitedTo(RateLimit rate) {
        limit = rate;
        return this;
    }

    /**
     * Lets a flag stop it.
     *
     * @param flag looked at between blocks
     * @return this
     */
    public InPlaceSync cancelledBy(CancelFlag flag) {
        cancel = flag;
        return this;
    }

    /**
     * Has a listener hear how far it is.
     *
     * @param listener hears it
     * @return this
     */
    public InPlaceSync reportingTo(ProgressListener listener) {
        progress = listener;
        return this;
    }

    /**
     * Does it.
     *
     * @return what was done
     * @throws io.sdr.api.InvalidRequestException if source or target are not fit for it; nothing was changed
     * @throws io.sdr.api.OperationFailedException if it failed half-way: the target is marked
     * @throws SyncCancelledException if the flag was set
     */
    public Outcome run() {
        check();
        try (VirtualDisk source = sourceImage.open()) {
            TargetPlan plan = new TargetPlan(mode, source.sizeBytes(), resize, forcing, true, sourceImage.identity());
            try (InPlaceTarget target = targetImage.open(plan)) {
                try {
                    return run(source, target);
                } catch (SdrException e) {
                    throw target.failure(e);
                }
            }
        }
    }

    private void check() {
        sourceImage.check();
        targetImage.likeSource(sourceImage.format().name(), sourceImage::likeThis);
        targetImage.check(mode);
        if (targetImage.exists()) {
            sourceImage.refuseAsTarget(targetImage.path());
        }
    }

    private Outcome run(VirtualDisk source, InPlaceTarget target) {
        SyncCounters counters = DeltaSync.run(new SyncRequest(
                source,
                mode == Mode.FULL ? Optional.empty() : Optional.of(target.disk()),
                target.sink(),
                Optional.empty(),
                cancel,
                progress,
                workers,
                limit));
        target.settle();
        List<String> warnings = new ArrayList<>(target.remarks());
        warnings.addAll(sourceImage.lookAgain());
        Optional<DiskDigest> digest = verify
                ? Optional.of(
                        TwoDigests.of(source, target.disk(), workers, cancel, sourceImage.path(), targetImage.path()))
                : Optional.empty();
        target.finish();
        return new Outcome(counters, digest, warnings);
    }
}
