package io.sdr.api.spi;

import io.sdr.api.VmId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What was seen of a VM.
 *
 * @param vm the VM
 * @param power its power state
 * @param startLocked whether it is locked against start
 * @param automaticStart whether its host starts it by itself when the host comes up
 * @param heldAtBoot whether it ran when its host went down and would run again, were its automatic start not off; false where that
 *     is not known, and from its next start or power-off on
 * @param lastStart when it was last started, by the site's clock; empty before its first start, and where that is not known
 * @param startsKnownSince from when on no start is missing in {@code lastStart}: the epoch for all of its life, empty where nothing is
 *     known of its starts. What is not known must never be taken for "it was not started"
 * @param offSince since when it is off, by the site's clock; empty while it runs, before its first start, and where that is not
 *     known
 * @param heartbeat whether the guest answers; empty where that is not known
 * @param disks what is attached, in order
 * @param tag the tag it was made with; empty for a VM that the engine did not make
 */
public record VmObservation(
        VmId vm,
        Power power,
        boolean startLocked,
        boolean automaticStart,
        boolean heldAtBoot,
        Optional<Instant> lastStart,
        Optional<Instant> startsKnownSince,
        Optional<Instant> offSince,
        Optional<Boolean> heartbeat,
        List<DiskRef> disks,
        Optional<String> tag) {
    /** The power state. */
    public enum Power {
        /** Off; no process has its disks open. */
        OFF,
        /** On, or in any state in which it may write. */
        RUNNING
    }

    /** Copies the list. */
    public VmObservation {
        disks = List.copyOf(disks);
    }

    /**
     * Tells whether it may have been started after a moment.
     *
     * @param moment the moment, by the site's clock
     * @return true if it was, or if its starts since then are not all known
     */
    public boolean mayHaveStartedAfter(Instant moment) {
        return lastStart.filter(start -> start.isAfter(moment)).isPresent()
                || startsKnownSince.filter(since -> !since.isAfter(moment)).isEmpty();
    }

    /**
     * Tells whether it may write.
     *
     * @return true if it runs
     */
    public boolean isRunning() {
        return power == Power.RUNNING;
    }
}
