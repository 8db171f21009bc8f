package io.sdr.hyperv.site;

import io.sdr.testkit.contract.DriverWorld;
import io.sdr.testkit.contract.ReplicationDriverContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Both drivers keep what a replication driver promises, on hosts and under VMM. */
@ParameterizedClass
@EnumSource
class ReplicationDriversTest extends ReplicationDriverContract {
    @Parameter
    private DriverKind kind;

    @TempDir(factory = FastTempDir.class)
    private Path folder;

    @Override
    protected DriverWorld newWorld() {
        return kind.open(folder);
    }
}
