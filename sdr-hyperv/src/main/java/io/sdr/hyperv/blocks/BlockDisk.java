package io.sdr.hyperv.blocks;

import io.sdr.api.InvalidRequestException;
import io.sdr.api.Problem;
import io.sdr.api.spi.Access;
import io.sdr.api.spi.Extent;
import io.sdr.api.spi.ExtentVisitor;
import io.sdr.api.spi.RangeSet;
import io.sdr.api.spi.StorageException;
import io.sdr.api.spi.VirtualDisk;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A disk whose blocks are allocated in a file, over a parent if it has one. Reads, and writes to sectors that the file has, run side
 * by side; changes of the table are serialised, the payload of a new block at the file's end is not. Space that a commit gives back is
 * used again only when no reader is under way, nor such a writer.
 */
public final class BlockDisk implements VirtualDisk {
    private static final int BATCH = 8192;

    private final ImageFile file;
    private final BlockTable table;
    private final Optional<VirtualDisk> parent;
    private final Access access;
    private final UnfilledRooms unfilled;
    private final BlockWriter writer;
    private final Object structure = new Object();
    private final ReentrantReadWriteLock space = new ReentrantReadWriteLock();
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile boolean broken;
    private volatile boolean prepared;

    /** Takes over file, table and parent: they are closed with the disk. */
    public BlockDisk(ImageFile file, BlockTable table, Optional<VirtualDisk> parent, Access access) {
        this.file = file;
        this.table = table;
        this.parent = parent;
        this.access = access;
        this.unfilled = new UnfilledRooms(file, table.blockBytes());
        this.writer = new BlockWriter(file, table, parent, unfilled, this::commit);
    }

    @Override
    public long sizeBytes() {
        return table.sizeBytes();
    }

    @Override
    public OptionalInt sectorBytes() {
        return OptionalInt.of(table.sectorBytes());
    }

    private void checkRange(long offset, long length) {
        Objects.checkFromIndexSize(offset, /* size= */ length, /* length= */ table.sizeBytes());
    }

    private void checkWritable() {
        if (access != Access.WRITE) {
            throw new IllegalStateException(file + " was opened for reading");
        }
        if (broken) {
            throw new StorageException(Problem.of(StorageException.FAILED)
                    .attempted("write to " + file)
                    .state("an earlier change of its tables failed, so what is durable is not known")
                    .remedy("close the disk and open it again"));
        }
    }

    @Override
    public void read(long offset, ByteBuffer into) {
        checkRange(offset, into.remaining());
        int limit = into.limit();
        int blockBytes = table.blockBytes();
        long at = offset;
        space.readLock().lock();
        try {
            while (into.hasRemaining()) {
                int inBlock = (int) (at % blockBytes);
                int length = Math.min(into.remaining(), blockBytes - inBlock);
                into.limit(into.position() + length);
                readPart(at / blockBytes, inBlock, into);
                into.limit(limit);
                at += length;
            }
        } finally {
            space.readLock().unlock();
            into.limit(limit);
        }
    }

    private void readPart(long block, int inBlock, ByteBuffer into) {
        long entry = table.entry(block);
        long start = block * table.blockBytes();
        if (unfilled.read(block, inBlock, into)) {
            return;
        }
        switch (BlockEntry.kind(entry)) {
            case BlockEntry.FULL -> file.read(BlockEntry.position(entry) + inBlock, into);
            case BlockEntry.ZERO -> ImageFile.fillZeros(into, into.remaining());
            case BlockEntry.PARTIAL -> readSectors(block, BlockEntry.position(entry), inBlock, into);
            default -> ParentView.read(parent, start + inBlock, into);
        }
    }

    private void readSectors(long block, long position, int inBlock, ByteBuffer into) {
        int sectorBytes = table.sectorBytes();
        int limit = into.limit();
        int at = inBlock;
        int end = inBlock + into.remaining();
        int endSector = (end + sectorBytes - 1) / sectorBytes;
        while (at < end) {
            int sector = at / sectorBytes;
            boolean present = table.isPresent(block, sector);
            long runEnd = (long) table.runEnd(block, sector, endSector) * sectorBytes;
            int length = (int) Math.min(end, runEnd) - at;
            into.limit(into.position() + length);
            if (present) {
                file.read(position + at, into);
            } else {
                ParentView.read(parent, block * table.blockBytes() + at, into);
            }
            into.limit(limit);
            at += length;
        }
    }

    @Override
    public void write(long offset, ByteBuffer from) {
        checkRange(offset, from.remaining());
        checkWritable();
        BlockWriter.forEachPart(table.blockBytes(), offset, from, this::writePart);
    }

    /** Writes inside one block. Only what changes a table waits for others; a new block gets its room first, then its payload. */
    private void writePart(long block, int inBlock, ByteBuffer part) {
        while (!(prepared && writeInPlace(block, inBlock, part))) {
            if (change(() -> writer.write(block, inBlock, part))) {
                return;
            }
        }
    }

    /** Writes if the file has all sectors of the range already. */
    private boolean writeInPlace(long block, int inBlock, ByteBuffer part) {
        space.readLock().lock();
        try {
            return writer.overwrite(block, inBlock, part);
        } finally {
            space.readLock().unlock();
        }
    }

    /** Changes the table; what of it was not committed is not in the file. */
    private boolean change(BooleanSupplier changing) {
        synchronized (structure) {
            checkWritable();
            table.prepare();
            prepared = true;
            return changing.getAsBoolean();
        }
    }

    @Override
    public void zero(long offset, long length) {
        checkRange(offset, length);
        checkWritable();
        if (length > 0) {
            change(() -> {
                writer.zero(offset, length);
                return true;
            });
        }
    }

