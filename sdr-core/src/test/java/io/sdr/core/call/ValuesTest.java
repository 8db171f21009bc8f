package io.sdr.core.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.sdr.api.CorruptException;
import io.sdr.api.DiskId;
import io.sdr.api.SdrException;
import io.sdr.api.SiteId;
import io.sdr.api.VmId;
import io.sdr.api.spi.ChangedRanges;
import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.LossEvidence;
import io.sdr.api.spi.RangeSet;
import io.sdr.api.spi.VmObservation;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is written is read as it was; anything else is refused. */
class ValuesTest {
    private static final VmObservation VM = new VmObservation(
            new VmId("vm"),
            VmObservation.Power.OFF,
            true,
            false,
            false,
            Optional.of(Instant.parse("2026-01-02T03:04:05.678901234Z")),
            Optional.of(Instant.EPOCH),
            Optional.empty(),
            Optional.of(true),
            List.of(new DiskRef(new SiteId("east"), new DiskId("disk0"), "vms/vm/disk0", "raw", 1L << 40)),
            Optional.of("tag"));

    private static Object again(Type type, Object value) {
        return ValueReader.read(new Type[] {type}, ValueWriter.write(new Type[] {type}, new Object[] {value}))[0];
    }

    @Test
    void recordsAndSealedInterfaces() {
        assertThat(again(VmObservation.class, VM)).isEqualTo(VM);
        LossEvidence evidence =
                new LossEvidence.Digests(7, true, Map.of(new DiskId("disk0"), "a"), Map.of(new DiskId("disk0"), "b"));
        assertThat(again(LossEvidence.class, evidence)).isEqualTo(evidence);
        ChangedRanges unknown = new ChangedRanges.Unknown("why — in words");
        assertThat(again(ChangedRanges.class, unknown)).isEqualTo(unknown);
    }

    @Test
    void setsOfRangesInFewBytes() {
        Random random = new Random(11);
        for (int round = 0; round < 200; round++) {
            RangeSet.Builder ranges = new RangeSet.Builder();
            long unit = 1L << random.nextInt(21);
            for (int i = random.nextInt(50); i > 0; i--) {
                ranges.add(random.nextInt(1 << 20) * unit, (1 + random.nextInt(9)) * unit);
            }
            RangeSet set = ranges.build();
            assertThat(again(RangeSet.class, set))
                    .as("seed 11, round %s", round)
                    .isEqualTo(set);
        }
        RangeSet.Builder scattered = new RangeSet.Builder();
        for (int i = 0; i < 16_384; i++) {
            scattered.add(i * (1L << 22), 64 << 10); // a GiB of changes, all over 64 GiB
        }
        byte[] bytes = ValueWriter.write(new Type[] {RangeSet.class}, new Object[] {scattered.build()});
        assertThat(bytes.length).isLessThan(100_000);
    }

    /** Cut anywhere, and with any byte changed: read as something of that type, or refused. */
    @Test
    void damageIsRefused() {
        Type[] type = {VmObservation.class};
        byte[] whole = ValueWriter.write(type, new Object[] {VM});
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThat(catchThrowable(() -> ValueReader.read(type, cut))).isInstanceOf(CorruptException.class);
        }
        Random random = new Random(12);
        for (int at = 0; at < whole.length; at++) {
            byte[] changed = whole.clone();
            changed[at] ^= (byte) (1 << random.nextInt(8));
            Throwable thrown = catchThrowable(() -> ValueReader.read(type, changed));
            assertThat(thrown == null || thrown instanceof SdrException)
                    .as("byte %s: %s", at, thrown)
                    .isTrue();
        }
        byte[] more = Arrays.copyOf(whole, whole.length + 1);
        assertThat(catchThrowable(() -> ValueReader.read(type, more))).isInstanceOf(CorruptException.class);
    }
}
