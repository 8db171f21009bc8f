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
        to.u8(mode.ordinal()).flag(resizing).flag(verifying).flag(forcing);
    }

    /**
     * Takes them out of a frame.
     *
     * @param from the payload
     * @return the terms
     */
    public static SyncTerms read(PayloadReader from) {
        InPlaceSync.Mode[] modes = InPlaceSync.Mode.values();
        return new SyncTerms(modes[from.u8(modes.length - 1)], from.flag(), from.flag(), from.flag());
    }
}
