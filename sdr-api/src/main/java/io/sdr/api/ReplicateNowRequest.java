package io.sdr.api;

import java.util.Optional;

/** Asks for one cycle now. Immutable. */
public final class ReplicateNowRequest implements ItemRequest {
    private final ItemId item;
    private final Consistency consistency;
    private final Optional<String> actor;

    private ReplicateNowRequest(ItemId item, Consistency consistency, Optional<String> actor) {
        this.item = item;
        this.consistency = consistency;
        this.actor = actor;
    }

    /**
     * Asks for a crash-consistent point.
     *
     * @param item the item
     * @return the request
     */
    public static ReplicateNowRequest crashConsistent(ItemRef item) {
        return new ReplicateNowRequest(item.itemId(), Consistency.CRASH_CONSISTENT, Optional.empty());
    }

    /**
     * Asks for an application-consistent point.
     *
     * @param item the item
     * @return the request
     */
    public static ReplicateNowRequest applicationConsistent(ItemRef item) {
        return new ReplicateNowRequest(item.itemId(), Consistency.APPLICATION_CONSISTENT, Optional.empty());
    }

    /**
     * Names who asks.
     *
     * @param value the name
     * @return a copy
     */
    public ReplicateNowRequest by(String value) {
        return new ReplicateNowRequest(item, consistency, Optional.of(value));
    }

    /**
     * Gives the consistency of the recovery point.
     *
     * @return the consistency of the recovery point
     */
    public Consistency consistency() {
        return consistency;
    }

    @Override
    public ItemId item() {
        return item;
    }

    @Override
    public Operation operation() {
        return Operation.REPLICATE_NOW;
    }

    @Override
    public Optional<String> actor() {
        return actor;
    }

    @Override
    public String toString() {
        return RequestText.of(this, consistency.toString());
    }
}
