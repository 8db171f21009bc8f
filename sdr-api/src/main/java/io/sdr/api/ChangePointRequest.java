package io.sdr.api;

import java.util.Optional;

/** Asks to start the failed-over copy from another recovery point. Immutable. */
public final class ChangePointRequest implements ItemRequest {
    private final ItemId item;
    private final RecoveryPointSelector point;
    private final Optional<String> actor;

    private ChangePointRequest(ItemId item, RecoveryPointSelector point, Optional<String> actor) {
        this.item = item;
        this.point = point;
        this.actor = actor;
    }

    /**
     * Goes to another point. What the running copy has written since the failover is lost: calling this confirms it.
     *
     * @param item the item
     * @param point the point
     * @return the request
     */
    public static ChangePointRequest discardingTargetWrites(ItemRef item, RecoveryPointSelector point) {
        return new ChangePointRequest(item.itemId(), point, Optional.empty());
    }

    /**
     * Names who asks.
     *
     * @param value the name
     * @return a copy
     */
    public ChangePointRequest by(String value) {
        return new ChangePointRequest(item, point, Optional.of(value));
    }

    /**
     * Gives the point to go to.
     *
     * @return the point to go to
     */
    public RecoveryPointSelector point() {
        return point;
    }

    @Override
    public ItemId item() {
        return item;
    }

    @Override
    public Operation operation() {
        return Operation.CHANGE_RECOVERY_POINT;
    }

    @Override
    public Optional<String> actor() {
        return actor;
    }

    @Override
    public String toString() {
        return RequestText.of(this, "to " + point);
    }
}
