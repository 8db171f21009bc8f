package io.sdr.api.spi;

/**
 * How a replica would be brought back in line.
 *
 * @param method how
 * @param reason why this way; for {@link Method#GROW} and {@link Method#IMPOSSIBLE} with both sizes of each disk that differs
 * @param candidateBytes bytes that have to be looked at
 * @param begun whether the replica is made ready for it: the next cycle does it
 */
public record ResyncPlan(Method method, String reason, long candidateBytes, boolean begun) {
    /** The ways. */
    public enum Method {
        /** Both sides' disks are read and compared; what differs is sent. */
        COMPARE,
        /** The replica's disks are enlarged first. */
        GROW,
        /** There is no replica: everything is sent. */
        SEED,
        /** A source disk is smaller than the replica's, or the disks are others. */
        IMPOSSIBLE
    }
}
