package io.sdr.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Random histories of a replica against a model, with and without deaths. */
class HistoryTest {
    private static final boolean STRESS = Boolean.getBoolean("sdr.stress");

    @Test
    void withoutDeaths() {
        for (long seed = 0; seed < (STRESS ? 500 : 25); seed++) {
            new History(seed, false).run(40);
        }
    }

    @Test
    void withDeathsAtRandomWritesAndForces() {
        History.Counts all = new History.Counts();
        for (long seed = 1000; seed < (STRESS ? 3000 : 1080); seed++) {
            History history = new History(seed, true);
            history.run(40);
            all.add(history.counts);
        }
        assertThat(all.deaths).as("deaths").isGreaterThan(300);
        assertThat(all.fulls).as("full storages").isGreaterThan(20);
        assertThat(all.pauses).as("cycles left unfinished").isGreaterThan(50);
        assertThat(all.wentOn).as("unfinished cycles that were ended").isGreaterThan(30);
    }
}
