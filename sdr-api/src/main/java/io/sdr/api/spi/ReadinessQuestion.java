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

    /**
     * Can a VM of this configuration run here? What cannot be carried over is a warning, what would keep it from running a blocker.
     *
     * @param name the VM's name
     * @param configuration what it is at the other site; its networks are those of the other site and are not looked at
     */
    record AsHost(String name, VmConfiguration configuration) implements ReadinessQuestion {}
}
