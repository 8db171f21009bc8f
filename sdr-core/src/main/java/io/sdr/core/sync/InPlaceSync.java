package io.sdr.core.sync;

import io.sdr.api.SdrException;
import io.sdr.api.spi.CancelFlag;
import io.sdr.api.spi.LocalFolder;
import io.sdr.api.spi.ProgressListener;
import io.sdr.api.spi.StorageFolder;
import io.sdr.api.spi.VirtualDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;

/**
 * Brings one disk image up to date with another, in place. Until it is done the target is partly old and partly new; a mark
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
     * Lets the target be cut or lengthened to the size of the source.
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
     * partly old and partly new without a mark. For comparison with tools that force nothing.
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
        targetImage.check(mode);
        Path source = sourceImage.path();
        Path target = targetImage.path();
        try {
            if (targetImage.exists() && Files.isSameFile(source, target)) {
                throw SyncProblems.sameFile(source, target);
            }
        } catch (IOException e) {
            throw SyncProblems.cannotTell(source, target, e);
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
        List<String> warnings = sourceImage.lookAgain();
        Optional<DiskDigest> digest = verify ? Optional.of(verified(source, target.disk())) : Optional.empty();
        target.finish();
        return new Outcome(counters, digest, warnings);
    }

    /** Reads both, whatever their maps and file systems say of holes, at once if there is more than one worker. */
    private DiskDigest verified(VirtualDisk source, VirtualDisk target) {
        List<VirtualDisk> disks = List.of(source, target);
        AtomicReferenceArray<DiskDigest> digests = new AtomicReferenceArray<>(disks.size());
        AtomicInteger next = new AtomicInteger();
        AtomicBoolean failed = new AtomicBoolean();
        CancelFlag stop = () -> cancel.isSet() || failed.get();
        new Crew(workers, () -> failed.set(true)).run(first -> {
            for (int i = next.getAndIncrement(); i < disks.size(); i = next.getAndIncrement()) {
                digests.set(i, DiskDigest.reading(disks.get(i), stop));
            }
        });
        DiskDigest shouldBe = digests.get(0);
        DiskDigest is = digests.get(1);
        if (!is.sha256().equals(shouldBe.sha256())) {
            throw SyncProblems.unequal(sourceImage.path(), targetImage.path(), shouldBe.sha256(), is.sha256());
        }
        return is;
    }
}
