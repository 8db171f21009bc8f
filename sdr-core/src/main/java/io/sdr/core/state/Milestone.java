package io.sdr.core.state;

/** The moments of a job at which its item's state moves. */
public enum Milestone {
    /** The job was created. */
    STARTED("starts"),
    /** Planned failover: what is left to send is below the threshold. */
    READY("is ready to complete"),
    /** Planned failover: the sync phase ends, the VM will be stopped. */
    COMPLETING("completes"),
    /** It did what was asked, and that was observed. */
    SUCCEEDED("succeeds"),
    /** It was cancelled, or superseded, before its decision. */
    UNDONE("is undone"),
    /** It failed, or was superseded, and leaves something behind. */
    FAILED("fails");

    private final String words;

    Milestone(String words) {
        this.words = words;
    }

    /**
     * Gives the name for people.
     *
     * @return the words
     */
    public String words() {
        return words;
    }
}
