package io.sdr.core.sync.wire;

import io.sdr.api.spi.CancelFlag;
import io.sdr.api.spi.ProgressListener;
import java.security.SecureRandom;
import java.util.function.Function;

/** What one end of a sync works with. Immutable. */
public final class SessionOptions {
    private static final int STOP_WINDOW_UNITS = 64;

    private final SecureRandom random;
    private final CancelFlag cancel;
    private final ProgressListener progress;
    private final Function<SessionKeys, Fingerprint> fingerprint;
    private final int stopWindowUnits;
    private final int streamWindowFrames;
    private final boolean ordered;

    /**
     * The usual.
     *
     * @param random draws keys and claims
     * @param cancel looked at between units of 1 MiB
     * @param progress hears how far the source is, in bytes of the disk
     */
    public SessionOptions(SecureRandom random, CancelFlag cancel, ProgressListener progress) {
        this(random, cancel, progress, GcmFingerprint::new, STOP_WINDOW_UNITS, Sizes.STREAM_WINDOW_FRAMES);
    }

    SessionOptions(
            SecureRandom random,
            CancelFlag cancel,
            ProgressListener progress,
            Function<SessionKeys, Fingerprint> fingerprint,
            int stopWindowUnits,
            int streamWindowFrames) {
        this(random, cancel, progress, fingerprint, stopWindowUnits, streamWindowFrames, false);
    }

    private SessionOptions(
            SecureRandom random,
            CancelFlag cancel,
            ProgressListener progress,
            Function<SessionKeys, Fingerprint> fingerprint,
            int stopWindowUnits,
            int streamWindowFrames,
            boolean ordered) {
        this.random = random;
        this.cancel = cancel;
        this.progress = progress;
        this.fingerprint = fingerprint;
        this.stopWindowUnits = stopWindowUnits;
        this.streamWindowFrames = streamWindowFrames;
        this.ordered = ordered;
    }

    /**
     * Makes the first minutes of a process faster: has the virtual machine compile what makes fingerprints. To be called beside
     * something that waits; takes some 100 ms.
     *
     * @param random draws a key that is thrown away
     */
    public static void warmUp(SecureRandom random) {
        GcmFingerprint.warmUp(random);
    }

    /** The same, for a source that sends differences in ascending order. */
    SessionOptions inOrder() {
        return new SessionOptions(random, cancel, progress, fingerprint, stopWindowUnits, streamWindowFrames, true);
    }

    /** Whether the source sends differences in ascending order. */
    boolean isOrdered() {
        return ordered;
    }

    SecureRandom random() {
        return random;
    }

    CancelFlag cancel() {
        return cancel;
    }

    ProgressListener progress() {
        return progress;
    }

    Tags tags(SessionKeys keys) {
        return new Tags(fingerprint.apply(keys));
    }

    /** Of how many units that were compared last more than half must differ for tags to stop. */
    int stopWindowUnits() {
        return stopWindowUnits;
    }

    /** How many frames of tags the target may be ahead of the source. */
    int streamWindowFrames() {
        return streamWindowFrames;
    }
}
