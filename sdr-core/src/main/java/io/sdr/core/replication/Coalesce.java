package io.sdr.core.replication;

import io.sdr.api.CorruptException;
import io.sdr.core.replication.Manifest.Point;
import io.sdr.core.replication.Manifest.Undo;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Joins undo data between two kept points, so that it takes the room of one: where it overlaps the oldest value wins. Done once for
 * each pair of points, when both stay; the stretch up to the applied cycle grows until then.
 */
final class Coalesce {
    private static final Logger LOG = LoggerFactory.getLogger(Coalesce.class);

    /** So many files in the open stretch are joined although it is not closed yet. */
    private static final int MAX_OPEN = 16;

    private final ReplicaFiles files;

    Coalesce(ReplicaFiles files) {
        this.files = files;
    }

    Manifest run(Manifest m) {
        Manifest now = m;
        for (Optional<List<Undo>> stretch = find(now); stretch.isPresent(); stretch = find(now)) {
            Optional<Manifest> joined = join(now, stretch.get());
            if (joined.isEmpty()) {
                return now;
            }
            now = joined.get();
        }
        return now;
    }

    private static Optional<List<Undo>> find(Manifest m) {
        Set<Long> bounds = new HashSet<>();
        for (Point each : m.points()) {
            bounds.add(each.sequence());
        }
        List<Undo> stretch = new ArrayList<>();
        for (Undo each : m.undo()) {
            stretch.add(each);
            boolean closed = bounds.contains(each.to()) && each.to() != m.applied();
            if (stretch.size() > (closed ? 1 : MAX_OPEN) && (closed || each.to() == m.applied())) {
                return Optional.of(stretch);
            }
            if (closed) {
                stretch = new ArrayList<>();
            }
        }
        return Optional.empty();
    }

    /** Empty if it cannot be done: too large for memory, or damaged. Then all stays as it is. */
    private Optional<Manifest> join(Manifest m, List<Undo> stretch) {
        long from = stretch.get(0).from();
        long to = stretch.get(stretch.size() - 1).to();
        List<String> names = new ArrayList<>();
        try {
            for (int k = 0; k < m.disks().size(); k++) {
                String name = ReplicaFiles.undoName(from, to, k);
                if (!join(m, stretch, k, name)) {
                    files.folder().delete(name);
                    return Optional.empty();
                }
                names.add(name);
            }
        } catch (CorruptException e) {
            LOG.warn("item {}: undo data is damaged; left as it is", m.item(), e);
            return Optional.empty();
        }
        files.folder().force();
        Manifest.Edit edit = m.edit();
        int at = edit.undo.indexOf(stretch.get(0));
        edit.undo.removeAll(stretch);
        edit.undo.add(at, new Undo(from, to, names));
        Manifest done = files.store().publish(edit.build());
        stretch.forEach(each -> files.delete(each.files()));
        return Optional.of(done);
    }

    private boolean join(Manifest m, List<Undo> stretch, int disk, String name) {
        List<SegmentReader> segments = new ArrayList<>();
        try {
            for (Undo each : stretch) {
                segments.add(files.openUndo(m, each, disk));
            }
            Optional<Overlay> overlay = Overlay.of(segments);
            if (overlay.isEmpty()) {
                return false;
            }
            long from = stretch.get(0).from();
            long to = stretch.get(stretch.size() - 1).to();
            files.folder().delete(name); // unnamed: from a run that died
            try (SegmentWriter writer =
                    SegmentWriter.create(files.folder(), name, files.undoHeader(m, disk, from, to))) {
                overlay.get().replay(files.untilCancelled(writer));
                writer.finish();
            }
            return true;
        } finally {
            segments.forEach(SegmentReader::close);
        }
    }
}
