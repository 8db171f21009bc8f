package io.sdr.core.job;

/** What listeners hear of a job itself, whatever it does. The names are stable: programs match on them. */
public enum JobEvent {
    /** It was stored. */
    JOB_STARTED("a job was stored and begins: its kind, and who asked"),
    /** It asks. */
    JOB_WAITING_FOR_INPUT("a job waits for a person: its question"),
    /** It ended well. */
    JOB_SUCCEEDED("a job ended well, with warnings or without: its kind"),
    /** It failed. */
    JOB_FAILED("a step of a job failed: which one, and why; or a job that failed was undone"),
    /** It goes on. */
    JOB_RETRIED("a failed job goes on: its kind, and who asked"),
    /** Somebody asks to cancel it. */
    JOB_CANCEL_REQUESTED("somebody asked to cancel a job: its kind, and who"),
    /** It is being undone. */
    JOB_CANCELLING("a job is being undone, because somebody asked or because a step failed: which one, and why"),
    /** Nobody can tell whether it has decided. */
    JOB_CANCEL_WAITS(
            "a job that is to be cancelled has asked for its decision and not heard the answer, and cannot ask now: nothing is"
                    + " taken back before that is known; told once"),
    /** It was past its decision. */
    JOB_CANCEL_TOO_LATE("a job was to be cancelled and had decided already: it goes forward"),
    /** It was undone. */
    JOB_CANCELLED("a job was undone: the item is where it came from"),
    /** Another one took over. */
    JOB_SUPERSEDED("another job took over before this one had decided: which one");

    private final String words;

    JobEvent(String words) {
        this.words = words;
    }

    /**
     * Says when it is told.
     *
     * @return for people
     */
    public String words() {
        return words;
    }
}
