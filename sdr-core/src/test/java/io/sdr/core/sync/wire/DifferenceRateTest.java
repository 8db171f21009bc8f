package io.sdr.core.sync.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.core.sync.wire.DifferenceRate.Advice;
import org.junit.jupiter.api.Test;

class DifferenceRateTest {
    private static final int MIB = 1 << 20;

    @Test
    void stopsWhenMoreThanHalfOfTheLastUnitsDiffered() {
        DifferenceRate rate = new DifferenceRate(4);
        assertThat(rate.compared(MIB, MIB)).isEqualTo(Advice.GO_ON);
        assertThat(rate.compared(MIB, MIB)).isEqualTo(Advice.GO_ON);
        assertThat(rate.compared(MIB, 0)).isEqualTo(Advice.GO_ON);
        assertThat(rate.compared(MIB, 0)).as("just half").isEqualTo(Advice.GO_ON);
        assertThat(rate.compared(MIB, MIB)).as("the first falls out").isEqualTo(Advice.GO_ON);
        assertThat(rate.compared(MIB, MIB)).isEqualTo(Advice.GO_ON);
        assertThat(rate.compared(MIB, 4096)).isEqualTo(Advice.STOP);
    }

    @Test
    void comesBackWhenThreeOfTheLastFourProbesMatch() {
        DifferenceRate rate = new DifferenceRate(1);
        assertThat(rate.compared(MIB, MIB)).isEqualTo(Advice.STOP);
        int[] probes = {0, MIB, 0, MIB, 0, MIB / 2};
        for (int i = 0; i < probes.length - 1; i++) {
            assertThat(rate.compared(MIB, probes[i])).as("probe %d", i).isEqualTo(Advice.GO_ON);
        }
        assertThat(rate.compared(MIB, MIB / 2)).isEqualTo(Advice.RESUME);
        assertThat(rate.compared(MIB, MIB)).isEqualTo(Advice.STOP);
    }
}
