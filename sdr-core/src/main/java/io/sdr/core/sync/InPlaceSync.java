package io.sdr.core.sync;

import io.sdr.api.SdrException;
import io.sdr.api.spi.CancelFlag;
import io.sdr.api.spi.LocalFolder;
import io.sdr.api.spi.ProgressListener;
import io.sdr.api.spi.StorageFile;
import io.sdr.api.spi.StorageFolder;
import io.sdr.api.spi.VirtualDisk;
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

    private final ImagePair pair;
    private final Mode mode;
    private boolean resize;
    private boolean verify;
    private boolean forcing = true;
    private SyncWorkers workers = SyncWorkers.CALLER;
    private RateLimit limit = RateLimit.NONE;
    private CancelFlag cancel = CancelFlag.NEVER;
    private ProgressListener progress = ProgressListener.NONE;

    private InPlaceSync(ImagePair pair, Mode mode) {
        this.pair = pair;
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
        return new InPlaceSync(new ImagePair(source, target, storage), mode);
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
        pair.check(mode);
        try (VirtualDisk source = pair.openSource()) {
            Optional<StorageFile> existing = pair.openTarget();
            TornMark mark = pair.mark(mode, source.sizeBytes(), forcing);
            try {
                existing.ifPresent(file -> checkSize(source, file));
                return run(source, existing, mark);
            } catch (SdrException e) {
                throw mark.isPlaced() ? pair.incomplete(e) : e;
            } finally {
                existing.ifPresent(StorageFile::close);
            }
        }
    }

    private void checkSize(VirtualDisk source, StorageFile target) {
        if (target.size() != source.sizeBytes() && !resize) {
            throw SyncProblems.sizes(pair.target(), source.sizeBytes(), target.size());
        }
    }

    private Outcome run(VirtualDisk source, Optional<StorageFile> existing, TornMark mark) {
        boolean full = mode == Mode.FULL;
        if (full || existing.orElseThrow().size() != source.sizeBytes()) {
            mark.place();
        }
        StorageFile file = existing.orElseGet(pair::createTarget);
        try (VirtualDisk target =
                new PlainFile(file, pair.targetName(), source.sizeBytes(), full, pair::openTargetAgain)) {
            resize(file, source.sizeBytes(), full);
            DiskSink writing = new DiskSink(target, forcing ? DiskSink.FLUSH_BYTES : Long.MAX_VALUE);
            SyncCounters counters = DeltaSync.run(new SyncRequest(
                    source,
                    full ? Optional.empty() : Optional.of(target),
                    new MarkingSink(writing, mark),
                    Optional.empty(),
                    cancel,
                    progress,
                    workers,
                    limit));
            if (forcing) {
                target.flush();
                pair.forceTargetName();
            }
            List<String> warnings = pair.lookAgain();
            Optional<DiskDigest> digest = verify ? Optional.of(verified(source, target)) : Optional.empty();
            mark.remove();
            return new Outcome(counters, digest, warnings);
        }
    }

    private static void resize(StorageFile file, long size, boolean toHoles) {
        if (toHoles) {
            file.setSize(0);
        }
        if (file.size() != size) {
            file.setSize(size);
        }
    }

    /** Reads both, whatever their maps and file systems say of holes, at once if there is more than one worker. */
    private DiskDigest verified(VirtualDisk source, VirtualDisk target) {
        List<VirtualDisk> disks = List.of(new WithoutExtents(source), new WithoutExtents(target));
        AtomicReferenceArray<DiskDigest> digests = new AtomicReferenceArray<>(disks.size());
        AtomicInteger next = new AtomicInteger();
        AtomicBoolean failed = new AtomicBoolean();
        CancelFlag stop = () -> cancel.isSet() || failed.get();
        new Crew(workers, () -> failed.set(true)).run(first -> {
            for (int i = next.getAndIncrement(); i < disks.size(); i = next.getAndIncrement()) {
                digests.set(i, DiskDigest.of(disks.get(i), stop, ProgressListener.NONE));
            }
        });
        DiskDigest shouldBe = digests.get(0);
        DiskDigest is = digests.get(1);
        if (!is.sha256().equals(shouldBe.sha256())) {
            throw SyncProblems.unequal(pair.source(), pair.target(), shouldBe.sha256(), is.sha256());
        }
        return is;
    }
}
