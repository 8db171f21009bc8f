package io.sdr.core.state;

import io.sdr.api.ResyncCause;

/** What a person has to know and accept before an operation. */
public enum Confirmation {
    /** Nothing. */
    NONE("") {
        @Override
        boolean neededFor(ItemFacts facts) {
            return false;
        }
    },
    /** The other side starts from its old disk. */
    OLD_DISK("the other side starts from its old disk as it stood; what the active side wrote since is not on it"),
    /** The recovery points go. */
    COMMITS_FIRST("the failover is committed first: its recovery points are dropped"),
    /** The replica was changed outside. */
    POINTS_UNVERIFIED("the replica was changed outside, so its recovery points are unverified") {
        @Override
        boolean neededFor(ItemFacts facts) {
            return facts.resyncCause()
                    .filter(ResyncCause.REPLICA_SUSPECT::equals)
                    .isPresent();
        }
    };

    private final String words;

    Confirmation(String words) {
        this.words = words;
    }

    boolean neededFor(ItemFacts facts) {
        return true;
    }

    /**
     * Tells what is accepted.
     *
     * @return the words
     */
    public String words() {
        return words;
    }
}
