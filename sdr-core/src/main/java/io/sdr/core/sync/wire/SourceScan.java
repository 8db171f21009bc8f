package io.sdr.core.sync.wire;

import io.sdr.api.spi.CancelFlag;
import io.sdr.api.spi.ProgressListener;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.core.sync.SyncCancelledException;
import io.sdr.core.sync.SyncCounters;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Goes over the source as the target's stream of tags comes: compares tags, asks for more about what differs, and sends what is
 * found to differ. Answers go first, then the stream; waits only when there is neither. One thread's own.
 */
final class SourceScan {
    private static final Stretch NOTHING = new Stretch(FrameType.ZERO_UNITS, 0, 0, new byte[0]);
    private static final int TAKEN_AT_ONCE = 4;

    private final VirtualDisk disk;
    private final long size;
    private final long units;
    private final Link link;
    private final SourceInbox inbox;
    private final Tags tags;
    private final DataBatch batch;
    private final UnitExtents extents;
    private final DifferenceRate rate;
    private final CancelFlag cancel;
    private final ProgressListener progress;
    private final Wants wantedBlocks;
    private final Wants wantedCells;
    private final Map<Long, OpenUnit> open = new LinkedHashMap<>(); // ascending
    private final boolean ordered;
    private final byte[] data = new byte[Sizes.UNIT_BYTES];
    private final byte[] unitTag = new byte[Fingerprint.TAG_BYTES];
    private final byte[] blockTags = new byte[Sizes.BLOCKS_PER_UNIT * Fingerprint.TAG_BYTES];
    private final byte[] cellTags = new byte[Sizes.CELLS_PER_BLOCK * Fingerprint.TAG_BYTES];
    private Stretch stretch = NOTHING;
    private long unit;
    private long stretches;
    private long toldStretches;
    private long compared;
    private long differing;
    private long holes;
    private long unchanged;

    /** A unit that differs, until all of what differs in it was sent. */
    private static final class OpenUnit {
        private final FrameType kind;
        private final byte[] blockTags;
        private final BitSet cells = new BitSet(); // that differ and wait for units before this one
        private int awaitedCells; // a bit for each block
        private int differing;
        private boolean known;

        OpenUnit(FrameType kind, byte[] blockTags) {
            this.kind = kind;
            this.blockTags = blockTags;
            this.known = kind != FrameType.UNIT_TAGS;
        }
    }

    SourceScan(VirtualDisk disk, Link link, SourceInbox inbox, SessionOptions options, Tags tags) {
        this.disk = disk;
        this.size = disk.sizeBytes();
        this.units = Sizes.units(size);
        this.link = link;
        this.inbox = inbox;
        this.tags = tags;
        this.batch = new DataBatch(link, tags);
        this.extents = new UnitExtents(disk);
        this.rate = new DifferenceRate(options.stopWindowUnits());
        this.ordered = options.isOrdered();
        this.cancel = options.cancel();
        this.progress = options.progress();
        this.wantedBlocks = new Wants(link, FrameType.WANT_BLOCKS, Sizes.UNITS_PER_FRAME);
        this.wantedCells = new Wants(link, FrameType.WANT_CELLS, Sizes.BLOCKS_PER_FRAME);
    }

    void run() {
        progress.progress(0, size);
        while (unit < units || !open.isEmpty()) {
            Optional<Answer> answer = inbox.answer();
            if (answer.isPresent()) {
                take(answer.get());
            } else if (!step()) {
                tell();
                batch.flush();
                inbox.await(mayStep());
            }
        }
        batch.flush();
    }

    private void sendInTurn(FrameType kind) {
        if (ordered && !open.isEmpty()) {
            open.put(unit, new OpenUnit(kind, new byte[0]));
        } else {
            sendWhole(kind, unit);
        }
    }

    private boolean mayStep() {
        return unit < units && open.size() < Sizes.PENDING_UNITS;
    }

