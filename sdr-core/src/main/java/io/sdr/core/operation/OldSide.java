package io.sdr.core.operation;

import io.sdr.api.spi.VmObservation;
import io.sdr.core.job.Values;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What is known of the VM at the side that is not active.
 *
 * @param since when that side was left, or its VM was last looked at and judged, by the engine's clock
 * @param unseen whether a first look at it is due since the decision
 * @param seenOff whether it was seen off then
 * @param lastStart its last start, as it was seen then; only with {@code seenOff}
 * @param powerFence how it is known that a power fence took its power before the decision
 */
record OldSide(
        Instant since, boolean unseen, boolean seenOff, Optional<Instant> lastStart, Optional<String> powerFence) {
    private static final String SINCE = "oldSide.since";
    private static final String UNSEEN = "oldSide.unseen";
    private static final String SEEN_OFF = "oldSide.seenOff";
    private static final String LAST_START = "oldSide.lastStart";
    private static final String POWER_FENCE = "oldSide.powerFence";
    /** In outcomes of steps. */
    private static final String STARTED = "lastStart";
    /** The names under which it is stored begin so. */
    static final String PREFIX = "oldSide.";

    /** A side that is left without a look at it. */
    static OldSide unseen(Instant since) {
        return new OldSide(since, true, false, Optional.empty(), Optional.empty());
    }

    /** A side whose VM was seen: off with its last start, or running. */
    static OldSide seen(Instant now, Optional<VmObservation> vm) {
        boolean off = !vm.map(VmObservation::isRunning).orElse(false);
        return new OldSide(
                now, false, off, off ? vm.flatMap(VmObservation::lastStart) : Optional.empty(), Optional.empty());
    }

    /** An outcome that says that the VM was seen off, and when it had been started last. */
    static Values off(Values outcome, Optional<VmObservation> vm) {
        return vm.flatMap(VmObservation::lastStart)
                .map(start -> outcome.with(STARTED, start))
                .orElse(outcome);
    }

    /** When it had been started last, by such an outcome: the site's own clock, to be compared with nothing but itself. */
    static Optional<Instant> lastStart(Values outcome) {
        return outcome.find(STARTED).map(Instant::parse);
    }

    /** The side that a decision leaves, as the step saw it that has to be true when it is made. */
    static OldSide left(Scene scene, Instant decided) {
        Optional<Values> off = Stream.of("source-settled", "source-off", VmSteps.STOP_COPY)
                .flatMap(step -> scene.context().outcomes().find(step).stream())
                .filter(outcome -> outcome.flag("confirmedOff"))
                .findFirst();
        OldSide left = off.map(outcome -> seenOff(decided, true, outcome)).orElseGet(() -> unseen(decided));
        return left.withPowerFence(PowerFenceStep.evidence(scene));
    }

    /** The side that was left, seen off after the decision. What an unplanned failover left there is looked at later. */
    static OldSide fenced(Values outcome, Scene scene) {
        return seenOff(
                scene.now(), scene.spec().find(RequestCodec.SHUT_DOWN_FIRST).isPresent(), outcome);
    }

    private static OldSide seenOff(Instant since, boolean lookDue, Values outcome) {
        return new OldSide(since, lookDue, true, lastStart(outcome), Optional.empty());
    }

    OldSide withPowerFence(Optional<String> evidence) {
        return new OldSide(since, unseen, seenOff, lastStart, evidence);
    }

    Values write() {
        Values values = Values.of(SINCE, since).with(UNSEEN, unseen).with(SEEN_OFF, seenOff);
        Values started = lastStart.map(start -> values.with(LAST_START, start)).orElse(values);
        return powerFence.map(evidence -> started.with(POWER_FENCE, evidence)).orElse(started);
    }

    static Optional<OldSide> read(Values values) {
        return values.find(SINCE)
                .map(since -> new OldSide(
                        Instant.parse(since),
                        values.flag(UNSEEN),
                        values.flag(SEEN_OFF),
                        values.find(LAST_START).map(Instant::parse),
                        values.find(POWER_FENCE)));
    }
}
