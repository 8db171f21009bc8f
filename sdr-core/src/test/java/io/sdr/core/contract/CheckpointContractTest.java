package io.sdr.core.contract;

import io.sdr.testkit.contract.CheckpointContract;
import io.sdr.testkit.contract.SiteWorld;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(SiteKind.class)
class CheckpointContractTest extends CheckpointContract {
    @Parameter
    private SiteKind kind;

    @TempDir
    private Path folder;

    @Override
    protected SiteWorld newWorld() {
        return kind.open(folder);
    }
}
