package io.sdr.core.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.spi.SiteProvider;
import io.sdr.core.format.RawFormat;
import io.sdr.testkit.contract.CatalogueContract;
import io.sdr.testkit.contract.CheckpointContract;
import io.sdr.testkit.contract.InventoryContract;
import io.sdr.testkit.contract.ReplicaPlaceContract;
import io.sdr.testkit.contract.SimulatedSiteWorld;
import io.sdr.testkit.contract.SiteCallContract;
import io.sdr.testkit.contract.SiteWorld;
import io.sdr.testkit.contract.VmControlContract;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each site that is broken in one way fails the test that is there for it. */
class BrokenSitesTest {
    @ParameterizedTest
    @EnumSource(BrokenSite.class)
    void isFoundOut(BrokenSite broken) {
        assertThat(SuiteRun.of(broken.suite(), broken.name()).failed())
                .as("tests that failed on %s", broken)
                .contains(broken.test());
    }

    /** The same, with something before each facet that changes nothing: what breaks the sites above is not that. */
    @ParameterizedTest
    @ValueSource(
            classes = {Vms.class, Catalogues.class, Checkpoints.class, Places.class, Inventories.class, AllCalls.class})
    void aGoodSitePasses(Class<?> suite) {
        assertThat(SuiteRun.of(suite, SuiteRun.GOOD).failed()).isEmpty();
    }

    private static SiteWorld open(String broken) {
        return broken.equals(SuiteRun.GOOD)
                ? SimulatedSiteWorld.inMemory(new RawFormat(), BrokenSitesTest::behindGlass, folder -> folder)
                : BrokenSite.valueOf(broken).open();
    }

    private static SiteProvider behindGlass(SiteProvider site) {
        SiteProvider behind = site;
        for (String facet : List.of("vms", "disks", "catalogue", "inventory")) {
            behind = Interceptor.beforeFacet(behind, facet, (method, arguments, good) -> good.call(arguments));
        }
        return behind;
    }

    @ExtendWith(SuiteRun.Breaking.class)
    static final class Vms extends VmControlContract implements SuiteRun.Breakable {
        private String broken;

        @Override
        public void breakAs(String name) {
            broken = name;
        }

        @Override
        protected SiteWorld newWorld() {
            return open(broken);
        }
    }

    @ExtendWith(SuiteRun.Breaking.class)
    static final class Catalogues extends CatalogueContract implements SuiteRun.Breakable {
        private String broken;

        @Override
        public void breakAs(String name) {
            broken = name;
        }

        @Override
        protected SiteWorld newWorld() {
            return open(broken);
        }
    }

    @ExtendWith(SuiteRun.Breaking.class)
    static final class Checkpoints extends CheckpointContract implements SuiteRun.Breakable {
        private String broken;

        @Override
        public void breakAs(String name) {
            broken = name;
        }

        @Override
        protected SiteWorld newWorld() {
            return open(broken);
        }
    }

    @ExtendWith(SuiteRun.Breaking.class)
    static final class Places extends ReplicaPlaceContract implements SuiteRun.Breakable {
        private String broken;

        @Override
        public void breakAs(String name) {
            broken = name;
        }

        @Override
        protected SiteWorld newWorld() {
            return open(broken);
        }
    }

    @ExtendWith(SuiteRun.Breaking.class)
    static final class Inventories extends InventoryContract implements SuiteRun.Breakable {
        private String broken;

        @Override
        public void breakAs(String name) {
            broken = name;
        }

        @Override
        protected SiteWorld newWorld() {
            return open(broken);
        }
    }

    @ExtendWith(SuiteRun.Breaking.class)
    static final class AllCalls extends SiteCallContract implements SuiteRun.Breakable {
        private String broken;

        @Override
        public void breakAs(String name) {
            broken = name;
        }

        @Override
        protected SiteWorld newWorld() {
            return open(broken);
        }
    }
}
