package io.sdr.api;

/** The two sides of a replicated item, as it was first protected. They never swap; what moves is the active side. */
public enum Side {
    /** Where the VM ran when it was first protected. */
    PRIMARY,
    /** The other site. */
    RECOVERY;

    /**
     * Gives the opposite side.
     *
     * @return {@link #RECOVERY} for {@link #PRIMARY} and the reverse
     */
    public Side other() {
        return this == PRIMARY ? RECOVERY : PRIMARY;
    }
}
