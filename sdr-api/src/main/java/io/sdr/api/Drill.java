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
     * Gives the drill as text for people, for its records. The job's {@link JobReport#describe} has the details.
     *
     * @return some lines, each ended by a line feed; the words may change, automation uses the other methods
     */
    public String describe() {
        String result = closed.isEmpty() ? "open" : passed() ? "PASSED" : "FAILED";
        StringBuilder text = new StringBuilder("drill at the " + to + " side, job " + job + ": " + result + "\n");
        text.append("  started ").append(started).append(", recovery point ");
        text.append(point.map(PointId::value).orElse("not chosen"))
                .append(", network ")
                .append(words(network))
                .append('\n');
        text.append("  ")
                .append(verified.map(at -> "seen to work at " + at).orElse("not seen to work"))
                .append(", ")
                .append(closed.map(at -> "cleaned up at " + at).orElse("not cleaned up"))
                .append('\n');
        leftBehind.forEach(each -> text.append("  left behind: ").append(each).append('\n'));
        if (!notes.isEmpty()) {
            text.append("  notes: ")
                    .append(notes.replaceAll("\\s*\\R\\s*", " "))
                    .append('\n');
        }
        return text.toString();
    }

    private static String words(TestNetwork network) {
        if (network instanceof TestNetwork.Existing existing) {
            return existing.network().value();
        }
        return network instanceof TestNetwork.Isolated ? "isolated" : "none";
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
