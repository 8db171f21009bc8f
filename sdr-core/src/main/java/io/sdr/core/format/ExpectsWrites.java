package io.sdr.core.format;

import io.sdr.api.spi.RangeSet;

/**
 * A disk that does better when it hears beforehand where it will be written: a raw base forces its map once for all of it,
 * instead of once for each block that is new.
 */
public interface ExpectsWrites {
    /**
     * Announces writes. What is not written after all does no harm; it is forgotten at the next flush.
     *
     * @param ranges where
     * @throws IndexOutOfBoundsException if a range is not inside the disk
     */
    void expectWrites(RangeSet ranges);
}