    /** Deals with the next unit of the stream, if one is there. */
    private boolean step() {
        if (!mayStep()) {
            return false;
        }
        if (unit == stretch.first() + stretch.count()) {
            Optional<Stretch> next = inbox.stretch();
            if (next.isEmpty()) {
                return false;
            }
            stretch = next.get();
        }
        if (cancel.isSet()) {
            throw new SyncCancelledException("bring a disk up to date with " + disk, unit * Sizes.UNIT_BYTES);
        }
        int length = Sizes.unitLength(size, unit);
        switch (stretch.kind()) {
            case UNIT_TAGS -> {
                if (rate.isStopped() && !Sizes.isProbe(unit)) {
                    sendInTurn(FrameType.ALL_UNITS); // its tags were on the way when the target was asked to stop
                } else {
                    compare(length, (int) (unit - stretch.first()) * Fingerprint.TAG_BYTES);
                }
            }
            case SKIP_UNITS -> unchanged += length;
            default -> sendInTurn(stretch.kind());
        }
        unit++;
        progress.progress(Math.min(size, unit * Sizes.UNIT_BYTES), size);
        if (unit == stretch.first() + stretch.count()) {
            stretches++;
            wantedBlocks.flush();
            wantedCells.flush();
            if (stretches - toldStretches >= TAKEN_AT_ONCE) {
                tell();
            }
        }
        return true;
    }

    /** Asks for what is wanted, and tells the target how far the source is: in this order, for then it forgets tags. */
    private void tell() {
        wantedBlocks.flush();
        wantedCells.flush();
        if (stretches > toldStretches) {
            toldStretches = stretches;
            inbox.taken(stretches);
            link.send(FrameType.TAKEN, new PayloadWriter(Long.BYTES).i64(stretches));
        }
    }

    /** Reads in parts that stay in the processor's own cache. */
    private void read(long offset, int length) {
        for (int at = 0; at < length; at += Sizes.BLOCK_BYTES) {
            disk.read(offset + at, ByteBuffer.wrap(data, at, Math.min(Sizes.BLOCK_BYTES, length - at)));
        }
    }

    private void compare(int length, int tagAt) {
        tags.unit(disk, unit, length, blockTags, unitTag, 0);
        compared += length;
        if (tags.isEqual(unitTag, 0, stretch.tags(), tagAt)) {
            advise(rate.compared(length, 0));
        } else {
            open.put(unit, new OpenUnit(FrameType.UNIT_TAGS, blockTags.clone()));
            wantedBlocks.add(unit);
        }
    }

    private void sendWhole(FrameType kind, long which) {
        if (kind == FrameType.ZERO_UNITS) {
            sendOverZeros(which, Sizes.unitLength(size, which));
        } else {
            sendAll(which, Sizes.unitLength(size, which));
        }
    }

    /** The target knows that it has zeros here: only what is not zero is sent. */
    private void sendOverZeros(long which, int length) {
        if (!extents.hasData(which)) {
            holes += length;
            return;
        }
        long base = which * Sizes.UNIT_BYTES;
        read(base, length);
        compared += length;
        for (int at = 0; at < length; at += Sizes.CELL_BYTES) {
            int bytes = Math.min(Sizes.CELL_BYTES, length - at);
            if (!ZeroTest.isZero(data, at, bytes)) {
                differing += bytes;
                batch.data(base + at, data, at, bytes);
            }
        }
    }

    private void sendAll(long which, int length) {
        long base = which * Sizes.UNIT_BYTES;
        if (!extents.hasData(which)) {
            batch.zeros(base, length);
            return;
        }
        read(base, length);
        for (int at = 0; at < length; at += Sizes.CELL_BYTES) {
            send(base + at, at, Math.min(Sizes.CELL_BYTES, length - at));
        }
    }

    private void send(long offset, int at, int length) {
        if (ZeroTest.isZero(data, at, length)) {
            batch.zeros(offset, length);
        } else {
            batch.data(offset, data, at, length);
        }
    }

    private void take(Answer answer) {
        if (answer.kind() == FrameType.BLOCK_TAGS) {
            takeBlocks(answer);
        } else {
            takeCells(answer);
        }
    }

