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
     * @param olderPoint the highest write that the point holds to which the unplanned failover went
     * @return those that the active disk holds, in order
     */
    static List<GuestWrite> after(List<GuestWrite> all, DrillStep step, long olderPoint) {
        return all.stream()
                .filter(write -> stepOf(write).compareTo(step) <= 0)
                .filter(write -> step == DrillStep.UNPLANNED_FAILOVER
                        ? write.n() <= olderPoint
                        : step.compareTo(DrillStep.CHANGE_POINT) < 0 || stepOf(write) != DrillStep.CHANGE_POINT)
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
