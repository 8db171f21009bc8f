package io.sdr.hyperv.images;

import io.sdr.api.spi.DiskFormat;
import io.sdr.hyperv.vhd.VhdFormat;
import io.sdr.hyperv.vhdx.VhdxFormat;
import io.sdr.testkit.contract.DriverHistoryContract;
import io.sdr.testkit.contract.DriverWorld;
import io.sdr.testkit.contract.SimulatedDriverWorld;
import java.util.stream.Stream;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Random histories of sdr's driver, with disks, bases and layers that are VHDX and VHD files. */
@ParameterizedClass
@MethodSource("formats")
class DriverHistoryOnFormatsTest extends DriverHistoryContract {
    @Parameter
    private DiskFormat format;

    static Stream<DiskFormat> formats() {
        return Stream.of(new VhdxFormat(), new VhdFormat());
    }

    @Override
    protected DriverWorld newWorld() {
        return SimulatedDriverWorld.withPowerCut(format);
    }

    @Override
    protected int histories() {
        return 4;
    }
}
