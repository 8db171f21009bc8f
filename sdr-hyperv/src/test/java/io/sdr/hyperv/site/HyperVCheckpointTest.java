package io.sdr.hyperv.site;

import io.sdr.testkit.contract.CheckpointContract;
import io.sdr.testkit.contract.SiteWorld;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class HyperVCheckpointTest extends CheckpointContract {
    @TempDir(factory = FastTempDir.class)
    private Path folder;

    private int worlds;

    @Override
    protected SiteWorld newWorld() {
        return EstateWorld.onHost(folder.resolve("world-" + worlds++));
    }
}
