package io.sdr.core.sync.wire;

import io.sdr.api.SdrException;
import io.sdr.api.spi.RangeSet;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.core.sync.InPlaceTarget.Content;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Streams what the target has, one unit after the other, in a thread of its own; at most so many frames ahead of the
 * source. The tags of the blocks of that many units are kept, so that they can be asked for. Thread-safe.
 */
final class TagStream implements Runnable {
    private static final int MAX_STRETCH = 4096;

    private final VirtualDisk disk;
    private final Content content;
    private final Link link;
    private final Tags tags;
    private final int windowFrames;
    private final long size;
    private final UnitExtents extents;
    private final Optional<RangeSet> candidates;
    private final byte[] unitTags = new byte[Sizes.UNITS_PER_FRAME * Fingerprint.TAG_BYTES];
    private final Map<Long, byte[]> blockTags = new HashMap<>();
    private final ArrayDeque<Long> ends = new ArrayDeque<>(); // of the frames sent: the first unit behind
    private volatile boolean probing;
    private FrameType kind = FrameType.ZERO_UNITS;
    private long first;
    private long count;
    private long forgotten;
    private long taken;
    private boolean stopped;
    private boolean ended;
    private boolean complete;
    private @Nullable SdrException failure;

    TagStream(VirtualDisk disk, Content content, Link link, Tags tags, int windowFrames) {
        this(disk, content, Optional.empty(), link, tags, windowFrames);
    }

    /**
     * Prepares.
     *
     * @param candidates where the disks can differ; empty for everywhere
     */
    TagStream(
            VirtualDisk disk, Content content, Optional<RangeSet> candidates, Link link, Tags tags, int windowFrames) {
        this.candidates = candidates.map(each -> each.aligned(Sizes.UNIT_BYTES, disk.sizeBytes()));
        this.disk = disk;
        this.content = content;
        this.link = link;
        this.tags = tags;
        this.windowFrames = windowFrames;
        this.size = disk.sizeBytes();
        this.extents = new UnitExtents(disk);
    }

    @Override
    public void run() {
        try {
            long units = Sizes.units(size);
            for (long unit = 0; unit < units; unit++) {
                if (!add(unit)) {
                    return;
                }
            }
            emit();
        } catch (SdrException e) {
            fail(e);
        } catch (RuntimeException e) {
            fail(WireProblems.internal(e));
        } finally {
            synchronized (this) {
                ended = true;
                notifyAll();
            }
        }
    }

    /** Adds a unit to the frame that is being made, and sends what is full; false if this was stopped. */
    private boolean add(long unit) {
        FrameType of = kind(unit);
        boolean full = count == (kind == FrameType.UNIT_TAGS ? Sizes.UNITS_PER_FRAME : MAX_STRETCH);
        if (of != kind || full) {
            emit();
            kind = of;
            first = unit;
            if (!awaitWindow()) {
                return false;
            }
        }
        if (kind == FrameType.UNIT_TAGS) {
            tag(unit);
        }
        count++;
        return true;
    }

    private FrameType kind(long unit) {
        if (candidates.isPresent() && !candidates.get().contains(unit * Sizes.UNIT_BYTES)) {
            return FrameType.SKIP_UNITS;
        }
        if (content == Content.ZEROS || (content == Content.STALE && !extents.hasData(unit))) {
            return FrameType.ZERO_UNITS;
        }
        boolean skipped = content == Content.WORTHLESS || (probing && !Sizes.isProbe(unit));
        return skipped ? FrameType.ALL_UNITS : FrameType.UNIT_TAGS;
    }

    private void tag(long unit) {
        int length = Sizes.unitLength(size, unit);
        byte[] ofBlocks = new byte[Sizes.blocks(length) * Fingerprint.TAG_BYTES];
        tags.unit(disk, unit, length, ofBlocks, unitTags, (int) count * Fingerprint.TAG_BYTES);
        synchronized (this) {
            blockTags.put(unit, ofBlocks);
        }
    }

    private void emit() {
        if (count == 0) {
            return;
        }
        synchronized (this) {
            ends.add(first + count);
            complete = first + count == Sizes.units(size); // before it is sent: the source may be done at once
        }
        PayloadWriter payload = new PayloadWriter(kind.maxBytes()).i64(first);
        if (kind == FrameType.UNIT_TAGS) {
            payload.i32((int) count).bytes(unitTags, 0, (int) count * Fingerprint.TAG_BYTES);
        } else {
            payload.i64(count);
        }
        link.send(kind, payload);
        count = 0;
    }

    /** Waits until the source is near enough; false if this was stopped. */
    private synchronized boolean awaitWindow() {
        while (!stopped && ends.size() >= windowFrames) {
            try {
                wait();
            } catch (InterruptedException e) {
                return false; // somebody wants this thread to end
            }
        }
        return !stopped;
    }

    /** Learns how many frames the source is done with: it asks no more about the units in them. Gives the first unit behind them. */
    synchronized long taken(long frames) {
        while (taken < frames) {
            Long end = ends.poll();
            if (end == null) {
                throw WireProblems.malformed(FrameType.TAKEN, "it names more frames than were sent");
            }
            for (; forgotten < end; forgotten++) {
                if (blockTags.isEmpty()) {
                    forgotten = end;
                    break;
                }
                blockTags.remove(forgotten);
            }
            taken++;
        }
        notifyAll();
        return forgotten;
    }

    /** Gives the tags of the blocks of a unit that the source may ask about. */
    synchronized Optional<byte[]> blockTags(long unit) {
        return Optional.ofNullable(blockTags.get(unit));
    }

    /** Tags all units from now on, or one in sixteen. */
    void probe(boolean onlyProbes) {
        probing = onlyProbes;
    }

    /** The other end is told at once: it waits for tags, and this end's other thread for it. */
    private void fail(SdrException e) {
        synchronized (this) {
            failure = e;
        }
        link.fail(e);
    }

    /** Gives what has failed here. */
    synchronized Optional<SdrException> failure() {
        return Optional.ofNullable(failure);
    }

    /** Whether all units were streamed. */
    synchronized boolean isComplete() {
        return complete;
    }

    /** Stops it and waits for its end: the link must be closing, or the other end taking what is sent. */
    void stop() {
        boolean interrupted = false;
        synchronized (this) {
            stopped = true;
            notifyAll();
            while (!ended) {
                try {
                    wait();
                } catch (InterruptedException e) {
                    interrupted = true; // the disk must not be closed under it
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
