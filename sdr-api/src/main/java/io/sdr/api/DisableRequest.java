package io.sdr.api;

import java.util.Optional;

/**
 * Asks to remove a protection: relation, recovery points and tracking of changes on both sides. The active VM and its disks are never
 * touched, whether it runs or not. Once begun, it is only finished, never undone. A side that does not answer holds it up until it
 * does, or until {@link SiteRecovery#forgetUnreachable}. Immutable; the withers give copies.
 */
public final class DisableRequest implements ItemRequest {
    /** What becomes of the other side. */
    public enum OtherSide {
        /** Its VM and disks are kept. */
        KEPT,
        /** What was made there for the item is deleted. */
        DELETED,
        /** It is kept, and the failover that is not committed is committed first. */
        KEPT_AFTER_COMMIT
    }

    private final ItemId item;
    private final OtherSide otherSide;
    private final Optional<String> actor;

    private DisableRequest(ItemId item, OtherSide otherSide, Optional<String> actor) {
        this.item = item;
        this.otherSide = otherSide;
        this.actor = actor;
    }

    /**
     * Asks to keep what lies at the other side. Of a replica everything that was received is applied first, so its disks are those of
     * the newest recovery point; they are attached to the VM there, which stays off and loses its lock against start. All recovery
     * points go, also one that is pinned because what is on it exists nowhere else. A first copy that was not complete is no disk
     * of anything, and is deleted unless a user brought it.
     *
     * @param item the item
     * @return the request
     */
    public static DisableRequest keepingReplica(ItemRef item) {
        return new DisableRequest(item.itemId(), OtherSide.KEPT, Optional.empty());
    }

    /**
     * Asks to delete the replica: the VM that was made for it, and its disks. What a user brought, which is the VM that was once
     * protected and its disks, stays as with {@link #keepingReplica}. Refused, with code {@code NOT_A_REPLICA}, where the other side
     * is no replica but the old disk of a VM that failed over: that may hold what exists nowhere else.
     *
     * @param item the item
     * @return the request
     */
    public static DisableRequest deletingReplica(ItemRef item) {
        return new DisableRequest(item.itemId(), OtherSide.DELETED, Optional.empty());
    }

    /**
     * Asks to commit a failover and to disable then: its recovery points go, and with them the way back by cancelling it. The other
     * side stays as it stands. The only form that is accepted between a failover and its commit.
     *
     * @param item the item
     * @return the request
     */
    public static DisableRequest committingFailover(ItemRef item) {
        return new DisableRequest(item.itemId(), OtherSide.KEPT_AFTER_COMMIT, Optional.empty());
    }

    /**
     * Names who asks.
     *
     * @param value the name
     * @return a copy
     */
    public DisableRequest by(String value) {
        return new DisableRequest(item, otherSide, Optional.of(value));
    }

    /**
     * Tells what becomes of the other side.
     *
     * @return the choice
     */
    public OtherSide otherSide() {
        return otherSide;
    }

    @Override
    public ItemId item() {
        return item;
    }

    @Override
    public Operation operation() {
        return Operation.DISABLE;
    }

    @Override
    public Optional<String> actor() {
        return actor;
    }

    @Override
    public String toString() {
        return RequestText.of(this, "other side " + otherSide);
    }
}
