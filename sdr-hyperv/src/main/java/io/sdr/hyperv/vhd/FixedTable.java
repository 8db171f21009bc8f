package io.sdr.hyperv.vhd;

import io.sdr.api.InvalidRequestException;
import io.sdr.api.Problem;
import io.sdr.hyperv.blocks.BlockEntry;
import io.sdr.hyperv.blocks.BlockTable;
import io.sdr.hyperv.blocks.ImageFile;
import java.util.Optional;

/** The table that a fixed disk does not have: its bytes lie in the file as they are, before the footer. */
final class FixedTable implements BlockTable {
    private static final int BLOCK = 2 << 20;

    private final ImageFile file;
    private final long sizeBytes;

    FixedTable(ImageFile file, long sizeBytes) {
        this.file = file;
        this.sizeBytes = sizeBytes;
    }

    @Override
    public long sizeBytes() {
        return sizeBytes;
    }

    @Override
    public int blockBytes() {
        return BLOCK;
    }

    @Override
    public int sectorBytes() {
        return Footer.SECTOR;
    }

    @Override
    public boolean hasZeroKind() {
        return false;
    }

    @Override
    public boolean keepsSpace() {
        return true;
    }

    @Override
    public long entry(long block) {
        return BlockEntry.of(BlockEntry.FULL, block * BLOCK);
    }

    @Override
    public void entries(long firstBlock, long[] into, int count) {
        for (int i = 0; i < count; i++) {
            into[i] = entry(firstBlock + i);
        }
    }

    @Override
    public boolean isPresent(long block, int sector) {
        return true;
    }

    @Override
    public int runEnd(long block, int sector, int limit) {
        return limit;
    }

    @Override
    public void markPresent(long block, int from, int end) {}

    @Override
    public void prepare() {}

    @Override
    public boolean isCrowded() {
        return false;
    }

    @Override
    public Room allocate(long block) {
        throw new IllegalStateException("block " + block + " of a fixed disk is allocated");
    }

    @Override
    public void attach(long block, long position, boolean allPresent) {
        throw new IllegalStateException("block " + block + " of a fixed disk is allocated");
    }

    @Override
    public void detach(long block) {
        throw new IllegalStateException("block " + block + " of a fixed disk keeps its space");
    }

    @Override
    public Optional<Runnable> commit() {
        file.force();
        return Optional.empty();
    }

    /** Refuses: the only footer would have to move, and no order of writes keeps one at the file's end at every moment. */
    @Override
    public void checkGrow(long newSizeBytes, long parentUntil) {
        throw new InvalidRequestException(Problem.of("CANNOT_GROW")
                .attempted("make the fixed VHD disk " + file + " larger: " + newSizeBytes + " bytes")
                .state("a crash in the middle would leave a file without a footer; nothing was changed")
                .remedy("convert it to a dynamic disk"));
    }

    @Override
    public void grow(long newSizeBytes, long parentUntil) {
        checkGrow(newSizeBytes, parentUntil);
    }

    @Override
    public void close(boolean inOrder) {}
}
