package io.sdr.benchmarks.drill;

import java.util.List;

/** How the drill's guest writes to the disk of its running VM. */
interface GuestDisk {
    /**
     * Makes some writes that belong together: an application-consistent checkpoint holds all of them or none. Durable on
     * return.
     */
    void transaction(List<GuestWrite> writes);
}
