package io.sdr.benchmarks.drill;

import io.sdr.api.ItemId;
import io.sdr.api.Side;
import io.sdr.api.Site;
import java.nio.file.Path;

/** The two sites of the drill and the VM on them, seen as their administrator sees them. */
interface DrillSites extends AutoCloseable {
    /** The name of the VM. */
    String VM = "drill-vm";

    Site site(Side side);

    /** The way to the disk of the VM that runs at a side. */
    GuestDisk guest(Side side);

    /** The file of the disk that is attached to the VM at a side; a layer's parents lie beside it. */
    Path attached(Side side);

    /** The base file of an item's replica at a side. */
    Path replica(Side side, ItemId item);

    /** Takes the power of the VM at a side away, as somebody who shuts the house down does. */
    void turnOff(Side side, ItemId item, long epoch);

    @Override
    void close();
}
