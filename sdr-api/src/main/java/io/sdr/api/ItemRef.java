package io.sdr.api;

/**
 * Whatever names a replicated item: its {@link ItemId} or any snapshot of it. Verbs take a reference and use only the id, so a
 * stale snapshot does no harm.
 */
public interface ItemRef {
    /**
     * Names the item.
     *
     * @return the item's id
     */
    ItemId itemId();
}
