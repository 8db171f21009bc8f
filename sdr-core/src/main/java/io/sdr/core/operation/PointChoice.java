package io.sdr.core.operation;

import io.sdr.api.Consistency;
import io.sdr.api.RecoveryPoint;
import io.sdr.api.RecoveryPointSelector;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Which recovery point a selector means among those that are there. */
public final class PointChoice {
    private PointChoice() {}

    /**
     * Chooses.
     *
     * @param selector the selector
     * @param points the points, oldest first
     * @return the point, or empty if none fits
     */
    public static Optional<RecoveryPoint> choose(RecoveryPointSelector selector, List<RecoveryPoint> points) {
        if (selector instanceof RecoveryPointSelector.Exactly exactly) {
            return newest(points, point -> point.id().equals(exactly.point()));
        } else if (selector instanceof RecoveryPointSelector.NotAfter notAfter) {
            return newest(points, point -> !point.time().isAfter(notAfter.moment()));
        } else if (selector instanceof RecoveryPointSelector.LatestProcessed) {
            return newest(points, RecoveryPoint::processed);
        } else if (selector instanceof RecoveryPointSelector.LatestApplicationConsistent) {
            return newest(points, point -> point.consistency() == Consistency.APPLICATION_CONSISTENT);
        }
        return newest(points, point -> true);
    }

    /**
     * Says what a selector means.
     *
     * @param selector the selector
     * @return words for people
     */
    public static String words(RecoveryPointSelector selector) {
        if (selector instanceof RecoveryPointSelector.Exactly exactly) {
            return "recovery point " + exactly.point();
        } else if (selector instanceof RecoveryPointSelector.NotAfter notAfter) {
            return "the newest recovery point not after " + notAfter.moment();
        } else if (selector instanceof RecoveryPointSelector.LatestProcessed) {
            return "the latest processed recovery point";
        } else if (selector instanceof RecoveryPointSelector.LatestApplicationConsistent) {
            return "the latest application-consistent recovery point";
        }
        return "the latest recovery point";
    }

    /**
     * Says why nothing fits.
     *
     * @param selector the selector
     * @param points the points, oldest first, of which it chooses none
     * @return words for people
     */
    public static String nothingFits(RecoveryPointSelector selector, List<RecoveryPoint> points) {
        if (points.isEmpty()) {
            return "it has no recovery point";
        } else if (selector instanceof RecoveryPointSelector.Exactly) {
            return "it is not among its " + points.size() + " points";
        } else if (selector instanceof RecoveryPointSelector.NotAfter) {
            return "the oldest of its " + points.size() + " points is of "
                    + points.get(0).time();
        } else if (selector instanceof RecoveryPointSelector.LatestProcessed) {
            return "none of its " + points.size() + " points is processed";
        }
        return "none of its " + points.size() + " points is application-consistent";
    }

    private static Optional<RecoveryPoint> newest(List<RecoveryPoint> points, Predicate<RecoveryPoint> fits) {
        return points.stream().filter(fits).reduce((older, newer) -> newer);
    }
}
