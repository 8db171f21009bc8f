package io.sdr.core.replication;

import io.sdr.core.replication.SegmentFormat.Head;
import io.sdr.core.sync.ChangeSink;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Several segments of one disk seen as one: where they overlap, the one named first wins. Takes about 100 bytes a record; refuses to
 * be made of more than a million.
 */
final class Overlay {
    private static final long MAX_RECORDS = 1_000_000;

    /** A range of one record that nothing before covers. */
    private record Piece(long start, long end, int segment, Head head, long dataAt) {
        boolean isOfSameRecord(Piece other) {
            return segment == other.segment && dataAt == other.dataAt;
        }
    }

    private final List<SegmentReader> segments;
    private List<Piece> pieces = new ArrayList<>();
    private final ByteBuffer data = ByteBuffer.allocate(SegmentFormat.MAX_DATA_BYTES);
    private Optional<Piece> loaded = Optional.empty();

    private Overlay(List<SegmentReader> segments) {
        this.segments = segments;
    }

    /** Takes open segments; empty if they have too many records. */
    static Optional<Overlay> of(List<SegmentReader> firstWins) {
        long records = 0;
        for (SegmentReader each : firstWins) {
            records += each.records();
        }
        if (records > MAX_RECORDS) {
            return Optional.empty();
        }
        Overlay overlay = new Overlay(List.copyOf(firstWins));
        for (int i = 0; i < firstWins.size(); i++) {
            overlay.addBelow(i);
        }
        return Optional.of(overlay);
    }

    private void addBelow(int segment) {
        List<Piece> above = pieces;
        List<Piece> merged = new ArrayList<>();
        int[] next = {0};
        segments.get(segment).heads((head, dataAt) -> {
            long at = head.offset();
            while (at < head.end()) {
                while (next[0] < above.size() && above.get(next[0]).end() <= at) {
                    merged.add(above.get(next[0]++));
                }
                boolean blocked = next[0] < above.size() && above.get(next[0]).start() < head.end();
                long until = blocked ? Math.max(at, above.get(next[0]).start()) : head.end();
                if (until > at) {
                    merged.add(new Piece(at, until, segment, head, dataAt));
                }
                at = blocked ? above.get(next[0]).end() : head.end();
            }
        });
        merged.addAll(above.subList(next[0], above.size()));
        pieces = merged;
    }

    /** Hands everything to a sink, ascending. */
    void replay(ChangeSink sink) {
        for (Piece each : pieces) {
            if (each.head().tag() == SegmentFormat.ZERO) {
                sink.zero(each.start(), each.end() - each.start());
            } else {
                sink.data(each.start(), bytes(each, each.start(), (int) (each.end() - each.start())));
            }
        }
    }

    private ByteBuffer bytes(Piece piece, long offset, int length) {
        if (loaded.isEmpty() || !loaded.get().isOfSameRecord(piece)) {
            loaded = Optional.empty();
            segments.get(piece.segment()).data(piece.head(), piece.dataAt(), data);
            loaded = Optional.of(piece);
        }
        return data.duplicate()
                .clear()
                .position((int) (offset - piece.head().offset()))
                .limit((int) (offset - piece.head().offset()) + length)
                .slice();
    }

    /** Takes a range piece by piece. */
    interface Visitor {
        /** The segments say nothing here. */
        void below(long offset, long length);

        /** Zeros. */
        void zero(long offset, long length);

        /** Data; {@link #read} gives it. */
        void data(long offset, long length);
    }

    void visit(long offset, long length, Visitor visitor) {
        long at = offset;
        long end = offset + length;
        for (int i = firstEndingAfter(offset); at < end; i++) {
            boolean none = i >= pieces.size() || pieces.get(i).start() >= end;
            long start = none ? end : pieces.get(i).start();
            if (start > at) {
                visitor.below(at, start - at);
                at = start;
            }
            if (!none) {
                long until = Math.min(end, pieces.get(i).end());
                if (pieces.get(i).head().tag() == SegmentFormat.ZERO) {
                    visitor.zero(at, until - at);
                } else {
                    visitor.data(at, until - at);
                }
                at = until;
            }
        }
    }

    /** Gives data of a range that one call of {@link Visitor#data} named. */
    ByteBuffer read(long offset, int length) {
        return bytes(pieces.get(firstEndingAfter(offset)), offset, length);
    }

    private int firstEndingAfter(long offset) {
        int low = 0;
        int high = pieces.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (pieces.get(middle).end() <= offset) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
