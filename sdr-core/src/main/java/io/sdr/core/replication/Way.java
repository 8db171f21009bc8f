package io.sdr.core.replication;

/** How a cycle is sent. */
enum Way {
    /** What differs, kept beside the base until it is applied. */
    STAGED,
    /** Everything, kept beside the base until it is applied. */
    STAGED_WHOLE,
    /** What differs, straight into the base. */
    IN_PLACE,
    /** Everything, straight into the base. */
    IN_PLACE_WHOLE;

    boolean whole() {
        return this == STAGED_WHOLE || this == IN_PLACE_WHOLE;
    }

    boolean inPlace() {
        return this == IN_PLACE || this == IN_PLACE_WHOLE;
    }
}
