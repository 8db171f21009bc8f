package io.sdr.core.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who gets a permit, and when. */
class TransfersTest {
    private final Transfers transfers = new Transfers(2);
    private final List<String> woken = new ArrayList<>();

    private boolean take(String who, boolean first) {
        return transfers.take(who.intern(), first, () -> woken.add(who));
    }

    private void leave(String who) {
        transfers.leave(who.intern());
    }

    @Test
    void theFirstIsServedFirst_andThoseWhoseVmIsDownBeforeTheOthers() {
        assertThat(take("a", false)).isTrue();
        assertThat(take("b", false)).isTrue();
        assertThat(take("c", false)).isFalse();
        assertThat(take("d", false)).isFalse();
        assertThat(take("down", true)).isFalse();
        assertThat(take("a", false)).as("has one").isTrue();
        assertThat(take("c", false)).as("waits already").isFalse();
        leave("a");
        leave("b");
        leave("down");
        leave("c");
        assertThat(woken).containsExactly("down", "c", "d");
        assertThat(take("e", false)).isTrue();
        assertThat(take("f", false)).as("d and e have them").isFalse();
    }

    @Test
    void whoGoesAwayLeavesNoGap() {
        take("a", false);
        take("b", false);
        take("c", false);
        take("d", false);
        leave("c");
        leave("c");
        leave("nobody");
        leave("a");
        assertThat(woken).containsExactly("d");
        leave("d");
        leave("b");
        assertThat(take("x", false) && take("y", false)).isTrue();
        assertThat(take("z", false)).isFalse();
    }
}
