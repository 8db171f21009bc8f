package io.sdr.core.replication;

import tools.jackson.databind.node.ObjectNode;

/**
 * What a segment belongs to.
 *
 * @param kind {@code redo} or {@code undo}
 * @param item the item
 * @param lineage the replica's lineage
 * @param disk the disk's place in the item
 * @param sequence the state that the segment leads to
 * @param previous the state that it starts from
 * @param sizeBytes the disk's size
 * @param checkpoint for redo: which frozen state of the source it is made from; else empty
 */
record SegmentHeader(
        String kind,
        String item,
        String lineage,
        int disk,
        long sequence,
        long previous,
        long sizeBytes,
        String checkpoint) {
    static final String REDO = "redo";
    static final String UNDO = "undo";

    ObjectNode json() {
        return Envelope.newBody()
                .put("kind", kind)
                .put("item", item)
                .put("lineage", lineage)
                .put("disk", disk)
                .put("sequence", sequence)
                .put("previous", previous)
                .put("sizeBytes", sizeBytes)
                .put("checkpoint", checkpoint);
    }

    static SegmentHeader of(Fields f) {
        return new SegmentHeader(
                f.text("kind"),
                f.text("item"),
                f.text("lineage"),
                (int) f.number("disk"),
                f.number("sequence"),
                f.number("previous"),
                f.number("sizeBytes"),
                f.text("checkpoint"));
    }
}
