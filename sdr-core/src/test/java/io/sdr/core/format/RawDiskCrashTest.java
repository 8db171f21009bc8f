package io.sdr.core.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.CorruptException;
import io.sdr.api.spi.StorageFolder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The power goes at any write, force or change of a name; afterwards all that was flushed is there, and nothing is torn. */
class RawDiskCrashTest {
    private static final int STEPS = 40;

    @ParameterizedTest(name = "seeds from {0}")
    @ValueSource(longs = {100, 200, 300, 400, 800})
    void everyFlushedSectorSurvivesEveryCrash(long first) {
        int crashes = 0;
        for (long seed = first; seed < first + 2; seed++) {
            long operations = operationsOf(seed);
            for (long at = 0; at < operations; at += 1 + at / 40) {
                try {
                    crashes += live(seed, at, "none") ? 1 : 0;
                } catch (Throwable e) {
                    throw new AssertionError("seed " + seed + ", power off at operation " + at, e);
                }
            }
        }
        assertThat(crashes).isGreaterThan(40);
    }

    /** The checks can fail: a storage that does not force one kind of file is found out. */
    @ParameterizedTest(name = "forces of {0} do nothing")
    @ValueSource(strings = {".raw", ".map"})
    void aForceThatIsLeftOutIsSeen(String ending) {
        int seen = 0;
        for (long at = 5; at < 200; at += 5) {
            try {
                live(at, at, ending);
            } catch (AssertionError | CorruptException e) {
                seen++;
            }
        }
        assertThat(seen).isPositive();
    }

    private static long operationsOf(long seed) {
        CrashStore store = new CrashStore(seed);
        RawDiskLife life = new RawDiskLife(store.folder("d"), seed);
        long born = store.operations();
        for (int i = 0; i < STEPS; i++) {
            life.step();
        }
        return store.operations() - born;
    }

    /** Lives until the power goes, restarts, and lives on through two more cuts. */
    private static boolean live(long seed, long dieAt, String lyingAbout) {
        CrashStore store = new CrashStore(seed * 1_000_003 + dieAt);
        StorageFolder folder = store.folder("d");
        RawDiskLife life = new RawDiskLife(folder, seed);
        store.lieAboutForcesOf(lyingAbout);
        boolean died = false;
        for (int cut = 0; cut < 3; cut++) {
            store.dieAfter(cut == 0 ? dieAt : (dieAt * 7 + cut * 13L) % 50);
            try {
                for (int i = 0; i < STEPS; i++) {
                    life.step();
                }
            } catch (CrashStore.Died e) {
                died = true;
            }
            store.restart();
            life.restart();
            life.verifyPlain(store.bytes(folder, life.baseFile()));
            life.verifyParents();
        }
        return died;
    }
}
