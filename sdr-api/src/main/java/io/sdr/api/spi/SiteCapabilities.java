package io.sdr.api.spi;

import java.util.Set;

/**
 * What a site can do. The contract suite runs the tests of each flag where it is claimed.
 *
 * @param flags the claims
 */
public record SiteCapabilities(Set<Flag> flags) {
    /** One claim. */
    public enum Flag {
        /** The site tells which ranges changed between two checkpoints. */
        CHANGED_RANGES,
        /** It can make a checkpoint at which the guest's applications had finished writing. */
        APPLICATION_CONSISTENT,
        /** A lock against start holds against everybody, not only against the engine. */
        START_LOCK_ENFORCED,
        /** It tells since when a VM is off. Without it, whether an old side ran beside the other one is only suspected. */
        OFF_SINCE,
        /** It tells whether the guest answers. */
        HEARTBEAT,
        /** It can isolate a VM in a network of its own. */
        ISOLATED_NETWORK,
        /** It can give a guest its addresses at start. */
        GUEST_ADDRESSES
    }

    /** Copies the set. */
    public SiteCapabilities {
        flags = Set.copyOf(flags);
    }

    /**
     * Looks for a claim.
     *
     * @param flag the claim
     * @return whether it is made
     */
    public boolean has(Flag flag) {
        return flags.contains(flag);
    }
}
