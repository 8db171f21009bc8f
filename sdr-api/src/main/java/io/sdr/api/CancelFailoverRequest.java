package io.sdr.api;

import java.util.Optional;

/** Asks to give a failover up and to go back to the other side. Immutable. */
public final class CancelFailoverRequest implements ItemRequest {
    private final ItemId item;
    private final boolean keepTargetWrites;
    private final Optional<String> actor;

    private CancelFailoverRequest(ItemId item, boolean keepTargetWrites, Optional<String> actor) {
        this.item = item;
        this.keepTargetWrites = keepTargetWrites;
        this.actor = actor;
    }

    /**
     * Goes back and drops what the copy has written since the failover.
     *
     * @param item the item
     * @return the request
     */
    public static CancelFailoverRequest droppingTargetWrites(ItemRef item) {
        return new CancelFailoverRequest(item.itemId(), false, Optional.empty());
    }

    /**
     * Goes back and keeps what the copy has written since the failover as files beside the replica.
     *
     * @param item the item
     * @return the request
     */
    public static CancelFailoverRequest keepingTargetWritesAside(ItemRef item) {
        return new CancelFailoverRequest(item.itemId(), true, Optional.empty());
    }

    /**
     * Names who asks.
     *
     * @param value the name
     * @return a copy
     */
    public CancelFailoverRequest by(String value) {
        return new CancelFailoverRequest(item, keepTargetWrites, Optional.of(value));
    }

    /**
     * Gives whether the copy's writes are kept aside.
     *
     * @return whether the copy's writes are kept aside
     */
    public boolean keepTargetWrites() {
        return keepTargetWrites;
    }

    @Override
    public ItemId item() {
        return item;
    }

    @Override
    public Operation operation() {
        return Operation.CANCEL_FAILOVER;
    }

    @Override
    public Optional<String> actor() {
        return actor;
    }
}
