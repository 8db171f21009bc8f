package io.sdr.hyperv.host;

import io.sdr.hyperv.powershell.ScriptAnswer;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What hosts' logs tell of when a VM started and ended. Each host logs only what happened there, and a log forgets its oldest entries:
 * what is not in it is unknown before {@code from}, and not something that never was.
 *
 * @param lastStart when it last started; empty where no log tells
 * @param lastStop when it last ended in order or was turned off; empty where no log tells
 * @param from from when on the logs have every start and end; empty where one could not be read
 * @param empty whether a log is empty: it may have been emptied
 * @param complete whether all hosts were asked that may have had the VM
 */
public record LoggedLife(
        Optional<Instant> lastStart,
        Optional<Instant> lastStop,
        Optional<Instant> from,
        boolean empty,
        boolean complete) {

    static LoggedLife of(ScriptAnswer answer) {
        return new LoggedLife(
                answer.findMoment("lastStart"),
                answer.findMoment("lastStop"),
                answer.findMoment("logFrom"),
                answer.flag("logEmpty"),
                true);
    }

    /** Adds what another host's log tells. */
    public LoggedLife and(LoggedLife other) {
        return new LoggedLife(
                later(lastStart, other.lastStart),
                later(lastStop, other.lastStop),
                from.flatMap(mine -> other.from.map(its -> mine.isAfter(its) ? mine : its)),
                empty || other.empty,
                complete && other.complete);
    }

    /** The same, where a host did not answer whose log may tell more. */
    public LoggedLife incomplete() {
        return new LoggedLife(lastStart, lastStop, from, empty, false);
    }

    /** Tells since when an off VM is off: an end after the last start. Of a VM that died with its host, nothing says when that was. */
    public Optional<Instant> offSince() {
        return complete && from.isPresent() && !runsOn() ? lastStop : Optional.empty();
    }

    /** Tells whether the last start has no end. */
    public boolean runsOn() {
        return lastStart
                .filter(start -> lastStop.filter(stop -> !stop.isBefore(start)).isEmpty())
                .isPresent();
    }

    /**
     * Tells from when on no start is missing.
     *
     * @param created when the VM was made
     * @return the epoch for all of its life; empty if nothing is known
     */
    public Optional<Instant> startsKnownSince(Instant created) {
        return from.map(each -> complete && !empty && !each.isAfter(created) ? Instant.EPOCH : each);
    }

    private static Optional<Instant> later(Optional<Instant> one, Optional<Instant> other) {
        return Stream.of(one, other).flatMap(Optional::stream).max(Comparator.naturalOrder());
    }
}
