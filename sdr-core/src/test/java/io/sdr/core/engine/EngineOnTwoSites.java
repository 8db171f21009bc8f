package io.sdr.core.engine;

import io.sdr.api.SiteRecovery;
import io.sdr.core.job.MemoryTempDir;
import io.sdr.testkit.InMemorySite;
import io.sdr.testkit.MemoryFolder;
import io.sdr.testkit.SiteOptions;
import io.sdr.testkit.VirtualTime;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** Two sites in memory, a clock that nobody waits for, and the engine that a test opens on them; all are closed after it. */
abstract class EngineOnTwoSites {
    @TempDir(factory = MemoryTempDir.class)
    Path folder;

    final VirtualTime time = new VirtualTime();
    final InMemorySite east = InMemorySite.open(SiteOptions.named("east").time(time), new MemoryFolder());
    final InMemorySite west = InMemorySite.open(SiteOptions.named("west").time(time), new MemoryFolder());
    SiteRecovery engine;

    /** An engine over a store; the seed makes its ids. */
    SiteRecovery.Builder builder(Path store, long seed) {
        return SiteRecovery.builder()
                .site(east)
                .site(west)
                .dataDirectory(store)
                .timekeeper(time)
                .random(new SplittableRandom(seed));
    }

    /** Opens one that does nothing by itself. */
    SiteRecovery open(Path store, long seed) {
        return builder(store, seed).withoutScheduler().build();
    }

    @AfterEach
    void close() {
        engine.close();
        east.close();
        west.close();
    }
}
