package io.sdr.core.contract;

import io.sdr.testkit.contract.DriverDeathContract;
import io.sdr.testkit.contract.DriverWorld;

class DriverDeathContractTest extends DriverDeathContract {
    @Override
    protected DriverWorld newWorld() {
        return SimulatedDriverWorld.inMemory(driver -> driver);
    }
}
