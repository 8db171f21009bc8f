package io.sdr.api;

import java.util.Optional;

/** Asks to accept a failover. All recovery points go. Immutable. */
public final class CommitRequest implements ItemRequest {
    private final ItemId item;
    private final Optional<String> actor;

    private CommitRequest(ItemId item, Optional<String> actor) {
        this.item = item;
        this.actor = actor;
    }

    /**
     * Accepts the failover; all recovery points go.
     *
     * @param item the item
     * @return the request
     */
    public static CommitRequest droppingAllPoints(ItemRef item) {
        return new CommitRequest(item.itemId(), Optional.empty());
    }

    /**
     * Names who asks.
     *
     * @param value the name
     * @return a copy
     */
    public CommitRequest by(String value) {
        return new CommitRequest(item, Optional.of(value));
    }

    @Override
    public ItemId item() {
        return item;
    }

    @Override
    public Operation operation() {
        return Operation.COMMIT;
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
