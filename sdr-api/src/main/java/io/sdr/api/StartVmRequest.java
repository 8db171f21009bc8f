package io.sdr.api;

import java.util.Optional;

/** Asks to start the active VM of a failed-over item that does not run. Immutable. */
public final class StartVmRequest implements ItemRequest {
    private final ItemId item;
    private final Optional<String> actor;

    private StartVmRequest(ItemId item, Optional<String> actor) {
        this.item = item;
        this.actor = actor;
    }

    /**
     * Starts the copy that was failed over and is not committed yet, where it was seen to be off.
     *
     * @param item the item
     * @return the request
     */
    public static StartVmRequest of(ItemRef item) {
        return new StartVmRequest(item.itemId(), Optional.empty());
    }

    /**
     * Names who asks.
     *
     * @param value the name
     * @return a copy
     */
    public StartVmRequest by(String value) {
        return new StartVmRequest(item, Optional.of(value));
    }

    @Override
    public ItemId item() {
        return item;
    }

    @Override
    public Operation operation() {
        return Operation.START_VM;
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
