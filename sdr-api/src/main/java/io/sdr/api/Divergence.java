package io.sdr.api;

/** What is known about writes on the side that is not active. */
public enum Divergence {
    /** Nothing beyond the common point. */
    NONE,
    /** The old side wrote after the common point and is off since: normal after a disaster. */
    UNREPLICATED_WRITES,
    /** Whether both copies ran cannot be proven either way; treated as {@link #SPLIT_BRAIN}. */
    SUSPECTED,
    /** Both copies ran after a decision. */
    SPLIT_BRAIN
}
