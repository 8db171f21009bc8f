package io.sdr.core.trace;

import io.sdr.api.Side;
import io.sdr.testkit.contract.LifeCycleTraces;
import io.sdr.testkit.contract.TraceWorld;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class FolderTracesFromRecoveryTest extends LifeCycleTraces {
    @TempDir
    private Path folder;

    @Override
    protected TraceWorld newWorld() {
        return SimulatedWorld.inFolders(folder);
    }

    @Override
    protected Side activeAtFirst() {
        return Side.RECOVERY;
    }

    @Override
    protected boolean restartsBetweenSteps() {
        return true;
    }
}
