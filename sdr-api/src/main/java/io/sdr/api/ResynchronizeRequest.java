package io.sdr.api;

import java.util.Optional;

/** Asks to bring a replica whose history broke back in line. Immutable. */
public final class ResynchronizeRequest implements ItemRequest {
    private final ItemId item;
    private final boolean inPlace;
    private final Optional<String> actor;

    private ResynchronizeRequest(ItemId item, boolean inPlace, Optional<String> actor) {
        this.item = item;
        this.inPlace = inPlace;
        this.actor = actor;
    }

    /**
     * Compares the replica with the source as one more cycle, or seeds a replica that is gone again. Recovery points stay, unless the
     * replica was changed outside ({@link ResyncCause#REPLICA_SUSPECT}): then nothing vouches for them, and the resynchronisation
     * drops them when it is complete.
     *
     * @param item the item
     * @return the request
     */
    public static ResynchronizeRequest comparing(ItemRef item) {
        return new ResynchronizeRequest(item.itemId(), false, Optional.empty());
    }

    /**
     * Writes differences straight into the replica instead of keeping them beside it, because there is not the room for both. This
     * gives up all recovery points as soon as the first byte is written: until the comparison is complete the replica cannot be
     * started, and the job cannot be cancelled.
     *
     * @return a copy
     */
    public ResynchronizeRequest replaceInPlace() {
        return new ResynchronizeRequest(item, true, actor);
    }

    /**
     * Tells whether the replica is written over.
     *
     * @return true if it is
     */
    public boolean replacesInPlace() {
        return inPlace;
    }

    /**
     * Names who asks.
     *
     * @param value the name
     * @return a copy
     */
    public ResynchronizeRequest by(String value) {
        return new ResynchronizeRequest(item, inPlace, Optional.of(value));
    }

    @Override
    public ItemId item() {
        return item;
    }

    @Override
    public Operation operation() {
        return Operation.RESYNCHRONIZE;
    }

    @Override
    public Optional<String> actor() {
        return actor;
    }

    @Override
    public String toString() {
        return RequestText.of(this, RequestText.when(inPlace, "in place"));
    }
}
