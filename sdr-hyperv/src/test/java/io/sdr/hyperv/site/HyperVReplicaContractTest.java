package io.sdr.hyperv.site;

import io.sdr.testkit.contract.DriverWorld;
import io.sdr.testkit.contract.ReplicationDriverContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** Hyper-V Replica between hosts keeps what a replication driver promises. */
class HyperVReplicaContractTest extends ReplicationDriverContract {
    @TempDir(factory = FastTempDir.class)
    private Path folder;

    @Override
    protected DriverWorld newWorld() {
        return NativeDriverWorld.onHosts(folder);
    }
}
