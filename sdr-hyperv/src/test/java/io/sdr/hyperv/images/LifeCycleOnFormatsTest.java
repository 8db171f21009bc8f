package io.sdr.hyperv.images;

import io.sdr.api.Side;
import io.sdr.api.spi.DiskFormat;
import io.sdr.hyperv.vhd.VhdFormat;
import io.sdr.hyperv.vhdx.VhdxFormat;
import io.sdr.testkit.contract.LifeCycleTraces;
import io.sdr.testkit.contract.SimulatedTraceWorld;
import io.sdr.testkit.contract.TraceWorld;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** The life cycle with disks and replicas that are VHDX and VHD files; engine and sites are closed and opened between steps. */
@ParameterizedClass
@MethodSource("formats")
class LifeCycleOnFormatsTest extends LifeCycleTraces {
    @Parameter
    private DiskFormat format;

    @TempDir
    private Path folder;

    static Stream<DiskFormat> formats() {
        return Stream.of(new VhdxFormat(), new VhdFormat(), new LargeSectors());
    }

    @Override
    protected TraceWorld newWorld() {
        return SimulatedTraceWorld.inMemory(folder, format);
    }

    @Override
    protected Side activeAtFirst() {
        return Side.PRIMARY;
    }

    @Override
    protected boolean restartsBetweenSteps() {
        return true;
    }
}
