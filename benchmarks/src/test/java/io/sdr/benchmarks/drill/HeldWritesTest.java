package io.sdr.benchmarks.drill;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class HeldWritesTest {
    private final List<GuestWrite> all = List.of(
            new GuestWrite(1, "cycle-1", 0, 8),
            new GuestWrite(2, "cycle-2-app", 0, 8),
            new GuestWrite(3, "cycle-2-app", 0, 8),
            new GuestWrite(4, "cycle-3", 0, 8),
            new GuestWrite(5, "unplanned-failover", 0, 8),
            new GuestWrite(6, "change-point", 0, 8),
            new GuestWrite(7, "cycle-4", 0, 8));

    @Test
    void eachStepHoldsWhatItShould() {
        assertThat(numbers(DrillStep.PROTECT)).isEmpty();
        assertThat(numbers(DrillStep.CYCLE_1)).containsExactly(1L);
        assertThat(numbers(DrillStep.CYCLE_3)).containsExactly(1L, 2L, 3L, 4L);
        assertThat(numbers(DrillStep.UNPLANNED_FAILOVER)).containsExactly(1L, 2L, 3L);
        assertThat(numbers(DrillStep.CHANGE_POINT)).containsExactly(1L, 2L, 3L, 4L, 5L);
        assertThat(numbers(DrillStep.REVERSE_2)).containsExactly(1L, 2L, 3L, 4L, 5L, 7L);
    }

    @Test
    void onlyTheCopysWritesBeforeTheChangeOfPointAreLost() {
        assertThat(HeldWrites.lost(all)).containsExactly(6L);
    }

    private List<Long> numbers(DrillStep step) {
        return HeldWrites.after(all, step).stream().map(GuestWrite::n).toList();
    }
}
