package io.sdr.core.trace;

import io.sdr.api.Side;
import io.sdr.testkit.contract.SimulatedTraceWorld;
import io.sdr.testkit.contract.TraceWorld;
import java.nio.file.Path;

/** The worlds and directions in which traces run: sites in memory, and sites in folders that are closed and reopened between steps. */
enum SimulatedKind {
    IN_MEMORY_FROM_PRIMARY(false, Side.PRIMARY),
    IN_MEMORY_FROM_RECOVERY(false, Side.RECOVERY),
    IN_FOLDERS_FROM_PRIMARY(true, Side.PRIMARY),
    IN_FOLDERS_FROM_RECOVERY(true, Side.RECOVERY);

    private final boolean inFolders;
    private final Side activeAtFirst;

    SimulatedKind(boolean inFolders, Side activeAtFirst) {
        this.inFolders = inFolders;
        this.activeAtFirst = activeAtFirst;
    }

    TraceWorld open(Path folder) {
        return inFolders ? SimulatedTraceWorld.inFolders(folder) : SimulatedTraceWorld.inMemory(folder);
    }

    Side activeAtFirst() {
        return activeAtFirst;
    }

    boolean restartsBetweenSteps() {
        return inFolders;
    }
}
