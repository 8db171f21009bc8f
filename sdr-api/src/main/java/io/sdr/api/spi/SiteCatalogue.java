package io.sdr.api.spi;

import io.sdr.api.ItemId;
import java.util.List;
import java.util.Optional;

/**
 * A site's memory of decisions: the truth about who is active. Not the engine's store, but these records judge. Reads throw
 * {@link io.sdr.api.RetryableException} if the site does not answer; a lost answer to a change throws
 * {@link io.sdr.api.OutcomeUnknownException}; a damaged record throws {@link io.sdr.api.CorruptException}.
 */
public interface SiteCatalogue {
    /**
     * Creates a decision, whole and durable, unless one of this number exists. Whoever creates it decides.
     *
     * @param decision the decision
     * @param context the call
     * @return the record that is there now: this one, or the one that was there before
     */
    EpochRecord createIfAbsent(EpochRecord decision, CallContext context);

    /**
     * Reads one decision.
     *
     * @param item the item
     * @param epoch its number
     * @param context the call
     * @return the record, or empty
     */
    Optional<EpochRecord> read(ItemId item, long epoch, CallContext context);

    /**
     * Reads the decision of the highest number.
     *
     * @param item the item
     * @param context the call
     * @return the record, or empty if the item has none here
     */
    Optional<EpochRecord> readHighest(ItemId item, CallContext context);

    /**
     * Writes or replaces a document of an item, whole and durable: its manifest, configuration, undelivered notes.
     *
     * @param item the item
     * @param name the document's name: 1 to 64 characters of {@code [a-z0-9-]}
     * @param json its content
     * @param context the call
     */
    void putDocument(ItemId item, String name, String json, CallContext context);

    /**
     * Reads a document.
     *
     * @param item the item
     * @param name its name
     * @param context the call
     * @return its content, or empty
     */
    Optional<String> document(ItemId item, String name, CallContext context);

    /**
     * Lists the items that have anything here.
     *
     * @param context the call
     * @return their ids, sorted
     */
    List<ItemId> items(CallContext context);

    /**
     * Removes everything of an item. Missing is done.
     *
     * @param item the item
     * @param context the call
     */
    void forget(ItemId item, CallContext context);
}
