package io.sdr.core.sync;

import io.sdr.api.SdrException;
import io.sdr.api.spi.VirtualDisk;
import java.util.List;

/**
 * A target image that is open to be written in place. It is marked before it is first changed, and the mark goes with {@link
 * #finish}. The sink may be used by several threads, the rest by one.
 */
public final class InPlaceTarget implements AutoCloseable {
    /** What the target's bytes are worth before anything is written. */
    public enum Content {
        /** Stale: to be compared. */
        STALE,
        /** Worthless: all of it is to be written. */
        WORTHLESS,
        /** All zeros, known without reading. */
        ZEROS
    }

    private final TargetImage image;
    private final TornMark mark;
    private final TargetLock lock;
    private final boolean forcing;
    private final Content content;
    private final boolean flushing;
    private final List<String> remarks;
    private final VirtualDisk disk;
    private final ChangeSink sink;

    private InPlaceTarget(
            TargetImage image,
            TargetPlan plan,
            TornMark mark,
            TargetLock lock,
            Content content,
            OpenTarget open,
            VirtualDisk disk,
            ChangeSink sink) {
        this.image = image;
        this.lock = lock;
        this.flushing = plan.forcing() || open.mustFlush();
        this.remarks = open.remark(plan.sizeBytes()).map(List::of).orElse(List.of());
        this.mark = mark;
        this.forcing = plan.forcing();
        this.content = content;
        this.disk = disk;
        this.sink = sink;
    }

    /** Opens it; the lock goes with it when it is closed. */
    static InPlaceTarget open(TargetImage image, TargetPlan plan, TargetLock lock) {
        TornMark mark = image.mark(plan);
        try {
            OpenTarget file = image.openExisting(plan)
                    .map(existing -> admit(image, plan, existing))
                    .orElseGet(() -> {
                        mark.place();
                        return image.create(plan);
                    });
            try {
                return prepare(image, plan, mark, lock, file);
            } catch (RuntimeException e) {
                file.close();
                throw e;
            }
        } catch (SdrException e) {
            throw mark.isPlaced() ? image.incomplete(e) : e;
        }
    }

    private static OpenTarget admit(TargetImage image, TargetPlan plan, OpenTarget existing) {
        if (existing.hasSizeFor(plan.sizeBytes())) {
            return existing;
        }
        long size = existing.sizeBytes();
        boolean tooLarge = size > plan.sizeBytes() && !existing.canShrink();
        if (!plan.resizing() || tooLarge) {
            existing.close();
            throw plan.resizing()
                    ? SyncProblems.cannotShrink(image.path(), plan.sizeBytes(), size)
                    : SyncProblems.sizes(image.path(), plan.sizeBytes(), size);
        }
        return existing;
    }

    private static InPlaceTarget prepare(
            TargetImage image, TargetPlan plan, TornMark mark, TargetLock lock, OpenTarget file) {
        Content content = content(image, plan, mark, file);
        if (content != Content.STALE || !file.hasSizeFor(plan.sizeBytes())) {
            mark.place();
        }
        boolean zeros = content == Content.ZEROS;
        VirtualDisk disk = file.prepare(plan.sizeBytes(), zeros, mark);
        DiskSink writing = new DiskSink(disk, plan.forcing() ? DiskSink.FLUSH_BYTES : Long.MAX_VALUE);
        ChangeSink sink = new MarkingSink(zeros ? new FreshSink(writing) : writing, mark);
        return new InPlaceTarget(image, plan, mark, lock, content, file, disk, sink);
    }

    /** A full copy that was broken off is gone on with by comparing, where the mark says that it was the same. */
    private static Content content(TargetImage image, TargetPlan plan, TornMark mark, OpenTarget file) {
        if (plan.mode() == InPlaceSync.Mode.DELTA) {
            return Content.STALE;
        }
        if (!image.exists() || (plan.emptying() && file.canBeEmptied())) {
            return Content.ZEROS;
        }
        return mark.isThere() ? Content.STALE : Content.WORTHLESS;
    }

    /**
     * Tells what is known of its bytes.
     *
     * @return what they were worth when it was opened
     */
    public Content content() {
        return content;
    }

    /**
     * Gives the image as a disk.
     *
     * @return the disk; it is closed with this
     */
    public VirtualDisk disk() {
        return disk;
    }

    /**
     * Gives where differences go.
     *
     * @return takes them in any order, and marks the image before the first one
     */
    public ChangeSink sink() {
        return sink;
    }

    /**
     * Tells what people should know of it: that it is larger than the source, where its format cannot have that size.
     *
     * @return sentences
     */
    public List<String> remarks() {
        return remarks;
    }

    /** Has all that was written in the file; makes it and the name of a new file durable, if anything is to be forced. */
    public void settle() {
        if (flushing) {
            disk.flush();
        }
        if (forcing) {
            image.forceName();
        }
    }

    /** Takes the mark away, after {@link #settle} and every proof. */
    public void finish() {
        mark.remove();
    }

    /**
     * Says what a failure means for the target.
     *
     * @param cause what failed
     * @return that it is marked, with the cause; or the cause itself if it was not changed
     */
    public SdrException failure(SdrException cause) {
        return mark.isPlaced() ? image.incomplete(cause) : cause;
    }

    @Override
    public void close() {
        try {
            disk.close();
        } finally {
            lock.close();
        }
    }
}
