package io.sdr.api;

import java.util.Optional;

/**
 * Says which copy survives after both ran, or may have run. The other one is stopped and locked; nothing of it is deleted.
 * Immutable.
 */
public final class ResolveRequest implements ItemRequest {
    private final ItemId item;
    private final Side survivor;
    private final boolean activeStays;
    private final Optional<String> acceptTwoRunning;
    private final Optional<FailoverPlan.DownConfirmation> otherConfirmedDown;
    private final Optional<String> actor;

    private ResolveRequest(
            ItemId item,
            Side survivor,
            boolean activeStays,
            Optional<String> acceptTwoRunning,
            Optional<FailoverPlan.DownConfirmation> otherConfirmedDown,
            Optional<String> actor) {
        this.item = item;
        this.survivor = survivor;
        this.activeStays = activeStays;
        this.acceptTwoRunning = acceptTwoRunning;
        this.otherConfirmedDown = otherConfirmedDown;
        this.actor = actor;
    }

    /**
     * The active side survives: its VM is not touched. What the other one wrote stays on its disks, until a reverse replication
     * keeps it as a recovery point.
     *
     * @param survivor the side that is active; refused if it is not
     * @param item the item
     * @return the request
     */
    public static ResolveRequest keepingActiveSide(Side survivor, ItemRef item) {
        return new ResolveRequest(item.itemId(), survivor, true, Optional.empty(), Optional.empty(), Optional.empty());
    }

    /**
     * The other side survives: the VM that runs at the active side is stopped, and what it wrote since the failover leaves the VM's
     * life. It is kept: as files beside the replica while the failover is not committed, else on the disks, until a reverse
     * replication keeps them as a recovery point.
     *
     * @param survivor the side that is not active; refused if it is
     * @param item the item
     * @return the request
     */
    public static ResolveRequest givingUpActiveSide(Side survivor, ItemRef item) {
        return new ResolveRequest(item.itemId(), survivor, false, Optional.empty(), Optional.empty(), Optional.empty());
    }

    /**
     * Accepts in advance that the copy that does not survive may run on, for the case that its site does not answer. Without it, and
     * without {@link #otherConfirmedDown}, the job asks then.
     *
     * @param reason why, for the records
     * @return a copy
     */
    public ResolveRequest acceptTwoRunning(String reason) {
        return new ResolveRequest(item, survivor, activeStays, Optional.of(reason), otherConfirmedDown, actor);
    }

    /**
     * Records the caller's word that the copy that does not survive is down, for the case that its site does not answer. Where the
     * site answers, what is seen there counts.
     *
     * @param by who says so
     * @param how how it was made sure
     * @return a copy
     */
    public ResolveRequest otherConfirmedDown(String by, String how) {
        return new ResolveRequest(
                item,
                survivor,
                activeStays,
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
    public ResolveRequest by(String value) {
        return new ResolveRequest(
                item, survivor, activeStays, acceptTwoRunning, otherConfirmedDown, Optional.of(value));
    }

    /**
     * Names the side that survives.
     *
     * @return the side
     */
    public Side survivor() {
        return survivor;
    }

    /**
     * Tells whether the active side survives.
     *
     * @return true if so; false if the roles change
     */
    public boolean keepsActiveSide() {
        return activeStays;
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
     * Gives the caller's word that the copy that does not survive is down.
     *
     * @return the word, or empty
     */
    public Optional<FailoverPlan.DownConfirmation> downConfirmation() {
        return otherConfirmedDown;
    }

    @Override
    public ItemId item() {
        return item;
    }

    @Override
    public Operation operation() {
        return Operation.RESOLVE_DIVERGENCE;
    }

    @Override
    public Optional<String> actor() {
        return actor;
    }

    @Override
    public String toString() {
        return RequestText.of(this, survivor + " survives", RequestText.when(activeStays, "it stays active"));
    }
}
