package io.sdr.api.spi;

import io.sdr.api.ItemId;
import io.sdr.api.Side;

/**
 * One item's replication in one direction. Every call names it whole: nothing is derived from which side is active.
 *
 * @param item the item
 * @param to the side that is written
 * @param source the VM that is read
 * @param target the VM whose replica is written
 */
public record ReplicaLink(ItemId item, Side to, Endpoint source, Endpoint target) {
    /**
     * Turns the direction round.
     *
     * @return the link back
     */
    public ReplicaLink reversed() {
        return new ReplicaLink(item, to.other(), target, source);
    }
}
