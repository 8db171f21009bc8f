package io.sdr.testkit;

import io.sdr.api.Problem;
import io.sdr.api.RetryableException;
import io.sdr.api.spi.Access;
import io.sdr.api.spi.DiskFormat;
import io.sdr.api.spi.ExtentVisitor;
import io.sdr.api.spi.RangeSet;
import io.sdr.api.spi.StorageException;
import io.sdr.api.spi.StorageFolder;
import io.sdr.api.spi.VirtualDisk;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A disk that is attached to a VM of a simulated site. Everything the guest does to it comes through here: changes are tracked,
 * and what a checkpoint froze is saved before it is overwritten. One lock guards it all, so that a frozen disk can be read while
 * the guest writes.
 */
final class TrackedDisk {
    private final StorageFolder folder;
    private final String file;
    private final DiskFormat format;
    private final long sizeBytes;
    private final ChangeTracking tracking;
    private final Checkpoints checkpoints;
    private final Map<String, Preimages> frozen = new HashMap<>();
    private final Map<String, Integer> readers = new HashMap<>();
    private Optional<VirtualDisk> live = Optional.empty();
    private boolean writable;
    private boolean powered;

    TrackedDisk(
            StorageFolder folder,
            String file,
            DiskFormat format,
            long sizeBytes,
            ChangeTracking tracking,
            Checkpoints checkpoints) {
        this.folder = folder;
        this.file = file;
        this.format = format;
        this.sizeBytes = sizeBytes;
        this.tracking = tracking;
        this.checkpoints = checkpoints;
    }

    long sizeBytes() {
        return sizeBytes;
    }

    synchronized OptionalInt sectorBytes() {
        OptionalInt bytes = open(Access.READ).sectorBytes();
        closeIfIdle();
        return bytes;
    }

    ChangeTracking tracking() {
        return tracking;
    }

    /** Opens the disk for the guest. */
    synchronized void powerOn() {
        open(Access.WRITE);
        powered = true;
    }

    /** Ends the guest's access; all that it wrote is durable on return. */
    synchronized void powerOff() {
        flushLive();
        powered = false;
        closeIfIdle();
    }

    private VirtualDisk open(Access access) {
        if (live.isPresent() && (writable || access == Access.READ)) {
            return live.get();
        }
        VirtualDisk opened = format.open(folder, file, access);
        live.ifPresent(VirtualDisk::close);
        live = Optional.of(opened);
        writable = access == Access.WRITE;
        return opened;
    }

    private void closeIfIdle() {
        if (!powered && readers.isEmpty()) {
            live.ifPresent(VirtualDisk::close);
            live = Optional.empty();
            writable = false;
        }
    }

    private VirtualDisk guestView() {
        if (!powered) {
            throw new StorageException(Problem.of(StorageException.FAILED)
                    .attempted("use " + folder.describe() + "/" + file)
                    .state("the VM is off")
                    .remedy("start the VM"));
        }
        return open(Access.WRITE);
    }

    private void check(long offset, long length) {
        if (offset < 0 || length < 0 || offset > sizeBytes - length) {
            throw new IndexOutOfBoundsException(
                    offset + "+" + length + " is not inside the disk of " + sizeBytes + " bytes");
        }
    }

    synchronized void read(long offset, ByteBuffer into) {
        check(offset, into.remaining());
        guestView().read(offset, into);
    }

    synchronized void write(long offset, ByteBuffer from) {
        check(offset, from.remaining());
        VirtualDisk disk = guestView();
        if (from.hasRemaining()) {
            prepare(offset, from.remaining(), disk);
            disk.write(offset, from);
        }
    }

    synchronized void zero(long offset, long length) {
        check(offset, length);
        VirtualDisk disk = guestView();
        if (length > 0) {
            prepare(offset, length, disk);
            disk.zero(offset, length);
        }
    }

    private void prepare(long offset, long length, VirtualDisk disk) {
        int first = BlockSet.first(offset);
        int last = BlockSet.last(offset, length);
        for (String checkpoint : List.copyOf(frozen.keySet())) {
            try {
                requireFrozen(checkpoint).save(first, last, disk);
            } catch (StorageException e) {
                // the guest comes first: a checkpoint that cannot be kept is given up, durably, before the guest goes
                // on
                checkpoints.delete(checkpoint);
                thaw(checkpoint);
            }
        }
        tracking.beforeWrite(first, last);
    }

    synchronized void flush() {
        guestView();
        flushLive();
    }

