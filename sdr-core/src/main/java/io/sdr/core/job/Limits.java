package io.sdr.core.job;

import java.time.Duration;

/**
 * The job engine's limits.
 *
 * @param firstPause pause before the first retry of a step; doubles with each
 * @param longestPause where the doubling ends within the step's deadline
 * @param longestWait where the doubling ends when a job waits for an unknown to become known, and between undo attempts
 * @param longestCall no single remote call of a step acts later than this after it was made, nor later than the step's deadline
 * @param margin added to every moment after which a far side refuses to act: clock skew and slack
 * @param unknownOutcomes how often a step gets a fresh deadline after an unknown outcome
 * @param leaseTtl how long a claim holds without renewal; on an exclusively locked store it only bounds remote deadlines
 * @param transfers how many long transfers act at once
 */
public record Limits(
        Duration firstPause,
        Duration longestPause,
        Duration longestWait,
        Duration longestCall,
        Duration margin,
        int unknownOutcomes,
        Duration leaseTtl,
        int transfers) {
    /** How many long transfers act at once if nobody says otherwise. */
    public static final int TRANSFERS = 16;

    /** 0.5 s doubling to 15 s; waits up to 5 minutes; calls up to 5 minutes; margin 10 s; 3 unknown outcomes; 1 day; 16 transfers. */
    public static final Limits DEFAULT = new Limits(
            Duration.ofMillis(500),
            Duration.ofSeconds(15),
            Duration.ofMinutes(5),
            Duration.ofMinutes(5),
            Duration.ofSeconds(10),
            3,
            Duration.ofDays(1),
            TRANSFERS);

    /**
     * Changes how long a claim holds.
     *
     * @param value the time
     * @return a copy
     */
    public Limits withLeaseTtl(Duration value) {
        return new Limits(
                firstPause, longestPause, longestWait, longestCall, margin, unknownOutcomes, value, transfers);
    }

    /**
     * Changes how many long transfers act at once.
     *
     * @param value how many
     * @return a copy
     */
    public Limits withTransfers(int value) {
        return new Limits(firstPause, longestPause, longestWait, longestCall, margin, unknownOutcomes, leaseTtl, value);
    }

    /** The pause before the next try: doubles from the first one. */
    Duration pause(int retries, Duration longest) {
        Duration pause = firstPause;
        for (int i = 0; i < retries && pause.compareTo(longest) < 0; i++) {
            pause = pause.multipliedBy(2);
        }
        return pause.compareTo(longest) < 0 ? pause : longest;
    }
}
