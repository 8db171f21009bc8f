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
        return vm(runs, started, Optional.of(Instant.EPOCH), off, skew);
    }

    private static VmObservation vm(
            boolean runs,
            @Nullable Integer started,
            Optional<Instant> startsKnownSince,
            @Nullable Integer off,
            Duration skew) {
        return new VmObservation(
                new VmId("vm-1"),
                runs ? VmObservation.Power.RUNNING : VmObservation.Power.OFF,
                true,
                false,
                false,
                Optional.ofNullable(started).map(minutes -> at(minutes).plus(skew)),
                startsKnownSince,
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
        "false, ,      ,    true,  BEFORE,  UNREPLICATED_WRITES, UNREPLICATED_WRITES",
        "false, ,     -10,  false, BEFORE,  UNREPLICATED_WRITES, UNREPLICATED_WRITES",
        "false, ,      10,  false, AFTER,   SPLIT_BRAIN,         UNREPLICATED_WRITES",
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

    /** Where its starts are not all known, that none is known proves nothing; an end that is known still does. */
    @ParameterizedTest
    @CsvSource({
        // starts known since, last start, off since, power fence, ran
        "    ,    ,    ,    false, UNKNOWN",
        "    ,    ,    10,  false, AFTER",
        "    ,    10,  ,    false, AFTER",
        "    ,    ,    ,    true,  UNKNOWN",
        "    ,    ,    -10, false, UNKNOWN",
        "10,      ,    ,    false, UNKNOWN",
        "10,      -60, -10, false, UNKNOWN",
        "10,      ,    20,  false, AFTER",
        "-90,     ,    ,    false, UNKNOWN",
        "-90,     ,    -10, false, BEFORE",
        "-90,     ,    ,    true,  BEFORE",
        "-90,     -60, -10, false, BEFORE"
    })
    void aSideWhoseStartsAreNotAllKnown(
            @Nullable Integer known, @Nullable Integer started, @Nullable Integer off, boolean fenced, Ran ran) {
        OldSide old = OldSide.unseen(LEFT).withPowerFence(fenced ? Optional.of("outlet 7 is off") : Optional.empty());
        Optional<Instant> since = Optional.ofNullable(known).map(DivergenceJudgeTest::at);
        DivergenceJudge.Finding found =
                DivergenceJudge.look(old, vm(false, started, since, off, Duration.ZERO), Duration.ZERO);
        assertThat(found.ran()).as(found.evidence()).isEqualTo(ran);
    }

    /** One that was seen off: a start that is newer than the known one, and not older than the look, is proof. */
    @ParameterizedTest
    @CsvSource({
        // last start, off since, starts known since, ran
        "-60, ,  -90, BEFORE",
        "0,   ,  -90, AFTER",
        "10,  ,  -90, AFTER",
        "10,  ,  ,    AFTER",
        // Another node's log: older than the known one, or not known before though it was.
        "-80, ,  -90, BEFORE",
        "-30, ,  -90, BEFORE",
        // The log was emptied or rolled over, or is not read any more.
        ",    ,  -90, BEFORE",
        ",    ,  10,  UNKNOWN",
        ",    ,  ,    UNKNOWN",
        "-60, ,  ,    UNKNOWN",
        ",    10, ,   AFTER"
    })
    void aSideThatWasSeenOff(@Nullable Integer started, @Nullable Integer off, @Nullable Integer known, Ran ran) {
        Duration skew = Duration.ofMinutes(3);
        OldSide old = OldSide.seen(LEFT, Optional.of(vm(false, -60, -1, skew)));
        Optional<Instant> since =
                Optional.ofNullable(known).map(minutes -> at(minutes).plus(skew));
        DivergenceJudge.Finding found = DivergenceJudge.look(old, vm(false, started, since, off, skew), skew);
        assertThat(found.ran()).as(found.evidence()).isEqualTo(ran);
    }

    /** A start that is older than the known one is no news: in a cluster each node's log tells its own. */
    @ParameterizedTest
    @CsvSource({"-60, false", "-80, false", ", false", "-30, true", "10, true"})
    void onlyANewerStartIsNews(@Nullable Integer started, boolean news) {
        OldSide old = OldSide.seen(LEFT, Optional.of(vm(false, -60, -1, Duration.ZERO)));
        assertThat(StaleCopies.isNews(Optional.of(old), vm(false, started, null, Duration.ZERO)))
                .isEqualTo(news);
    }
}
