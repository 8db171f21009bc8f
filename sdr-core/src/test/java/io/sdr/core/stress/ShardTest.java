package io.sdr.core.stress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShardTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 20, 101})
    void allPartsTogetherAreAllCasesOnce(int of) {
        List<Integer> cases = IntStream.range(0, 100).boxed().toList();
        List<Integer> taken = new ArrayList<>();
        for (int i = 1; i <= of; i++) {
            taken.addAll(Shard.parse(i + "/" + of).take(cases));
        }
        assertThat(taken).containsExactlyInAnyOrderElementsOf(cases);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "3", "0/5", "6/5", "1/0", "a/b", "1/2/3"})
    void nothingElseIsAShard(String text) {
        assertThatThrownBy(() -> Shard.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void oneOfOneIsAll() {
        assertThat(Shard.parse("1/1").isAll()).isTrue();
        assertThat(Shard.parse("1/2").isAll()).isFalse();
    }
}
