package io.sdr.api.spi;

/**
 * How a reverse replication would bring the old side's disks up to date.
 *
 * @param method how
 * @param reason why this way
 * @param candidateBytes bytes that have to be looked at; for {@link Method#COMPARE} the size of the disks
 */
public record ReversalPlan(Method method, String reason, long candidateBytes) {
    /** The ways, cheapest first. */
    public enum Method {
        /** Only what either side changed since the common point. */
        UNION,
        /** Both disks are read and compared. */
        COMPARE,
        /** Everything is copied: there are no disks. */
        FULL
    }
}
