package io.sdr.api.spi;

import java.util.List;

/** What a site is asked about before protection. */
public sealed interface ReadinessQuestion {
    /**
     * Can this VM be the source?
     *
     * @param vm the VM
     */
    record AsSource(VmDescription vm) implements ReadinessQuestion {}

    /**
     * Can a replica of these disks be kept here?
     *
     * @param disks the source's disks
     * @param roomBytes the room needed, in bytes
     */
    record AsTarget(List<DiskRef> disks, long roomBytes) implements ReadinessQuestion {
        /** Copies the list. */
        public AsTarget {
            disks = List.copyOf(disks);
        }
    }
}
