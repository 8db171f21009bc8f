package io.sdr.core.operation;

import io.sdr.core.job.NewEvent;

/** What listeners hear of items and sites, beside what jobs tell of themselves. The names are stable: programs match on them. */
public enum EventKind {
    /** The point of no return. */
    DECIDED(
            "who is active was decided: the point of no return of a failover, of its cancelling, or where roles change"),
    /** The end of a failover. */
    FAILED_OVER("the VM runs at the side to which it was failed over; it is not committed yet"),
    /** A planned failover waits. */
    READY_TO_COMPLETE("a planned failover has sent so much that its downtime will be short: it can be completed"),
    /** The failover is accepted. */
    COMMITTED("a failover was committed: its recovery points are gone"),
    /** The failover is given up. */
    FAILOVER_CANCELLED("a failover was cancelled: the side is active again that it had left"),
    /** Started by request. */
    VM_STARTED("the active VM of a failover that is not committed was started by request"),
    /** A cancelled failover's source. */
    SOURCE_LEFT_OFF(
            "a failover was cancelled while the site that it was to leave was silent, or did not start its VM: that stays off"
                    + " until a next contact, or until somebody starts it there"),
    /** A cancelled failover's source runs again. */
    SOURCE_STARTED_AGAIN("the engine started, with the first contact, the VM that a cancelled failover had shut down"),
    /** Started by the engine. */
    STARTED_AFTER_BOOT("the engine started an active VM whose host had come up without it"),
    /** Old disks go. */
    DISKS_GIVEN_UP("what a side held is given up and written over in place"),

    /** Cycles stop. */
    REPLICATION_PAUSED("replication was paused, by a person or for want of room"),
    /** Cycles go on. */
    REPLICATION_RESUMED("replication goes on after a pause"),
    /** A cycle failed. */
    CYCLE_FAILED("a cycle failed though both sites answer, and is tried again; told for the first of several"),
    /** A copy begins anew. */
    COPY_STARTED_OVER("what had arrived of a copy of whole disks is of no use any more: it begins anew"),
    /** Too far behind. */
    RPO_EXCEEDED("the newest recovery point is older than three intervals of replication"),
    /** In time again. */
    RPO_MET("the newest recovery point is young enough again"),
    /** The history broke. */
    RESYNC_REQUIRED("no cycle can follow the last one: the item has to be resynchronised"),
    /** The history is whole. */
    RESYNCHRONIZED("a replica whose history had broken is in line again"),

    /** A drill works. */
    DRILL_VERIFIED("the VM of a test failover works; it waits for its cleanup"),
    /** A drill ended well. */
    DRILL_PASSED("a test failover was verified and everything of it was removed"),
    /** A drill ended badly. */
    DRILL_FAILED("a test failover was not verified, or something of it was left behind"),

    /** Both ran. */
    SPLIT_BRAIN("both copies ran after a decision"),
    /** Both may have run. */
    SUSPECTED("it cannot be proven that only one copy ran after a decision"),
    /** Writes that are nowhere else. */
    UNREPLICATED_WRITES("the side that is not active holds writes that were never replicated"),
    /** Somebody decided. */
    DIVERGENCE_RESOLVED("a person said which copy survives"),
    /** The store is an old copy. */
    STORE_BEHIND("a site knows a later decision than the store: the engine leaves the item alone"),

    /** The policy changed. */
    SETTINGS_CHANGED("an item's policy was changed: what of it, and by whom"),
    /** A side is gone for good. */
    SIDE_GIVEN_UP("a side that does not answer was given up while the protection is removed"),
    /** The protection is removed. */
    DISABLED("an item is not protected any more"),
    /** Taken up from a catalogue. */
    ADOPTED("an item was taken up from a site's catalogue, or somebody gave a word that had been missing then"),

    /** No contact. */
    SITE_SILENT(
            "a site does not answer, or not to what comes first at a contact; told when it changes and when the engine starts"),
    /** Contact. */
    SITE_ANSWERS("a site answers; told when it changes and when the engine starts");

    private final String words;

    EventKind(String words) {
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

    /**
     * Makes an event of this kind.
     *
     * @param text what happened, for people
     * @return the event
     */
    public NewEvent says(String text) {
        return new NewEvent(name(), text);
    }
}
