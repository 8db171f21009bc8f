package io.sdr.hyperv.blocks;

import java.util.Optional;

/**
 * What {@link BlockDisk} needs of a format: where blocks are, room for new ones, and an order of writing that survives a crash at any
 * moment. Looking is thread-safe; changing is called by one thread at a time. Changes are seen at once here and are in the file
 * after {@link #commit}.
 */
public interface BlockTable extends AutoCloseable {
    /** Tells the disk's size in bytes, a multiple of the sector. */
    long sizeBytes();

    int blockBytes();

    int sectorBytes();

    /** Tells whether a block can hide its parent by being zero. */
    boolean hasZeroKind();

    /** Tells whether blocks keep their space when they become zero. */
    boolean keepsSpace();

    /** Gives the entry of one block. */
    long entry(long block);

    /** Gives the entry of a block that is about to be written: {@link BlockEntry#FULL} only if payload alone must be written. */
    default long entryToWrite(long block) {
        return entry(block);
    }

    /** Gives the entries of blocks in a row. */
    void entries(long firstBlock, long[] into, int count);

    /** Tells whether a sector of a partial block is in this file. */
    boolean isPresent(long block, int sector);

    /** Gives the end of the run of sectors that are as {@code sector} is, at most {@code limit}. */
    int runEnd(long block, int sector, int limit);

    /** Marks sectors of a partial block as in this file. */
    void markPresent(long block, int from, int end);

    /** Gets ready for changes: whatever the format wants before the first of them, and room for those of one block. */
    void prepare();

    /** Tells whether so much is uncommitted that a commit must come before more is changed. */
    boolean isCrowded();

    /**
     * Takes room for a block. What is not new at the file's end reads as anything.
     *
     * @return its position, and whether it reads as zeros
     */
    Room allocate(long block);

    /**
     * Room for a block.
     *
     * @param position where its payload goes
     * @param zeroed whether all of it reads as zeros
     */
    record Room(long position, boolean zeroed) {}

    /** Gives a block its room, with all sectors in this file or none yet. */
    void attach(long block, long position, boolean allPresent);

    /** Takes a block's room away; it reads as zeros then. Its space is used again after {@link #commit}. */
    void detach(long block);

    /**
     * Makes everything durable that was written, payload first. If it throws, it is open what is durable.
     *
     * @return what is to run with no reader under way, to give the space of detached blocks back; empty if there are none
     */
    Optional<Runnable> commit();

    /**
     * Refuses what {@link #grow} cannot do.
     *
     * @param parentUntil where the parent ends that would show behind the disk's present end; 0 if none would
     */
    void checkGrow(long newSizeBytes, long parentUntil);

    /**
     * Makes the disk larger and durable; what is added reads as zeros in whole blocks, whatever the parent holds. Called with nothing
     * uncommitted, and not with what {@link #checkGrow} refuses.
     */
    void grow(long newSizeBytes, long parentUntil);

    /**
     * Closes the file.
     *
     * @param inOrder whether it may be left in the best order; else nothing more is written
     */
    void close(boolean inOrder);

    @Override
    default void close() {
        close(true);
    }
}
