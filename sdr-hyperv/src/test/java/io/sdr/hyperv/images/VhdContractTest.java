package io.sdr.hyperv.images;

import io.sdr.api.spi.DiskFormat;
import io.sdr.hyperv.vhd.VhdFormat;
import io.sdr.testkit.contract.DiskFormatContract;
import java.util.List;

/** VHD keeps what every format promises. */
class VhdContractTest extends DiskFormatContract {
    @Override
    protected DiskFormat format() {
        return new VhdFormat();
    }

    @Override
    protected List<Long> sizes() {
        return List.of(512L, 66_048L, (2L << 20) + 512);
    }
}
