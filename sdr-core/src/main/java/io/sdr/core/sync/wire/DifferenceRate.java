package io.sdr.core.sync.wire;

import java.util.Arrays;

/**
 * Tells when tags do not pay: when more than half of the bytes compared last differed. Then only one unit in sixteen is compared, as
 * a probe; once at least three of the last four probes were at least half equal, tags pay again. One thread's own.
 */
final class DifferenceRate {
    /** What to do about it. */
    enum Advice {
        /** Nothing. */
        GO_ON,
        /** Have the other end stop to send tags. */
        STOP,
        /** Have the other end send tags again. */
        RESUME
    }

    private static final int PROBES = 4;
    private static final int ENOUGH = 3;

    private final int[] lengths;
    private final int[] differing;
    private final boolean[] matches = new boolean[PROBES];
    private int next;
    private int known;
    private long sumOfLengths;
    private long sumOfDiffering;
    private boolean stopped;

    DifferenceRate(int windowUnits) {
        this.lengths = new int[windowUnits];
        this.differing = new int[windowUnits];
    }

    /** Learns how much of a unit that was compared differed. */
    Advice compared(int length, int different) {
        return stopped ? probe(2L * different <= length) : add(length, different);
    }

    private Advice add(int length, int different) {
        int at = next++ % lengths.length;
        sumOfLengths += length - lengths[at];
        sumOfDiffering += different - differing[at];
        lengths[at] = length;
        differing[at] = different;
        known = Math.min(known + 1, lengths.length);
        if (known < lengths.length || 2 * sumOfDiffering <= sumOfLengths) {
            return Advice.GO_ON;
        }
        begin(true);
        return Advice.STOP;
    }

    private Advice probe(boolean match) {
        matches[next++ % PROBES] = match;
        known = Math.min(known + 1, PROBES);
        int matching = 0;
        for (boolean each : matches) {
            matching += each ? 1 : 0;
        }
        if (known < PROBES || matching < ENOUGH) {
            return Advice.GO_ON;
        }
        begin(false);
        return Advice.RESUME;
    }

    /** Whether the other end was asked to stop; tags that were on the way then still come. */
    boolean isStopped() {
        return stopped;
    }

    private void begin(boolean toBeStopped) {
        stopped = toBeStopped;
        next = 0;
        known = 0;
        sumOfLengths = 0;
        sumOfDiffering = 0;
        Arrays.fill(lengths, 0);
        Arrays.fill(differing, 0);
        Arrays.fill(matches, false);
    }
}
