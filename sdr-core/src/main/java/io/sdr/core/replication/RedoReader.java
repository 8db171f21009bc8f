package io.sdr.core.replication;

import io.sdr.api.spi.RangeSet;
import io.sdr.core.sync.ChangeSink;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

/** What a cycle changes of one disk: one segment, or several that came one after the other, of which a later one wins. */
final class RedoReader implements AutoCloseable {
    /** Stands between the digests of pieces. */
    static final String BETWEEN_PIECES = "+";

    private final List<SegmentReader> pieces;

    /** Takes open segments, which are closed with this. */
    RedoReader(List<SegmentReader> oldestFirst) {
        this.pieces = List.copyOf(oldestFirst);
    }

    /** Hands all records to a sink, piece after piece, so that a range may come more than once; checked as by a segment. */
    void replay(ChangeSink sink) {
        pieces.forEach(each -> each.replay(sink));
    }

    /** Reads everything and makes the digests again. */
    String remakeDigest() {
        return pieces.stream().map(SegmentReader::remakeDigest).collect(Collectors.joining(BETWEEN_PIECES));
    }

    /** All ranges that it changes. */
    RangeSet ranges() {
        RangeSet.Builder all = new RangeSet.Builder();
        pieces.forEach(each -> all.add(each.ranges()));
        return all.build();
    }

    /** Visits what it changes, ascending, and no byte twice; of a single piece without keeping anything in memory. */
    void visitRanges(RangeSet.Visitor visitor) {
        if (pieces.size() == 1) {
            pieces.get(0).heads((head, dataAt) -> visitor.visit(head.offset(), head.length()));
        } else {
            ranges().forEach(visitor);
        }
    }

    /** The segments, newest first. Closing this closes them. */
    List<SegmentReader> newestFirst() {
        List<SegmentReader> reversed = new ArrayList<>(pieces);
        Collections.reverse(reversed);
        return reversed;
    }

    @Override
    public void close() {
        pieces.forEach(SegmentReader::close);
    }
}
