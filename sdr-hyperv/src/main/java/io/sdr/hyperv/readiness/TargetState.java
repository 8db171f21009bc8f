package io.sdr.hyperv.readiness;

import io.sdr.api.SiteId;
import io.sdr.api.spi.DiskRef;
import io.sdr.hyperv.access.HostPath;
import io.sdr.hyperv.host.Volume;
import java.util.List;
import java.util.Optional;

/**
 * A host on which a replica shall be kept.
 *
 * @param site its site
 * @param host its name
 * @param folder the folder of replicas there
 * @param volumes its volumes
 * @param disks the disks to replicate
 * @param roomBytes the room that they may need
 * @param driver what would keep the replica
 */
public record TargetState(
        SiteId site,
        String host,
        HostPath folder,
        List<Volume> volumes,
        List<DiskRef> disks,
        long roomBytes,
        SourceState.Driver driver) {
    public TargetState {
        volumes = List.copyOf(volumes);
        disks = List.copyOf(disks);
    }

    /** Whether the folder of replicas is used: Hyper-V Replica keeps its own where its replica server says. */
    boolean usesFolder() {
        return driver == SourceState.Driver.SDR;
    }

    String place() {
        return "folder " + folder + " of host " + host;
    }

    /** The volume that holds the folder. */
    Optional<Volume> volume() {
        return Volume.holding(volumes, folder);
    }
}
