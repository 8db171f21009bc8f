package io.sdr.core.operation;

import io.sdr.api.Divergence;
import io.sdr.api.spi.VmObservation;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Says from what was seen of the old side's VM whether it ran beside the other one. Pure: what it is told decides. */
final class DivergenceJudge {
    /** Two clocks that were compared once, over a network: closer than this nothing is proven. */
    static final Duration MARGIN = Duration.ofSeconds(5);

    /** When the old side's VM ran, seen from the moment at which that side was left. */
    enum Ran {
        /** Not since then. */
        BEFORE,
        /** Perhaps. */
        UNKNOWN,
        /** After it, too. */
        AFTER
    }

    /**
     * A finding with its reason.
     *
     * @param ran when it ran
     * @param evidence why that is known, or why it is not
     */
    record Finding(Ran ran, String evidence) {}

    private DivergenceJudge() {}

    /**
     * Looks at one VM.
     *
     * @param old what was known of it
     * @param seen how it is now
     * @param skew how far its site's clock is ahead of the engine's
     * @return when it ran
     */
    static Finding look(OldSide old, VmObservation seen, Duration skew) {
        if (seen.isRunning()) {
            return new Finding(Ran.AFTER, "it runs");
        }
        Optional<Instant> started = seen.lastStart().map(start -> start.minus(skew));
        Optional<Instant> off = seen.offSince().map(since -> since.minus(skew));
        boolean tellsStarts = seen.startsKnownSince()
                .filter(from -> !from.minus(skew).isAfter(old.since()))
                .isPresent();
        if (isAfter(off, old)) {
            return new Finding(Ran.AFTER, "it ran until " + off.get() + ", and was left at " + old.since());
        }
        if (old.seenOff()) {
            return seenOff(old, started.filter(start -> isNewer(seen, old)), tellsStarts);
        }
        if (isAfter(started, old)) {
            return new Finding(
                    Ran.AFTER, "it was started at " + started.get() + ", after it was left at " + old.since());
        }
        if (started.isEmpty() && off.isEmpty() && seen.startsKnownSince().equals(Optional.of(Instant.EPOCH))) {
            return new Finding(Ran.BEFORE, "it was never started");
        }
        if (!tellsStarts) {
            return new Finding(
                    Ran.UNKNOWN, "its site does not tell all its starts since it was left at " + old.since());
        }
        if (old.powerFence().isPresent()) {
            return new Finding(
                    Ran.BEFORE,
                    "its power was taken before it was left: "
                            + old.powerFence().get());
        }
        if (off.isPresent() && off.get().isBefore(old.since().minus(MARGIN))) {
            return new Finding(Ran.BEFORE, "it is off since " + off.get() + ", and was left at " + old.since());
        }
        return new Finding(
                Ran.UNKNOWN,
                off.map(since -> "it is off since " + since + ", and was left at " + old.since()
                                + ": too close to be told apart by two clocks")
                        .orElse("its site does not tell since when it is off"));
    }

    private static Finding seenOff(OldSide old, Optional<Instant> newer, boolean tellsStarts) {
        // In a cluster another node's log may tell of a start that was not known then, though it was before.
        if (newer.filter(start -> start.isAfter(old.since().minus(MARGIN))).isPresent()) {
            return new Finding(Ran.AFTER, "it was seen off at " + old.since() + " and started at " + newer.get());
        }
        return tellsStarts
                ? new Finding(Ran.BEFORE, "it was seen off at " + old.since() + " and not started since")
                : new Finding(
                        Ran.UNKNOWN,
                        "it was seen off at " + old.since() + ", and its site does not tell all its starts since then");
    }

    private static boolean isNewer(VmObservation seen, OldSide old) {
        return old.lastStart()
                .flatMap(known -> seen.lastStart().map(start -> start.isAfter(known)))
                .orElse(true);
    }

    private static boolean isAfter(Optional<Instant> moment, OldSide old) {
        return moment.filter(each -> each.isAfter(old.since().plus(MARGIN))).isPresent();
    }

    /**
     * Says what follows for the item.
     *
     * @param finding when the old VM ran
     * @param otherRan whether the other VM ran since the decision, or may have
     * @return the divergence; what only the old side's tracking tells counts as {@link Divergence#UNREPLICATED_WRITES}
     */
    static Divergence divergence(Finding finding, boolean otherRan) {
        if (finding.ran() == Ran.BEFORE || !otherRan) {
            return Divergence.UNREPLICATED_WRITES;
        }
        return finding.ran() == Ran.AFTER ? Divergence.SPLIT_BRAIN : Divergence.SUSPECTED;
    }
}
