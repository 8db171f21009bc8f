package io.sdr.api.spi;

import java.util.List;
import java.util.Set;

/** What a site is asked about before protection. */
public sealed interface ReadinessQuestion {
    /**
     * Can this VM be the source?
     *
     * @param vm the VM
     * @param driver what the driver promises that would carry its data: what only reading its disks needs is no fault for one with
     *     {@link DriverCapabilities.Flag#OWNS_VMS}
     */
    record AsSource(VmDescription vm, DriverCapabilities driver) implements ReadinessQuestion {
        /**
         * Asks for a driver that reads the VM's disks.
         *
         * @param vm the VM
         */
        public AsSource(VmDescription vm) {
            this(vm, new DriverCapabilities(Set.of()));
        }
    }

    /**
     * Can a replica of these disks be kept here? Too little room is a warning, code {@code NO_ROOM}: how much of a disk is data is
     * known only when it is copied.
     *
     * @param disks the source's disks
     * @param roomBytes the most room that may be needed, in bytes: as if the disks were full of data
     * @param driver what the driver promises that would keep it: one with {@link DriverCapabilities.Flag#OWNS_VMS} keeps it where its
     *     product says, not in the site's folder of replicas
     */
    record AsTarget(List<DiskRef> disks, long roomBytes, DriverCapabilities driver) implements ReadinessQuestion {
        /**
         * Asks for a driver that keeps replicas in the site's folder.
         *
         * @param disks the source's disks
         * @param roomBytes the room needed, in bytes
         */
        public AsTarget(List<DiskRef> disks, long roomBytes) {
            this(disks, roomBytes, new DriverCapabilities(Set.of()));
        }

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
