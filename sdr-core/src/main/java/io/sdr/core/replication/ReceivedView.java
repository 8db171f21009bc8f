package io.sdr.core.replication;

import io.sdr.api.spi.Access;
import io.sdr.api.spi.Extent;
import io.sdr.api.spi.ExtentVisitor;
import io.sdr.api.spi.RangeSet;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.core.replication.Manifest.Cycle;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A disk of the replica as far as it was received: the base, seen through the cycles that are not applied yet and through what has
 * arrived of the next one. Read-only.
 */
final class ReceivedView implements VirtualDisk {
    private final VirtualDisk base;
    private final List<SegmentReader> segments;
    private final Overlay overlay;

    private ReceivedView(VirtualDisk base, List<SegmentReader> segments, Overlay overlay) {
        this.base = base;
        this.segments = segments;
        this.overlay = overlay;
    }

    /** Opens the view; empty if so much is waiting to be applied that it does not fit into memory. */
    static Optional<VirtualDisk> open(ReplicaFiles files, Manifest m, int disk) {
        List<SegmentReader> segments = new ArrayList<>();
        Optional<VirtualDisk> view = Optional.empty();
        try {
            List<Cycle> waiting = new ArrayList<>(m.cycles());
            waiting.removeIf(each -> each.sequence() <= m.applied());
            m.unfinished()
                    .ifPresent(each ->
                            segments.addAll(files.openRedo(m, each, disk).newestFirst()));
            for (int i = waiting.size() - 1; i >= 0; i--) {
                segments.addAll(files.openRedo(m, waiting.get(i), disk).newestFirst());
            }
            Optional<Overlay> overlay = Overlay.of(segments);
            if (overlay.isPresent()) {
                view = Optional.of(
                        new ReceivedView(files.openBase(m.disks().get(disk), Access.READ), segments, overlay.get()));
            }
            return view;
        } finally {
            if (view.isEmpty()) {
                segments.forEach(SegmentReader::close);
            }
        }
    }

    @Override
    public long sizeBytes() {
        return base.sizeBytes();
    }

    @Override
    public OptionalInt sectorBytes() {
        return base.sectorBytes();
    }

    @Override
    public synchronized void read(long offset, ByteBuffer into) {
        Objects.checkFromIndexSize(offset, (long) into.remaining(), sizeBytes());
        overlay.visit(offset, into.remaining(), new Overlay.Visitor() {
            @Override
            public void below(long at, long length) {
                ByteBuffer part = into.duplicate();
                part.limit(part.position() + (int) length);
                base.read(at, part);
                into.position(into.position() + (int) length);
            }

            @Override
            public void zero(long at, long length) {
                into.put(new byte[(int) length]);
            }

            @Override
            public void data(long at, long length) {
                into.put(overlay.read(at, (int) length));
            }
        });
    }

    @Override
    public void extents(long offset, long length, ExtentVisitor visitor) {
        Objects.checkFromIndexSize(offset, length, sizeBytes());
        overlay.visit(offset, length, new Overlay.Visitor() {
            @Override
            public void below(long at, long bytes) {
                base.extents(at, bytes, visitor);
            }

            @Override
            public void zero(long at, long bytes) {
                visitor.visit(at, bytes, Extent.ZERO);
            }

            @Override
            public void data(long at, long bytes) {
                visitor.visit(at, bytes, Extent.DATA);
            }
        });
    }

    @Override
    public void write(long offset, ByteBuffer from) {
        throw new UnsupportedOperationException("a view of what was received is read-only");
    }

    @Override
    public void zero(long offset, long length) {
        throw new UnsupportedOperationException("a view of what was received is read-only");
    }

    @Override
    public void flush() {}

    @Override
    public RangeSet ownRanges() {
        return RangeSet.of(0, sizeBytes());
    }

    @Override
    public void close() {
        segments.forEach(SegmentReader::close);
        base.close();
    }
}
