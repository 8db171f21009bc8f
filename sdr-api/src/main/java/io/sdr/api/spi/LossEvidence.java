package io.sdr.api.spi;

import io.sdr.api.DiskId;
import java.util.Map;

/** What shows that a planned failover loses nothing. */
public sealed interface LossEvidence {
    /**
     * Digests of what the last cycle sent, made at the source, and made again from what the target stored.
     *
     * @param sequence the last cycle
     * @param unbroken whether every cycle up to it followed the one before
     * @param source by disk, as made at the source
     * @param target by disk, as made from the target's files
     */
    record Digests(long sequence, boolean unbroken, Map<DiskId, String> source, Map<DiskId, String> target)
            implements LossEvidence {
        /** Copies the maps. */
        public Digests {
            source = Map.copyOf(source);
            target = Map.copyOf(target);
        }
    }

    /**
     * A native driver's word.
     *
     * @param by which product
     * @param state the state that it reports
     */
    record Asserted(String by, String state) implements LossEvidence {}
}
