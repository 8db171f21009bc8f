package io.sdr.hyperv.host;

import io.sdr.api.InvalidRequestException;
import io.sdr.api.Problem;
import io.sdr.hyperv.powershell.Arguments;
import java.time.Duration;
import java.time.LocalTime;
import java.util.Optional;
import java.util.Set;

/**
 * What may be changed of a running relation of Hyper-V Replica.
 *
 * @param frequency how often it replicates: 30 s, 5 min or 15 min
 * @param pointsKept recovery points beside the latest, 0 to 24
 * @param consistentEveryHours every how many hours a point is application-consistent, 1 to 12; 0 for never
 * @param compression whether it compresses on the wire
 * @param resyncFrom when, in the host's day, it may resynchronise by itself; empty for never
 * @param resyncUntil until when
 */
public record RelationSettings(
        Duration frequency,
        int pointsKept,
        int consistentEveryHours,
        boolean compression,
        Optional<LocalTime> resyncFrom,
        Optional<LocalTime> resyncUntil) {
    private static final Set<Long> FREQUENCIES = Set.of(30L, 300L, 900L);
    private static final int MOST_POINTS = 24;
    private static final int MOST_HOURS = 12;
    private static final int SECONDS_A_MINUTE = 60;

    public RelationSettings {
        if (!FREQUENCIES.contains(frequency.toSeconds())
                || pointsKept < 0
                || pointsKept > MOST_POINTS
                || consistentEveryHours < 0
                || consistentEveryHours > MOST_HOURS
                || resyncFrom.isPresent() != resyncUntil.isPresent()) {
            throw new InvalidRequestException(Problem.of("POLICY_NOT_SUPPORTED")
                    .attempted("set Hyper-V Replica to " + frequency + ", " + pointsKept + " points, consistent every "
                            + consistentEveryHours + " h")
                    .state("it knows 30 s, 5 min and 15 min, 0 to 24 points, 0 to 12 h; nothing was changed")
                    .remedy("choose values that it knows, or sdr's own replication"));
        }
    }

    Arguments addTo(Arguments arguments) {
        Arguments more = arguments
                .with("frequencySeconds", frequency.toSeconds())
                .with("pointsKept", pointsKept)
                .with("consistentEveryHours", consistentEveryHours)
                .with("compression", compression)
                .with("resynchronize", resyncFrom.isPresent());
        return minutes(minutes(more, "resynchronizeFrom", resyncFrom), "resynchronizeUntil", resyncUntil);
    }

    private static Arguments minutes(Arguments arguments, String name, Optional<LocalTime> time) {
        return time.isPresent()
                ? arguments.with(name, time.get().toSecondOfDay() / SECONDS_A_MINUTE)
                : arguments.without(name);
    }
}
