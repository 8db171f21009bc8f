package io.sdr.api.spi;

import io.sdr.api.VmId;
import java.util.List;
import java.util.Optional;

/**
 * A VM as the inventory lists it.
 *
 * @param id its id
 * @param name its name; not unique
 * @param cloud the cloud that it is in, if any
 * @param host the host that has it now, as the site calls it; empty where the site has no hosts. For people: it may move
 * @param disks its disks, in order
 * @param configuration the rest
 */
public record VmDescription(
        VmId id,
        String name,
        Optional<String> cloud,
        Optional<String> host,
        List<DiskRef> disks,
        VmConfiguration configuration) {
    /** Copies the list. */
    public VmDescription {
        disks = List.copyOf(disks);
    }
}
