package io.sdr.api;

import java.util.Optional;

/** Asks to give a failover up and to go back to the other side. Immutable. */
public final class CancelFailoverRequest implements ItemRequest {
    private final ItemId item;
    private final boolean keepTargetWrites;
    private final Optional<String> acceptTwoRunning;
    private final Optional<FailoverPlan.DownConfirmation> copyConfirmedDown;
    private final Optional<String> actor;

    private CancelFailoverRequest(
            ItemId item,
            boolean keepTargetWrites,
            Optional<String> acceptTwoRunning,
            Optional<FailoverPlan.DownConfirmation> copyConfirmedDown,
            Optional<String> actor) {
        this.item = item;
        this.keepTargetWrites = keepTargetWrites;
        this.acceptTwoRunning = acceptTwoRunning;
        this.copyConfirmedDown = copyConfirmedDown;
        this.actor = actor;
    }

    private static CancelFailoverRequest of(ItemRef item, boolean keepTargetWrites) {
        return new CancelFailoverRequest(
                item.itemId(), keepTargetWrites, Optional.empty(), Optional.empty(), Optional.empty());
    }

    /**
     * Goes back and drops what the copy has written since the failover.
     *
     * @param item the item
     * @return the request
     */
    public static CancelFailoverRequest droppingTargetWrites(ItemRef item) {
        return of(item, false);
    }

    /**
     * Goes back and keeps what the copy has written since the failover as files beside the replica.
     *
     * @param item the item
     * @return the request
     */
    public static CancelFailoverRequest keepingTargetWritesAside(ItemRef item) {
        return of(item, true);
    }

    /**
     * Accepts in advance that the copy may run on beside the other side's VM. Without it, and without
     * {@link #copyConfirmedDown}, the job asks when the copy's site does not answer.
     *
     * @param reason why, for the records
     * @return a copy
     */
    public CancelFailoverRequest acceptTwoRunning(String reason) {
        return new CancelFailoverRequest(item, keepTargetWrites, Optional.of(reason), copyConfirmedDown, actor);
    }

    /**
     * Records the caller's word that the copy is down, for the case that its site does not answer. Where the site answers, what is
     * seen there counts.
     *
     * @param by who says so
     * @param how how it was made sure
     * @return a copy
     */
    public CancelFailoverRequest copyConfirmedDown(String by, String how) {
        return new CancelFailoverRequest(
                item,
                keepTargetWrites,
                acceptTwoRunning,
                Optional.of(new FailoverPlan.DownConfirmation(by, how)),
                actor);
    }

    /**
     * Names who asks.
     *
     * @param value the name
     * @return a copy
     */
    public CancelFailoverRequest by(String value) {
        return new CancelFailoverRequest(
                item, keepTargetWrites, acceptTwoRunning, copyConfirmedDown, Optional.of(value));
    }

    /**
     * Tells whether the copy's writes are kept aside.
     *
     * @return true if they are
     */
    public boolean keepsTargetWrites() {
        return keepTargetWrites;
    }

    /**
     * Tells whether and why two running copies are accepted.
     *
     * @return the reason, or empty if they are not
     */
    public Optional<String> twoRunningAccepted() {
        return acceptTwoRunning;
    }

    /**
     * Gives the caller's word that the copy is down.
     *
     * @return the word, or empty
     */
    public Optional<FailoverPlan.DownConfirmation> downConfirmation() {
        return copyConfirmedDown;
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

    @Override
    public String toString() {
        return RequestText.of(this, (keepTargetWrites ? "keeping" : "dropping") + " what the copy wrote");
    }
}
