package io.sdr.core.replication;

import io.sdr.api.spi.ReplicaStatus.Role;
import io.sdr.core.replication.Manifest.Cycle;
import io.sdr.core.replication.Manifest.Disk;
import io.sdr.core.replication.Manifest.Layers;
import io.sdr.core.replication.Manifest.Point;
import io.sdr.core.replication.Manifest.Undo;
import java.util.List;

/** What must be true of every manifest, whoever wrote it. */
final class ManifestCheck {
    private ManifestCheck() {}

    /**
     * Checks it.
     *
     * @throws IllegalArgumentException if it contradicts itself
     */
    static void check(Manifest m) {
        int disks = m.disks().size();
        require(m.generation() > 0, "its generation is " + m.generation());
        require(
                m.retention().pointsKept() >= 0 && !m.retention().pointEvery().isNegative(),
                "retention " + m.retention());
        boolean unwinding = m.unwindTo() >= 0; // then the cycles that the base still holds are dropped already
        require(
                m.applied() >= 0 && (unwinding || m.applied() <= m.received()),
                "applied " + m.applied() + " of " + m.received());
        require(m.applying() == 0 || m.applying() == m.applied() + 1, "applying " + m.applying());
        require(m.unwindTo() >= -1 && m.unwindTo() <= m.applied(), "unwinding to " + m.unwindTo());
        for (Disk each : m.disks()) {
            require(each.sizeBytes() > 0, "a disk of " + each.sizeBytes() + " bytes");
        }
        long before = -1;
        for (Cycle each : m.cycles()) {
            require(each.sequence() > before && each.sequence() <= m.received(), "cycle " + each.sequence());
            pieces(each.digests(), disks, "digests of cycle " + each.sequence());
            require(
                    each.redo().isEmpty()
                            || each.redo().size() == each.digests().size(),
                    "segments of cycle " + each.sequence());
            before = each.sequence();
        }
        before = -1;
        for (Point each : m.points()) {
            require(each.sequence() > before && each.sequence() <= m.received(), "point " + each.sequence());
            before = each.sequence();
        }
        before = -1;
        for (Undo each : m.undo()) {
            require(each.from() < each.to() && (before < 0 || each.from() == before), "undo from " + each.from());
            require(each.files().size() == disks, "segments of undo from " + each.from());
            before = each.to();
        }
        require(before < 0 || before == m.applied() || before == m.applying(), "undo up to " + before);
        m.holders().values().forEach(each -> layers(each.layers(), disks));
        m.active().ifPresent(each -> {
            if (!each.layers().isEmpty()) {
                layers(each.layers(), disks);
            }
        });
        require(m.divergence().isEmpty() || m.divergence().size() == disks, "divergence");
        m.unfinished().ifPresent(each -> {
            require(m.role() == Role.REPLICA, "an unfinished cycle of an active VM");
            require(each.missing().size() == disks, "what is missing of an unfinished cycle");
            pieces(each.digests(), disks, "digests of an unfinished cycle");
            require(each.redo().size() == each.digests().size(), "segments of an unfinished cycle");
        });
    }

    private static void pieces(List<String> digests, int disks, String what) {
        require(disks == 0 ? digests.isEmpty() : !digests.isEmpty() && digests.size() % disks == 0, what);
    }

    private static void layers(List<Layers> layers, int disks) {
        require(layers.size() == disks, layers.size() + " layers for " + disks + " disks");
    }

    private static void require(boolean good, String what) {
        if (!good) {
            throw new IllegalArgumentException(what);
        }
    }
}