    private void flushLive() {
        if (writable) {
            live.ifPresent(VirtualDisk::flush);
            tracking.afterFlush();
        }
    }

    synchronized void extents(long offset, long length, ExtentVisitor visitor) {
        check(offset, length);
        guestView().extents(offset, length, visitor);
    }

    synchronized RangeSet ownRanges() {
        return guestView().ownRanges();
    }

    /** Makes everything durable and begins a moment of change tracking. The caller holds this disk's lock. */
    long beginMoment() {
        assert Thread.holdsLock(this);
        if (powered) {
            open(Access.WRITE);
        }
        flushLive();
        return tracking.newMoment();
    }

    /** From now on blocks are saved before they are overwritten. The caller holds this disk's lock, if the guest may write. */
    synchronized void freeze(String checkpoint, Preimages preimages) {
        frozen.put(checkpoint, preimages);
    }

    /** Tells whether somebody reads any frozen state. */
    synchronized boolean isRead() {
        return !readers.isEmpty();
    }

    /** Tells whether somebody reads a frozen state. */
    synchronized boolean isRead(String checkpoint) {
        return readers.containsKey(checkpoint);
    }

    /** Gives a frozen state up. */
    synchronized void thaw(String checkpoint) {
        Preimages preimages = frozen.remove(checkpoint);
        if (preimages != null) {
            preimages.close();
        }
    }

    synchronized VirtualDisk openFrozen(String checkpoint) {
        requireFrozen(checkpoint);
        VirtualDisk opened = new FrozenDisk(this, checkpoint);
        open(Access.READ);
        readers.merge(checkpoint, 1, Integer::sum);
        return opened;
    }

    synchronized void closeFrozen(String checkpoint) {
        readers.computeIfPresent(checkpoint, (id, count) -> count == 1 ? null : count - 1);
        closeIfIdle();
    }

    private Preimages requireFrozen(String checkpoint) {
        Preimages preimages = frozen.get(checkpoint);
        if (preimages == null) {
            throw new RetryableException(Problem.of("CHECKPOINT_GONE")
                    .attempted("read checkpoint " + checkpoint)
                    .state("it is no longer there")
                    .remedy("make a new checkpoint"));
        }
        return preimages;
    }

    synchronized void readFrozen(String checkpoint, long offset, ByteBuffer into) {
        check(offset, into.remaining());
        Preimages preimages = requireFrozen(checkpoint);
        VirtualDisk disk = open(Access.READ);
        int limit = into.limit();
        long end = offset + into.remaining();
        long at = offset;
        while (at < end) {
            int block = BlockSet.first(at);
            boolean saved = preimages.has(block);
            long until = runEnd(preimages, block, saved, end);
            into.limit(into.position() + (int) (until - at));
            if (saved) {
                preimages.read(block, (int) (at - (long) block * BlockSet.BLOCK), into);
            } else {
                disk.read(at, into);
            }
            into.limit(limit);
            at = until;
        }
    }

    /** Saved blocks are taken one by one, blocks that are only in the live disk in one go. */
    private static long runEnd(Preimages preimages, int block, boolean saved, long end) {
        long until = Math.min(end, nextBlock(block));
        while (!saved && until < end && !preimages.has(BlockSet.first(until))) {
            until = Math.min(end, nextBlock(BlockSet.first(until)));
        }
        return until;
    }

    private static long nextBlock(int block) {
        return (block + 1L) * BlockSet.BLOCK;
    }

    synchronized void frozenExtents(String checkpoint, long offset, long length, ExtentVisitor visitor) {
        check(offset, length);
        Preimages preimages = requireFrozen(checkpoint);
        VirtualDisk disk = open(Access.READ);
        long end = offset + length;
        long at = offset;
        while (at < end) {
            int block = BlockSet.first(at);
            boolean saved = preimages.has(block);
            long until = runEnd(preimages, block, saved, end);
            if (saved) {
                preimages.extents(block, at, until - at, visitor);
            } else {
                disk.extents(at, until - at, visitor);
            }
            at = until;
        }
    }

    synchronized RangeSet frozenOwnRanges(String checkpoint) {
        requireFrozen(checkpoint);
        return open(Access.READ).ownRanges();
    }

    /** Closes all files without flushing; what the guest did not flush stays marked as such. */
    synchronized void abandon() {
        live.ifPresent(VirtualDisk::close);
        live = Optional.empty();
        powered = false;
        frozen.values().forEach(Preimages::close);
        frozen.clear();
        tracking.close();
    }
}