    private void takeBlocks(Answer answer) {
        OpenUnit of = Optional.ofNullable(open.get(answer.index()))
                .filter(each -> each.awaitedCells == 0)
                .orElseThrow(() -> unasked(answer));
        for (int at = 0; at < answer.tags().length; at += Fingerprint.TAG_BYTES) {
            if (!tags.isEqual(of.blockTags, at, answer.tags(), at)) {
                int block = at / Fingerprint.TAG_BYTES;
                of.awaitedCells |= 1 << block;
                wantedCells.add(answer.index() * Sizes.BLOCKS_PER_UNIT + block);
            }
        }
        if (of.awaitedCells == 0) {
            throw WireProblems.contradiction(answer.index());
        }
    }

    private void takeCells(Answer answer) {
        long block = answer.index();
        long of = block / Sizes.BLOCKS_PER_UNIT;
        int bit = 1 << block % Sizes.BLOCKS_PER_UNIT;
        OpenUnit opened = Optional.ofNullable(open.get(of))
                .filter(each -> (each.awaitedCells & bit) != 0)
                .orElseThrow(() -> unasked(answer));
        long base = block * Sizes.BLOCK_BYTES;
        int length = Sizes.blockLength(size, block);
        read(base, length);
        tags.cells(block, data, length, cellTags, 0);
        for (int cell = 0; cell < Sizes.cells(length); cell++) {
            int tagAt = cell * Fingerprint.TAG_BYTES;
            if (!tags.isEqual(cellTags, tagAt, answer.tags(), tagAt)) {
                int at = cell * Sizes.CELL_BYTES;
                int bytes = Math.min(Sizes.CELL_BYTES, length - at);
                opened.differing += bytes;
                if (ordered) {
                    opened.cells.set((int) ((base + at) % Sizes.UNIT_BYTES / Sizes.CELL_BYTES));
                } else {
                    send(base + at, at, bytes);
                }
            }
        }
        opened.awaitedCells &= ~bit;
        if (opened.awaitedCells == 0) {
            differing += opened.differing;
            advise(rate.compared(Sizes.unitLength(size, of), opened.differing));
            if (ordered) {
                opened.known = true;
                sendKnown();
            } else {
                open.remove(of);
            }
        }
    }

    /** Where the target takes differences in ascending order only, what is known waits for what comes before it. */
    private void sendKnown() {
        Iterator<Map.Entry<Long, OpenUnit>> first = open.entrySet().iterator();
        while (first.hasNext()) {
            Map.Entry<Long, OpenUnit> next = first.next();
            if (!next.getValue().known) {
                return;
            }
            if (next.getValue().kind == FrameType.UNIT_TAGS) {
                sendCells(next.getKey(), next.getValue().cells);
            } else {
                sendWhole(next.getValue().kind, next.getKey());
            }
            first.remove();
        }
    }

    private void sendCells(long which, BitSet cells) {
        int length = Sizes.unitLength(size, which);
        long base = which * Sizes.UNIT_BYTES;
        for (int from = cells.nextSetBit(0); from >= 0; from = cells.nextSetBit(cells.nextClearBit(from))) {
            int begin = from * Sizes.CELL_BYTES;
            int end = Math.min(length, cells.nextClearBit(from) * Sizes.CELL_BYTES);
            disk.read(base + begin, ByteBuffer.wrap(data, begin, end - begin));
            for (int at = begin; at < end; at += Sizes.CELL_BYTES) {
                send(base + at, at, Math.min(Sizes.CELL_BYTES, end - at));
            }
        }
    }

    private static RuntimeException unasked(Answer answer) {
        return WireProblems.unexpected(answer.kind(), "nothing that was not asked for");
    }

    private void advise(DifferenceRate.Advice advice) {
        switch (advice) {
            case STOP -> link.send(FrameType.STOP_TAGS);
            case RESUME -> link.send(FrameType.RESUME_TAGS);
            case GO_ON -> {}
        }
    }

    DataBatch batch() {
        return batch;
    }

    /** What was done, and what a connection moved. */
    SyncCounters counters(Link link, long unchangedBytes) {
        return new SyncCounters(
                compared,
                differing,
                batch.dataBytes(),
                link.sentBytes(),
                link.receivedBytes(),
                batch.zeroBytes(),
                holes,
                unchangedBytes);
    }

    long unchanged() {
        return unchanged;
    }
}
