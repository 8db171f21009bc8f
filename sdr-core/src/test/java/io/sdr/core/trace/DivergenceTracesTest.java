package io.sdr.core.trace;

import io.sdr.api.Side;
import io.sdr.testkit.contract.DivergenceTraces;
import io.sdr.testkit.contract.TraceWorld;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(SimulatedKind.class)
class DivergenceTracesTest extends DivergenceTraces {
    @Parameter
    private SimulatedKind kind;

    @TempDir
    private Path folder;

    @Override
    protected TraceWorld newWorld() {
        return kind.open(folder);
    }

    @Override
    protected Side activeAtFirst() {
        return kind.activeAtFirst();
    }

    @Override
    protected boolean restartsBetweenSteps() {
        return kind.restartsBetweenSteps();
    }
}
