package io.sdr.core.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.DriverChoice;
import io.sdr.api.ReplicationPolicy;
import io.sdr.core.job.Values;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which driver a stored policy names. */
class OldDriverNameTest {
    @ParameterizedTest
    @EnumSource
    void everyChoiceComesBack(DriverChoice choice) {
        Values stored =
                NativeReplicationCodec.write(ReplicationPolicy.defaults().driver(choice));
        assertThat(NativeReplicationCodec.driver(stored)).isEqualTo(choice);
    }

    @Test
    void aStoreOfAnEarlierVersionIsRead() {
        assertThat(NativeReplicationCodec.driver(Values.of("policy.driver", "AUTO")))
                .isEqualTo(DriverChoice.SDR);
        assertThat(NativeReplicationCodec.driver(Values.NONE)).isEqualTo(DriverChoice.SDR);
    }
}
