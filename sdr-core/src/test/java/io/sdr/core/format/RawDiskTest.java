package io.sdr.core.format;

import io.sdr.api.spi.LocalFolder;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bases and layers hold what was written to them, whatever the sizes. */
class RawDiskTest {
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void onRealFilesTheyEqualTheModel(long seed, @TempDir Path temp) {
        RawDiskLife life = new RawDiskLife(LocalFolder.of(temp), seed);
        for (int i = 0; i < 150; i++) {
            life.step();
            life.verify();
        }
        life.verifyParents();
        life.close();
    }

    @ParameterizedTest(name = "seeds from {0}")
    @ValueSource(longs = {1000, 2000, 3000, 4000})
    void inMemoryTheyEqualTheModel(long first) {
        for (long seed = first; seed < first + 20; seed++) {
            CrashStore store = new CrashStore(seed);
            RawDiskLife life = new RawDiskLife(store.folder("d"), seed);
            try {
                for (int i = 0; i < 60; i++) {
                    life.step();
                    life.verify();
                    life.verifyPlain(store.bytes(store.folder("d"), life.baseFile()));
                }
                life.verifyParents();
            } catch (Throwable e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }
}
