package io.sdr.api;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The report of a drill: a test failover and its cleanup. The cleanup's job closes it.
 *
 * @param job the test failover's job; everything that it made is tagged with it
 * @param to the side at which the test ran; the active VM was at the other
 * @param point the recovery point that was started; empty before it was chosen
 * @param network what the VM was connected to
 * @param started when it began
 * @param verified when the VM was seen to work; empty if it was not
 * @param closed when the cleanup ended; empty while there is none
 * @param notes what was noted at the cleanup; empty for nothing
 * @param leftBehind what a forced cleanup could not remove, each with its site
 */
public record Drill(
        JobId job,
        Side to,
        Optional<PointId> point,
        TestNetwork network,
        Instant started,
        Optional<Instant> verified,
        Optional<Instant> closed,
        String notes,
        List<String> leftBehind) {
    /** Copies the list. */
    public Drill {
        leftBehind = List.copyOf(leftBehind);
    }

    /**
     * Tells whether the drill passed: the VM was seen to work, and its cleanup removed everything.
     *
     * @return true only then
     */
    public boolean passed() {
        return verified.isPresent() && closed.isPresent() && leftBehind.isEmpty();
    }
}
