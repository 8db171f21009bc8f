package io.sdr.api;

import java.util.Optional;

/** Asks to enlarge a replica whose source grew. Immutable. */
public final class GrowReplicaRequest implements ItemRequest {
    private final ItemId item;
    private final Optional<String> actor;

    private GrowReplicaRequest(ItemId item, Optional<String> actor) {
        this.item = item;
        this.actor = actor;
    }

    /**
     * Enlarges the replica's disks to the sizes of the source's, then sends what the source has there. Recovery points stay; a disk
     * that goes to one of them has the new size.
     *
     * @param item the item
     * @return the request
     */
    public static GrowReplicaRequest toSourceSize(ItemRef item) {
        return new GrowReplicaRequest(item.itemId(), Optional.empty());
    }

    /**
     * Names who asks.
     *
     * @param value the name
     * @return a copy
     */
    public GrowReplicaRequest by(String value) {
        return new GrowReplicaRequest(item, Optional.of(value));
    }

    @Override
    public ItemId item() {
        return item;
    }

    @Override
    public Operation operation() {
        return Operation.GROW_REPLICA;
    }

    @Override
    public Optional<String> actor() {
        return actor;
    }

    @Override
    public String toString() {
        return RequestText.of(this);
    }
}
