package io.sdr.core.replication;

import io.sdr.api.CorruptException;
import io.sdr.core.replication.Manifest.Undo;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The file beside the base that says: a cycle is being written into it. The manifest says so, too, and alone counts; the file is
 * for people, and for a repair whose manifest is damaged.
 */
final class Marker {
    private static final String KIND = "sdr-applying";
    private static final String TORN = "torn";

    private final ReplicaFiles files;

    Marker(ReplicaFiles files) {
        this.files = files;
    }

    /** What the marker tells: the base goes from {@code undo.from()} to {@code undo.to()}. */
    void put(String lineage, Undo undo) {
        files.folder().delete(ReplicaFiles.MARKER);
        ObjectNode body = Envelope.newBody();
        body.put("lineage", lineage);
        body.put("from", undo.from());
        body.put("to", undo.to());
        ArrayNode names = body.putArray("undo");
        undo.files().forEach(names::add);
        Envelope.write(files.folder(), ReplicaFiles.MARKER, KIND, body);
    }

    /** What the marker tells: the base is being written over, and is at no point. */
    void putTorn(String lineage) {
        files.folder().delete(ReplicaFiles.MARKER);
        ObjectNode body = Envelope.newBody();
        body.put("lineage", lineage);
        body.put(TORN, 1);
        Envelope.write(files.folder(), ReplicaFiles.MARKER, KIND, body);
    }

    /** Whether it says, for this lineage, that the base is at no point. */
    boolean isTorn(String lineage) {
        if (!exists()) {
            return false;
        }
        try {
            Fields f = Envelope.read(files.folder(), ReplicaFiles.MARKER, KIND);
            return f.has(TORN) && f.text("lineage").equals(lineage);
        } catch (CorruptException e) {
            return false;
        }
    }

    boolean exists() {
        return files.folder().find(ReplicaFiles.MARKER).isPresent();
    }

    /** Reads it; empty if there is none of this lineage, or it was not yet whole when its writer died. */
    Optional<Undo> read(String lineage) {
        if (!exists()) {
            return Optional.empty();
        }
        try {
            Fields f = Envelope.read(files.folder(), ReplicaFiles.MARKER, KIND);
            List<String> names = f.texts("undo");
            return f.text("lineage").equals(lineage)
                    ? Optional.of(new Undo(f.number("from"), f.number("to"), names))
                    : Optional.empty();
        } catch (CorruptException e) {
            return Optional.empty();
        }
    }

    void remove() {
        files.folder().delete(ReplicaFiles.MARKER);
    }
}
