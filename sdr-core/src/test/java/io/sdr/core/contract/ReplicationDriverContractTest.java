package io.sdr.core.contract;

import io.sdr.core.format.RawFormat;
import io.sdr.testkit.contract.DriverWorld;
import io.sdr.testkit.contract.ReplicationDriverContract;
import io.sdr.testkit.contract.SimulatedDriverWorld;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass
@ValueSource(booleans = {false, true})
class ReplicationDriverContractTest extends ReplicationDriverContract {
    @Parameter
    private boolean inFolder;

    @TempDir
    private Path folder;

    @Override
    protected DriverWorld newWorld() {
        return inFolder
                ? SimulatedDriverWorld.inFolder(new RawFormat(), folder)
                : SimulatedDriverWorld.inMemory(new RawFormat());
    }
}
