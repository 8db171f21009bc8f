package io.sdr.hyperv.site;

import io.sdr.testkit.contract.DriverHistoryContract;
import io.sdr.testkit.contract.DriverWorld;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever the drivers do in which order, and wherever they die, points, drills and guests hold what they must, on hosts and under VMM. */
@ParameterizedClass
@EnumSource
class DriverHistoryTest extends DriverHistoryContract {
    @Parameter
    private DriverKind kind;

    @TempDir(factory = FastTempDir.class)
    private Path folder;

    @Override
    protected DriverWorld newWorld() {
        return kind.open(folder).mortal();
    }

    @Override
    protected int histories() {
        return 3;
    }
}
