package io.sdr.api;

import java.util.Optional;

/** Asks to remove what a test failover made. Never touches the active side. Immutable; the withers give copies. */
public final class TestCleanupRequest implements ItemRequest {
    private final ItemId item;
    private final boolean leaving;
    private final String notes;
    private final Optional<String> actor;

    private TestCleanupRequest(ItemId item, boolean leaving, String notes, Optional<String> actor) {
        this.item = item;
        this.leaving = leaving;
        this.notes = notes;
        this.actor = actor;
    }

    /**
     * Asks to remove everything; what cannot be removed lets the job fail, and it can be asked for again.
     *
     * @param item the item
     * @return the request, without notes
     */
    public static TestCleanupRequest removingEverything(ItemRef item) {
        return new TestCleanupRequest(item.itemId(), false, "", Optional.empty());
    }

    /**
     * Asks for a forced cleanup: what cannot be removed is left behind and stays listed in {@link ReplicatedItem#drill()}; the
     * drill does not pass then. The VM must still be off and its disks detached: while something may write to a layer of the
     * replica, the cleanup fails.
     *
     * @param item the item
     * @return the request, without notes
     */
    public static TestCleanupRequest leavingBehindWhatCannotBeRemoved(ItemRef item) {
        return new TestCleanupRequest(item.itemId(), true, "", Optional.empty());
    }

    /**
     * Notes something for the drill's report.
     *
     * @param text what was seen
     * @return a copy
     */
    public TestCleanupRequest notes(String text) {
        return new TestCleanupRequest(item, leaving, text, actor);
    }

    /**
     * Names who asks.
     *
     * @param value the name
     * @return a copy
     */
    public TestCleanupRequest by(String value) {
        return new TestCleanupRequest(item, leaving, notes, Optional.of(value));
    }

    /**
     * Tells whether what cannot be removed is left behind.
     *
     * @return true for a forced cleanup
     */
    public boolean leavesBehind() {
        return leaving;
    }

    /**
     * Gives the notes.
     *
     * @return the notes; empty for none
     */
    public String notes() {
        return notes;
    }

    @Override
    public ItemId item() {
        return item;
    }

    @Override
    public Operation operation() {
        return Operation.TEST_CLEANUP;
    }

    @Override
    public Optional<String> actor() {
        return actor;
    }

    @Override
    public String toString() {
        return RequestText.of(this, RequestText.when(leaving, "leaving behind what cannot be removed"));
    }
}
