package io.sdr.api;

import java.util.Optional;

/** Asks to replicate from the active side back to the other one, whose disks are overwritten. Immutable. */
public final class ReverseRequest implements ItemRequest {
    private final ItemId item;
    private final Side overwritten;
    private final boolean inPlace;
    private final Optional<String> actor;

    private ReverseRequest(ItemId item, Side overwritten, boolean inPlace, Optional<String> actor) {
        this.item = item;
        this.overwritten = overwritten;
        this.inPlace = inPlace;
        this.actor = actor;
    }

    /**
     * Replicates towards a side. Its present disks become the base of a replica with a pinned recovery point, so its writes that
     * were never replicated are kept until they are discarded on purpose.
     *
     * @param side the side whose disks are overwritten; refused if it is the active one
     * @param item the item
     * @return the request
     */
    public static ReverseRequest overwriting(Side side, ItemRef item) {
        return new ReverseRequest(item.itemId(), side, false, Optional.empty());
    }

    /**
     * Writes over that side's disks instead of keeping them as they stood, because there is not the room for both. This gives up for
     * good what was written there and never replicated. Until the copy is complete that side cannot be started, and the job cannot
     * be cancelled.
     *
     * @return a copy
     */
    public ReverseRequest replaceInPlace() {
        return new ReverseRequest(item, overwritten, true, actor);
    }

    /**
     * Tells whether that side's disks are written over.
     *
     * @return true if they are
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
    public ReverseRequest by(String value) {
        return new ReverseRequest(item, overwritten, inPlace, Optional.of(value));
    }

    /**
     * Gives the side whose disks are overwritten.
     *
     * @return the side whose disks are overwritten
     */
    public Side overwritten() {
        return overwritten;
    }

    @Override
    public ItemId item() {
        return item;
    }

    @Override
    public Operation operation() {
        return Operation.REVERSE_REPLICATE;
    }

    @Override
    public Optional<String> actor() {
        return actor;
    }
}
