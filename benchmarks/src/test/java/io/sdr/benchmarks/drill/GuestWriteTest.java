package io.sdr.benchmarks.drill;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GuestWriteTest {
    @Test
    void contentIsTheNumberBigEndianRepeated() {
        GuestWrite write = new GuestWrite(0x0102030405060708L, "cycle-1", 512, 20);

        assertThat(write.content().array()).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4);
    }

    @Test
    void overlayPutsOnlyThePartThatFallsIntoTheBuffer() {
        GuestWrite write = new GuestWrite(0x0102030405060708L, "cycle-1", 10, 6);
        ByteBuffer buffer = ByteBuffer.allocate(4);

        write.overlay(13, buffer);

        assertThat(buffer.array()).containsExactly(4, 5, 6, 0);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 511, 512, 513, 4096, 65_537, 1 << 20, (100L << 20) + 513, 100L << 30})
    void burstsStayOnTheDiskReachItsEndAndAreTheSameEachTime(long diskBytes) {
        List<List<Range>> transactions = Burst.transactions("cycle-1/before", diskBytes);

        assertThat(transactions).isNotEmpty().isEqualTo(Burst.transactions("cycle-1/before", diskBytes));
        assertThat(transactions)
                .allSatisfy(transaction -> assertThat(transaction).hasSize(2));
        List<Range> all = transactions.stream().flatMap(List::stream).toList();
        assertThat(all).allSatisfy(range -> {
            assertThat(range.offset()).isNotNegative();
            assertThat(range.length()).isPositive();
            assertThat(range.end()).isLessThanOrEqualTo(diskBytes);
        });
        assertThat(all.get(all.size() - 1).end()).isEqualTo(diskBytes);
        assertThat(DiskComparison.bytes(all)).isLessThanOrEqualTo(1 << 20);
    }

    @Test
    void blocksOfABurstDoNotOverlapOnADiskOfUsualSize() {
        List<Range> all = Burst.transactions("cycle-2-app/during", 8 << 20).stream()
                .flatMap(List::stream)
                .toList();

        Set<Long> sectors = new HashSet<>();
        for (Range range : all) {
            for (long sector = range.offset() / 512; sector * 512 < range.end(); sector++) {
                assertThat(sectors.add(sector)).as("sector %s", sector).isTrue();
            }
        }
    }
}
