package io.sdr.core.replication;

import io.sdr.api.Consistency;
import io.sdr.api.spi.ReplicationDriver.Retention;
import io.sdr.core.replication.Manifest.Point;
import io.sdr.core.replication.Manifest.Undo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which recovery points stay once a cycle is applied. Always: pinned ones, those still to be applied, and the one that the base is
 * at. Of the others one in each period, an application-consistent one if there is one, else the earliest, so that a point that was
 * shown does not vanish because of a later one of its kind; and of these the newest.
 */
final class PointsKept {
    private PointsKept() {}

    static List<Point> of(List<Point> points, Retention retention, long applied) {
        Map<Long, Point> byPeriod = new LinkedHashMap<>();
        for (Point each : points) {
            if (!each.pinned() && each.sequence() < applied) {
                byPeriod.merge(period(each, retention.pointEvery()), each, PointsKept::better);
            }
        }
        List<Point> chosen = new ArrayList<>(byPeriod.values());
        int surplus = Math.max(0, chosen.size() - retention.pointsKept());
        Set<Long> stay = new HashSet<>();
        chosen.subList(surplus, chosen.size()).forEach(each -> stay.add(each.sequence()));
        return points.stream()
                .filter(each -> each.pinned() || each.sequence() >= applied || stay.contains(each.sequence()))
                .toList();
    }

    private static long period(Point point, Duration every) {
        return every.isZero() ? point.sequence() : Math.floorDiv(point.time().toEpochMilli(), every.toMillis());
    }

    private static Point better(Point earlier, Point later) {
        boolean upgrade = later.consistency() == Consistency.APPLICATION_CONSISTENT
                && earlier.consistency() != Consistency.APPLICATION_CONSISTENT;
        return upgrade ? later : earlier;
    }

    /** Whether a point will be kept that only undo data of the next cycle can bring back. */
    static boolean needUndoFor(Manifest m, long next) {
        return of(m.points(), m.retention(), next).stream().anyMatch(each -> each.sequence() < next);
    }

    /** Drops points, also those that no undo data brings back, and the undo data that only they needed. */
    static void prune(Manifest.Edit edit) {
        Set<Long> reached = reached(edit);
        edit.points = new ArrayList<>(of(edit.points, edit.retention, edit.applied).stream()
                .filter(each -> each.sequence() >= edit.applied || reached.contains(each.sequence()))
                .toList());
        dropUnneededUndo(edit);
    }

    /** The states to which an unbroken chain of undo data leads back. */
    private static Set<Long> reached(Manifest.Edit edit) {
        Set<Long> reached = new HashSet<>();
        long at = edit.applied;
        for (int i = edit.undo.size() - 1; i >= 0; i--) {
            Undo each = edit.undo.get(i);
            if (each.to() == at) {
                at = each.from();
                reached.add(at);
            }
        }
        return reached;
    }

    static void dropUnneededUndo(Manifest.Edit edit) {
        long oldest = edit.points.stream()
                .mapToLong(Point::sequence)
                .filter(each -> each < edit.applied)
                .min()
                .orElse(Long.MAX_VALUE);
        edit.undo.removeIf(each -> each.to() <= oldest);
    }
}
