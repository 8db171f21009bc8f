package io.sdr.hyperv.site;

import io.sdr.testkit.contract.ReplicaPlaceContract;
import io.sdr.testkit.contract.SiteWorld;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class VmmReplicaPlaceTest extends ReplicaPlaceContract {
    @TempDir
    private Path folder;

    private int worlds;

    @Override
    protected SiteWorld newWorld() {
        return EstateWorld.underVmm(folder.resolve("world-" + worlds++));
    }
}
