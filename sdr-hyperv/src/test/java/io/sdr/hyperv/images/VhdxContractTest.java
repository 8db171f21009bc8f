package io.sdr.hyperv.images;

import io.sdr.api.spi.DiskFormat;
import io.sdr.hyperv.vhdx.VhdxFormat;
import io.sdr.testkit.contract.DiskFormatContract;
import java.util.List;

/** VHDX keeps what every format promises. */
class VhdxContractTest extends DiskFormatContract {
    @Override
    protected DiskFormat format() {
        return new VhdxFormat();
    }

    @Override
    protected List<Long> sizes() {
        return List.of(512L, 66_048L, (2L << 20) + 512);
    }
}
