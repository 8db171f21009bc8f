package io.sdr.hyperv.site;

import io.sdr.testkit.contract.DriverDeathContract;
import io.sdr.testkit.contract.DriverWorld;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Both drivers, killed at a change of a host, go on with the same call, on hosts and under VMM. */
@Tag("long")
@ParameterizedClass
@EnumSource
class DriverDeathTest extends DriverDeathContract {
    @Parameter
    private DriverKind kind;

    @TempDir(factory = FastTempDir.class)
    private Path folder;

    @Override
    protected DriverWorld newWorld() {
        return kind.open(folder);
    }

    @Override
    protected int callsPerSide() {
        return 2;
    }
}
