package io.sdr.api.spi;

import java.util.OptionalInt;

/**
 * How a new disk file shall be. By default dynamic where the format can, with the format's own sizes of blocks and sectors.
 * Immutable.
 */
public final class DiskShape {
    private final long sizeBytes;
    private final DiskType type;
    private final OptionalInt blockBytes;
    private final OptionalInt sectorBytes;

    private DiskShape(long sizeBytes, DiskType type, OptionalInt blockBytes, OptionalInt sectorBytes) {
        this.sizeBytes = sizeBytes;
        this.type = type;
        this.blockBytes = blockBytes;
        this.sectorBytes = sectorBytes;
    }

    /**
     * Starts with a dynamic disk.
     *
     * @param sizeBytes the disk's size in bytes
     * @return the shape
     */
    public static DiskShape of(long sizeBytes) {
        return new DiskShape(sizeBytes, DiskType.DYNAMIC, OptionalInt.empty(), OptionalInt.empty());
    }

    /**
     * Sets how the file takes space.
     *
     * @param value fixed or dynamic
     * @return a copy with that type
     */
    public DiskShape type(DiskType value) {
        return new DiskShape(sizeBytes, value, blockBytes, sectorBytes);
    }

    /**
     * Sets the unit of allocation.
     *
     * @param value in bytes
     * @return a copy with that block size
     */
    public DiskShape blockBytes(int value) {
        return new DiskShape(sizeBytes, type, OptionalInt.of(value), sectorBytes);
    }

    /**
     * Sets the guest's sector.
     *
     * @param value in bytes
     * @return a copy with that sector size
     */
    public DiskShape sectorBytes(int value) {
        return new DiskShape(sizeBytes, type, blockBytes, OptionalInt.of(value));
    }

    /**
     * Gives the size.
     *
     * @return in bytes
     */
    public long sizeBytes() {
        return sizeBytes;
    }

    /**
     * Gives the type.
     *
     * @return how the file takes space
     */
    public DiskType type() {
        return type;
    }

    /**
     * Gives the unit of allocation.
     *
     * @return in bytes; empty for the format's own choice
     */
    public OptionalInt blockBytes() {
        return blockBytes;
    }

    /**
     * Gives the guest's sector.
     *
     * @return in bytes; empty for the format's own choice
     */
    public OptionalInt sectorBytes() {
        return sectorBytes;
    }
}
