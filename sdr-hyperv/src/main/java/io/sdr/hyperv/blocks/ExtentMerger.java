package io.sdr.hyperv.blocks;

import io.sdr.api.spi.Extent;
import io.sdr.api.spi.ExtentVisitor;

/** Joins extents of one kind that touch, before a visitor sees them. */
final class ExtentMerger implements ExtentVisitor {
    private final ExtentVisitor visitor;
    private long from;
    private long end;
    private Extent kind = Extent.ZERO;

    ExtentMerger(ExtentVisitor visitor) {
        this.visitor = visitor;
    }

    @Override
    public void visit(long offset, long length, Extent extent) {
        if (end > from && extent == kind && offset == end) {
            end += length;
            return;
        }
        finish();
        from = offset;
        end = offset + length;
        kind = extent;
    }

    void finish() {
        if (end > from) {
            visitor.visit(from, end - from, kind);
        }
    }
}
