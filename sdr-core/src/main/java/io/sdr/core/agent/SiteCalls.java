package io.sdr.core.agent;

import io.sdr.api.Consistency;
import io.sdr.api.DiskId;
import io.sdr.api.ItemId;
import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.ChangedRanges;
import io.sdr.api.spi.Checkpoint;
import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.VmObservation;
import io.sdr.core.call.Blob;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * What an agent that runs the driver may ask its controller to do at a site: what the driver needs, for the VM and the item of the
 * relation, and nothing else. What each does is said in {@link io.sdr.api.spi.VmControl} and {@link io.sdr.api.spi.Disks}.
 */
public interface SiteCalls {
    /** Where a frozen disk can be read. */
    sealed interface Frozen permits Here, There {}

    /**
     * At the agent that asks.
     *
     * @param folder its folder
     * @param file its main file
     * @param format its format
     */
    record Here(String folder, String file, String format) implements Frozen {}

    /**
     * At another agent, by a handle.
     *
     * @param host where that agent serves its peers
     * @param port the port
     * @param handle what to show
     */
    record There(String host, int port, Blob handle) implements Frozen {}

    /** As {@link io.sdr.api.spi.VmControl#observe}. */
    Map<VmId, VmObservation> observe(Collection<VmId> vms, CallContext context);

    /** As {@link io.sdr.api.spi.VmControl#attach}. */
    VmObservation attach(VmId vm, List<DiskRef> disks, CallContext context);

    /** As {@link io.sdr.api.spi.Disks#checkpoint}. */
    Checkpoint checkpoint(VmId vm, Consistency consistency, CallContext context);

    /** As {@link io.sdr.api.spi.Disks#changes}. */
    ChangedRanges changes(String since, String until, DiskId disk, CallContext context);

    /** As {@link io.sdr.api.spi.Disks#release}. */
    void release(String checkpoint, boolean keepMark, CallContext context);

    /** As {@link io.sdr.api.spi.Disks#releaseMark}. */
    void releaseMark(String mark, CallContext context);

    /** As {@link io.sdr.api.spi.Disks#leftovers}. */
    List<String> leftovers(VmId vm, CallContext context);

    /** As {@link io.sdr.api.spi.Disks#inReplicaFolder}. */
    DiskRef inReplicaFolder(ItemId item, DiskId disk, String file, String format, long sizeBytes);

    /** As {@link io.sdr.api.spi.Disks#moveToReplicaFolder}. */
    DiskRef moveToReplicaFolder(DiskRef disk, ItemId item, String file, CallContext context);

    /** As {@link io.sdr.api.spi.Disks#frozen}. */
    Frozen frozen(String checkpoint, DiskId disk, CallContext context);

    /** Takes bytes that are about to go to the other site from the throttle of the call that has this token; waits as that says. */
    void take(long bytes, CallContext context);

    /** Gives a frozen disk back that was given. */
    void thaw(Blob handle);
}