    private void commit() {
        unfilled.fill(); // before the table tells of them
        Optional<Runnable> release;
        boolean done = false;
        try {
            release = table.commit();
            done = true;
        } finally {
            broken |= !done;
        }
        release.ifPresent(this::withoutReaders);
    }

    private void withoutReaders(Runnable work) {
        space.writeLock().lock();
        try {
            work.run();
        } finally {
            space.writeLock().unlock();
        }
    }

    @Override
    public void flush() {
        checkWritable();
        synchronized (structure) {
            checkWritable();
            commit();
        }
    }

    @Override
    public void grow(long newSizeBytes) {
        checkWritable();
        synchronized (structure) {
            checkWritable();
            if (newSizeBytes < sizeBytes() || newSizeBytes % table.sectorBytes() != 0) {
                throw new InvalidRequestException(Problem.of("DISK_SIZE")
                        .attempted("grow " + file + " from " + sizeBytes() + " to " + newSizeBytes + " bytes")
                        .state("the new size must be a multiple of " + table.sectorBytes()
                                + " and not below the present one; nothing was changed")
                        .remedy("choose another size"));
            }
            if (newSizeBytes == sizeBytes()) {
                return;
            }
            long parentBytes = parent.map(VirtualDisk::sizeBytes).orElse(0L);
            long parentUntil = parentBytes > sizeBytes() ? Math.min(parentBytes, newSizeBytes) : 0;
            table.checkGrow(newSizeBytes, parentUntil);
            table.prepare();
            prepared = true;
            writer.clearSlack();
            commit();
            withoutReaders(() -> {
                boolean done = false;
                try {
                    table.grow(newSizeBytes, parentUntil);
                    done = true;
                } finally {
                    broken |= !done;
                }
            });
        }
    }

    @Override
    public void extents(long offset, long length, ExtentVisitor visitor) {
        checkRange(offset, length);
        ExtentMerger merger = new ExtentMerger(visitor);
        forEachEntry(offset, length, (block, from, end, entry) -> {
            switch (BlockEntry.kind(entry)) {
                case BlockEntry.FULL -> merger.visit(from, end - from, Extent.DATA);
                case BlockEntry.ZERO -> merger.visit(from, end - from, Extent.ZERO);
                case BlockEntry.PARTIAL ->
                    forEachRun(block, from, end, (at, until, present) -> {
                        if (present) {
                            merger.visit(at, until - at, Extent.DATA);
                        } else {
                            ParentView.extents(parent, at, until - at, merger);
                        }
                    });
                default -> ParentView.extents(parent, from, end - from, merger);
            }
        });
        merger.finish();
    }

    @Override
    public RangeSet ownRanges() {
        RangeSet.Builder ranges = new RangeSet.Builder();
        forEachEntry(0, sizeBytes(), (block, from, end, entry) -> {
            switch (BlockEntry.kind(entry)) {
                case BlockEntry.FULL -> ranges.add(from, end - from);
                case BlockEntry.ZERO -> ranges.add(from, parent.isPresent() ? end - from : 0);
                case BlockEntry.PARTIAL ->
                    forEachRun(block, from, end, (at, until, present) -> {
                        if (present) {
                            ranges.add(at, until - at);
                        }
                    });
                default -> {}
            }
        });
        return ranges.build();
    }

    /** Takes a block; or several in a row at once, which are all absent. */
    private interface EntryVisitor {
        void visit(long block, long from, long end, long entry);
    }

    private interface RunVisitor {
        void visit(long from, long end, boolean present);
    }

    private void forEachEntry(long offset, long length, EntryVisitor visitor) {
        if (length == 0) {
            return;
        }
        int blockBytes = table.blockBytes();
        long end = offset + length;
        long last = (end - 1) / blockBytes;
        long[] batch = new long[(int) Math.min(BATCH, last - offset / blockBytes + 1)];
        for (long first = offset / blockBytes; first <= last; first += BATCH) {
            int count = (int) Math.min(BATCH, last - first + 1);
            space.readLock().lock();
            try {
                table.entries(first, batch, count);
            } finally {
                space.readLock().unlock();
            }
            int i = 0;
            while (i < count) {
                int next = runEnd(batch, i, count);
                long from = Math.max(offset, (first + i) * blockBytes);
                visitor.visit(first + i, from, Math.min(end, (first + next) * blockBytes), batch[i]);
                i = next;
            }
        }
    }

    private static int runEnd(long[] entries, int from, int count) {
        int end = from + 1;
        while (entries[from] == BlockEntry.ABSENT && end < count && entries[end] == BlockEntry.ABSENT) {
            end++;
        }
        return end;
    }

    private void forEachRun(long block, long from, long end, RunVisitor visitor) {
        int sectorBytes = table.sectorBytes();
        long start = block * table.blockBytes();
        int endSector = (int) ((end - start + sectorBytes - 1) / sectorBytes);
        long at = from;
        while (at < end) {
            int sector = (int) ((at - start) / sectorBytes);
            long until = Math.min(end, start + (long) table.runEnd(block, sector, endSector) * sectorBytes);
            visitor.visit(at, until, table.isPresent(block, sector));
            at = until;
        }
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        try {
            table.close(access == Access.WRITE && !broken);
        } catch (StorageException e) {
            Log.OF_DISKS.warn("Not closed in order: {}, without loss of what was flushed: {}", file, e.getMessage());
        } finally {
            try {
                file.close();
            } finally {
                parent.ifPresent(VirtualDisk::close);
            }
        }
    }

    /** Apart, so that a process that has nothing to log does not load logging. */
    private static final class Log {
        static final Logger OF_DISKS = LoggerFactory.getLogger(BlockDisk.class);
    }

    @Override
    public String toString() {
        return file.path();
    }
}
