package io.sdr.hyperv.site;

import io.sdr.testkit.contract.SiteCallContract;
import io.sdr.testkit.contract.SiteWorld;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class HyperVSiteCallTest extends SiteCallContract {
    @TempDir(factory = FastTempDir.class)
    private Path folder;

    private int worlds;

    @Override
    protected SiteWorld newWorld() {
        return EstateWorld.onHost(folder.resolve("world-" + worlds++));
    }
}
