package io.sdr.api.spi;

/** Takes the extents of a disk in ascending order, without gaps. */
@FunctionalInterface
public interface ExtentVisitor {
    /**
     * Takes one extent.
     *
     * @param offset where it begins, in bytes
     * @param length its length in bytes, at least 1
     * @param extent what is known
     */
    void visit(long offset, long length, Extent extent);
}
