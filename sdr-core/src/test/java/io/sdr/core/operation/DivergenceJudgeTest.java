package io.sdr.core.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.Divergence;
import io.sdr.api.VmId;
import io.sdr.api.spi.VmObservation;
import io.sdr.core.operation.DivergenceJudge.Ran;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is concluded from what was seen of the old side's VM, for each thing that a site may or may not tell. */
class DivergenceJudgeTest {
    private static final Instant LEFT = Instant.parse("2025-01-01T12:00:00Z");

    private static VmObservation vm(boolean runs, @Nullable Integer started, @Nullable Integer off, Duration skew) {
        return new VmObservation(
                new VmId("vm-1"),
                runs ? VmObservation.Power.RUNNING : VmObservation.Power.OFF,
                true,
                false,
                false,
                Optional.ofNullable(started).map(minutes -> at(minutes).plus(skew)),
                Optional.ofNullable(off).map(minutes -> at(minutes).plus(skew)),
                Optional.empty(),
                List.of(),
                Optional.empty());
    }

    private static Instant at(int minutes) {
        return LEFT.plus(Duration.ofMinutes(minutes));
    }

    /** Minutes are counted from the decision; a clock that is an hour ahead changes nothing. */
    @ParameterizedTest
    @CsvSource({
        // runs, last start, off since, power fence, ran, with the other one running, without
        "true,  -60,   ,    false, AFTER,   SPLIT_BRAIN,         UNREPLICATED_WRITES",
        "true,  -60,   ,    true,  AFTER,   SPLIT_BRAIN,         UNREPLICATED_WRITES",
        "false, -60,  -10,  false, BEFORE,  UNREPLICATED_WRITES, UNREPLICATED_WRITES",
        "false, -60,   10,  false, AFTER,   SPLIT_BRAIN,         UNREPLICATED_WRITES",
        "false, -60,   0,   false, UNKNOWN, SUSPECTED,           UNREPLICATED_WRITES",
        "false, -60,   ,    false, UNKNOWN, SUSPECTED,           UNREPLICATED_WRITES",
        "false, -60,   ,    true,  BEFORE,  UNREPLICATED_WRITES, UNREPLICATED_WRITES",
        "false, -60,   0,   true,  BEFORE,  UNREPLICATED_WRITES, UNREPLICATED_WRITES",
        "false, -60,   10,  true,  AFTER,   SPLIT_BRAIN,         UNREPLICATED_WRITES",
        "false, 10,    20,  true,  AFTER,   SPLIT_BRAIN,         UNREPLICATED_WRITES",
        "false, 10,    ,    false, AFTER,   SPLIT_BRAIN,         UNREPLICATED_WRITES",
        "false, ,      ,    false, BEFORE,  UNREPLICATED_WRITES, UNREPLICATED_WRITES",
    })
    void aSideThatWasSilent(
            boolean runs,
            @Nullable Integer started,
            @Nullable Integer off,
            boolean fenced,
            Ran ran,
            Divergence both,
            Divergence alone) {
        for (Duration skew : List.of(Duration.ZERO, Duration.ofHours(1), Duration.ofMinutes(-30))) {
            OldSide old =
                    OldSide.unseen(LEFT).withPowerFence(fenced ? Optional.of("outlet 7 is off") : Optional.empty());
            DivergenceJudge.Finding found = DivergenceJudge.look(old, vm(runs, started, off, skew), skew);
            assertThat(found.ran()).as(found.evidence()).isEqualTo(ran);
            assertThat(DivergenceJudge.divergence(found, true)).isEqualTo(both);
            assertThat(DivergenceJudge.divergence(found, false)).isEqualTo(alone);
        }
    }

    /** One that was seen off is compared with itself, by one clock: whether it was started since is certain. */
    @ParameterizedTest
    @CsvSource({"-60, BEFORE", "0, AFTER", "10, AFTER"})
    void aSideThatWasSeenOff(int started, Ran ran) {
        OldSide old = OldSide.seen(LEFT, Optional.of(vm(false, -60, -1, Duration.ZERO)));
        VmObservation now = vm(false, started, null, Duration.ZERO);
        assertThat(DivergenceJudge.look(old, now, Duration.ofMinutes(3)).ran()).isEqualTo(ran);
    }
}
