package io.sdr.core.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.testkit.contract.DriverWorld;
import io.sdr.testkit.contract.ReplicationDriverContract;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each driver that is broken in one way fails the test that is there for it. */
class BrokenDriversTest {
    @ParameterizedTest
    @EnumSource(BrokenDriver.class)
    void isFoundOut(BrokenDriver broken) {
        assertThat(SuiteRun.of(Drivers.class, broken.name()).failed())
                .as("tests that failed on %s", broken)
                .contains(broken.test());
    }

    @ExtendWith(SuiteRun.Breaking.class)
    static final class Drivers extends ReplicationDriverContract implements SuiteRun.Breakable {
        private BrokenDriver broken;

        @Override
        public void breakAs(String name) {
            broken = BrokenDriver.valueOf(name);
        }

        @Override
        protected DriverWorld newWorld() {
            return broken.open();
        }
    }
}
