package io.sdr.hyperv.images;

import io.sdr.api.spi.DiskFormat;
import io.sdr.hyperv.vhd.VhdFormat;
import io.sdr.hyperv.vhdx.VhdxFormat;
import io.sdr.testkit.contract.ReplicaPlaceContract;
import io.sdr.testkit.contract.SimulatedSiteWorld;
import io.sdr.testkit.contract.SiteWorld;
import java.util.stream.Stream;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** The place of replicas with bases and layers that are VHDX and VHD files. */
@ParameterizedClass
@MethodSource("formats")
class ReplicaPlaceOnFormatsTest extends ReplicaPlaceContract {
    @Parameter
    private DiskFormat format;

    static Stream<DiskFormat> formats() {
        return Stream.of(new VhdxFormat(), new VhdFormat());
    }

    @Override
    protected SiteWorld newWorld() {
        return SimulatedSiteWorld.inMemory(format);
    }
}
