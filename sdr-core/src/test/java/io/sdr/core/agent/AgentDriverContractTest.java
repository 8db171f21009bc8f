package io.sdr.core.agent;

import io.sdr.core.agent.AgentDriverWorld.Way;
import io.sdr.testkit.contract.DriverWorld;
import io.sdr.testkit.contract.ReplicationDriverContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The driver keeps its promises where both sites' disks are reached through agents only. */
class AgentDriverContractTest extends ReplicationDriverContract {
    @TempDir
    private Path folder;

    @Override
    protected DriverWorld newWorld() {
        return new AgentDriverWorld(folder, AgentDriverWorld.certificates(folder), Way.STRAIGHT, Way.STRAIGHT);
    }
}
