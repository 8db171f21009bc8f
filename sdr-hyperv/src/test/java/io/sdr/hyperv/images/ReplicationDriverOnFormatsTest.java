package io.sdr.hyperv.images;

import io.sdr.api.spi.DiskFormat;
import io.sdr.hyperv.vhd.VhdFormat;
import io.sdr.hyperv.vhdx.VhdxFormat;
import io.sdr.testkit.contract.DriverWorld;
import io.sdr.testkit.contract.ReplicationDriverContract;
import io.sdr.testkit.contract.SimulatedDriverWorld;
import java.util.stream.Stream;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** sdr's driver with bases and layers that are VHDX and VHD files. */
@ParameterizedClass
@MethodSource("formats")
class ReplicationDriverOnFormatsTest extends ReplicationDriverContract {
    @Parameter
    private DiskFormat format;

    static Stream<DiskFormat> formats() {
        return Stream.of(new VhdxFormat(), new VhdFormat(), new LargeSectors());
    }

    @Override
    protected DriverWorld newWorld() {
        return SimulatedDriverWorld.inMemory(format);
    }
}
