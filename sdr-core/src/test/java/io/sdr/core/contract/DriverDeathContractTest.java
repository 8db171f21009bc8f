package io.sdr.core.contract;

import io.sdr.core.format.RawFormat;
import io.sdr.testkit.contract.DriverDeathContract;
import io.sdr.testkit.contract.DriverWorld;
import io.sdr.testkit.contract.SimulatedDriverWorld;

class DriverDeathContractTest extends DriverDeathContract {
    @Override
    protected DriverWorld newWorld() {
        return SimulatedDriverWorld.withPowerCut(new RawFormat());
    }
}
