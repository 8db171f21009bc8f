package io.sdr.hyperv.simulation;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A checkpoint of a VM: of a user, of a backup (recovery), or of Hyper-V Replica. */
final class SimulatedSnapshot {
    /** What was frozen of one disk: the file, and the moment of its change tracking. */
    static final class Frozen {
        final SimulatedDrive drive;
        final long moment;
        String path;

        Frozen(SimulatedDrive drive, String path, long moment) {
            this.drive = drive;
            this.path = path;
            this.moment = moment;
        }
    }

    /** Names of Hyper-V's enumeration {@code SnapshotType}. */
    enum Type {
        Standard,
        Recovery,
        Replica,
        AppConsistentReplica
    }

    final String id;
    final String name;
    final Type type;
    final Instant time;
    final List<Frozen> frozen = new ArrayList<>();

    SimulatedSnapshot(String id, String name, Type type, Instant time) {
        this.id = id;
        this.name = name;
        this.type = type;
        this.time = time;
    }

    /** As WMI names it. */
    String instanceId() {
        return "Microsoft:" + id.toUpperCase(java.util.Locale.ROOT);
    }
}
