package io.sdr.core.agent;

import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.Extent;
import io.sdr.api.spi.RangeSet;
import java.util.List;
import java.util.OptionalInt;

/** A frozen disk call by call, for whoever shows its handle. */
public interface DiskCalls {
    /**
     * An extent of a disk.
     *
     * @param offset where it begins, in bytes
     * @param length how many bytes
     * @param kind what it is
     */
    record Part(long offset, long length, Extent kind) {}

    /**
     * A digest of a disk.
     *
     * @param sha256 as {@link io.sdr.core.sync.DiskDigest} says
     * @param bytesRead how many bytes were read for it
     */
    record Digest(String sha256, long bytesRead) {}

    /** Gives the size in bytes. */
    long size(byte[] handle);

    /** Gives the guest's sector in bytes; empty if the disk's format knows none. */
    OptionalInt sectorBytes(byte[] handle);

    /** Reads bytes, at most 1 MiB. */
    byte[] read(byte[] handle, long offset, int length);

    /** Gives the extents of a range, at most so many that the answer is some hundred KiB; the rest is asked for again. */
    List<Part> extents(byte[] handle, long offset, long length);

    /** Gives what the file itself holds. */
    RangeSet ownRanges(byte[] handle);

    /** Digests the disk. The context tells of cancel and progress, and nothing else. */
    Digest digest(byte[] handle, CallContext context);
}
