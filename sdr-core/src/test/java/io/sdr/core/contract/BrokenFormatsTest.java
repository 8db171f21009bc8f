package io.sdr.core.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.spi.DiskFormat;
import io.sdr.api.spi.StorageFolder;
import io.sdr.testkit.contract.DiskFormatContract;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each format that is broken in one way fails the test that is there for it. */
class BrokenFormatsTest {
    @ParameterizedTest
    @EnumSource(BrokenFormat.class)
    void isFoundOut(BrokenFormat broken) {
        assertThat(SuiteRun.of(Formats.class, broken.name()).failed())
                .as("tests that failed on %s", broken)
                .contains(broken.test());
    }

    @ExtendWith(SuiteRun.Breaking.class)
    static final class Formats extends DiskFormatContract implements SuiteRun.Breakable {
        private BrokenFormat broken;

        @Override
        public void breakAs(String name) {
            broken = BrokenFormat.valueOf(name);
        }

        @Override
        protected DiskFormat format() {
            return broken.format();
        }

        @Override
        protected StorageFolder before(StorageFolder storage) {
            return broken.before(storage);
        }
    }
}
