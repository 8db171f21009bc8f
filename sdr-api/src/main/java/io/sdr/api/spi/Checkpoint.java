package io.sdr.api.spi;

import io.sdr.api.Consistency;
import io.sdr.api.VmId;
import java.time.Instant;
import java.util.List;

/**
 * All disks of a VM, frozen at one moment. The moment is also a change mark of the same id.
 *
 * @param id its id within the site, made from the token of the call
 * @param vm the VM
 * @param time when, by the site's clock
 * @param consistency what was reached
 * @param disks the disks, as attached at that moment
 */
public record Checkpoint(String id, VmId vm, Instant time, Consistency consistency, List<DiskRef> disks) {
    /** Copies the list. */
    public Checkpoint {
        disks = List.copyOf(disks);
    }
}
