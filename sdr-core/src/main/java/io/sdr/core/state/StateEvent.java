package io.sdr.core.state;

import io.sdr.api.ResyncCause;
import java.util.Optional;

/** What happens to an item without being an operation. */
public enum StateEvent {
    /** Protecting: placeholder and tracking are there, the first copy begins. */
    BASE_COPY_STARTED("the first copy begins"),
    /** Protecting: the target holds its first recovery point. */
    FIRST_POINT("first recovery point"),
    /** Protecting was taken back. */
    ENABLING_UNDONE("protecting was undone"),
    /** A cycle did not follow the one before. */
    GAP("gap", ResyncCause.SOURCE_HISTORY_LOST),
    /** The source no longer knows what it changed. */
    TRACKING_LOST("tracking lost", ResyncCause.SOURCE_HISTORY_LOST),
    /** The replica's base was changed outside. */
    REPLICA_CHANGED("replica changed outside", ResyncCause.REPLICA_SUSPECT),
    /** The replica is gone. */
    REPLICA_GONE("replica gone", ResyncCause.REPLICA_MISSING),
    /** A source disk has another size than its replica. */
    SIZE_CHANGED("size changed", ResyncCause.GEOMETRY),
    /** Of two copies that ran, the one that a cancelled failover had left behind survives. */
    COPY_SURVIVES("the copy survives"),
    /** First contact with the side that is not active, after it was lost. */
    OTHER_SIDE_BACK("other side back");

    private final String words;
    private final Optional<ResyncCause> cause;

    StateEvent(String words) {
        this.words = words;
        this.cause = Optional.empty();
    }

    StateEvent(String words, ResyncCause cause) {
        this.words = words;
        this.cause = Optional.of(cause);
    }

    /**
     * Gives the name for people.
     *
     * @return the words
     */
    public String words() {
        return words;
    }

    /**
     * Tells why the item has to be brought back in line after this event.
     *
     * @return the cause to keep with the item; empty where the history is whole
     */
    public Optional<ResyncCause> cause() {
        return cause;
    }
}
