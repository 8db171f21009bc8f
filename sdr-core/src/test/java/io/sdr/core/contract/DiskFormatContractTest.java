package io.sdr.core.contract;

import io.sdr.api.spi.DiskFormat;
import io.sdr.core.format.RawFormat;
import io.sdr.testkit.contract.DiskFormatContract;

class DiskFormatContractTest extends DiskFormatContract {
    @Override
    protected DiskFormat format() {
        return new RawFormat();
    }
}
