package io.sdr.benchmarks.drill;

import java.util.List;

/** Which of the guest's writes the active disk holds after a step. */
final class HeldWrites {
    private HeldWrites() {}

    /**
     * Selects the writes.
     *
     * @param all every write so far, in order
     * @param step the step
     * @return those that the active disk holds, in order
     */
    static List<GuestWrite> after(List<GuestWrite> all, DrillStep step) {
        // The unplanned failover goes to the point of an older cycle; changing to the latest point brings back what
        // that left
        DrillStep newest = step == DrillStep.UNPLANNED_FAILOVER ? DrillStep.CYCLE_2_APP : step;
        return all.stream()
                .filter(write -> stepOf(write).compareTo(newest) <= 0)
                .filter(write -> stepOf(write) != DrillStep.CHANGE_POINT)
                .toList();
    }

    /** Selects what the failed-over copy wrote before it went to another point: given up by that, as its call says. */
    static List<Long> lost(List<GuestWrite> all) {
        return all.stream()
                .filter(write -> stepOf(write) == DrillStep.CHANGE_POINT)
                .map(GuestWrite::n)
                .toList();
    }

    static long highest(List<GuestWrite> writes) {
        return writes.isEmpty() ? 0 : writes.get(writes.size() - 1).n();
    }

    private static DrillStep stepOf(GuestWrite write) {
        return DrillStep.byLabel(write.step()).orElseThrow();
    }
}
