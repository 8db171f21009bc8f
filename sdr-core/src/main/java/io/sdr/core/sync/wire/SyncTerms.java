package io.sdr.core.sync.wire;

import io.sdr.core.sync.InPlaceSync;

/**
 * What is wanted of a sync between two hosts.
 *
 * @param mode how the target is brought up to date
 * @param resizing whether the target may be cut or lengthened
 * @param verifying whether both ends read their disks again and compare digests
 * @param forcing whether the target and its mark are made durable
 */
public record SyncTerms(InPlaceSync.Mode mode, boolean resizing, boolean verifying, boolean forcing) {
    /**
     * Puts them into a frame.
     *
     * @param to the payload
     */
    public void write(PayloadWriter to) {
        to.flag(mode == InPlaceSync.Mode.FULL).flag(resizing).flag(verifying).flag(forcing);
    }

    /**
     * Takes them out of a frame.
     *
     * @param from the payload
     * @return the terms
     */
    public static SyncTerms read(PayloadReader from) {
        InPlaceSync.Mode mode = from.flag() ? InPlaceSync.Mode.FULL : InPlaceSync.Mode.DELTA;
        return new SyncTerms(mode, from.flag(), from.flag(), from.flag());
    }
}
