package io.sdr.hyperv.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.Place;
import io.sdr.api.SiteRecovery;
import io.sdr.hyperv.simulation.SimulatedVm;
import io.sdr.hyperv.simulation.SimulatedWorld;
import io.sdr.hyperv.site.VmmEstate;
import io.sdr.hyperv.site.VmmSite;
import io.sdr.testkit.VirtualTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the module's README shows, run on two simulated VMM servers with three hosts each. */
class CloudFailoverTest {
    private static final int MOST_LINES = 40;

    @TempDir
    Path folder;

    @Test
    void aCloudFailsOverAndComesBack() {
        VirtualTime time = new VirtualTime();
        SimulatedWorld world = SimulatedWorld.in(folder.resolve("world"), time);
        VmmEstate ofEast = new VmmEstate(world, "east", "Gold");
        VmmEstate ofWest = new VmmEstate(world, "west", "Gold-DR");
        List<SimulatedVm> vms =
                List.of(ofEast.newVm("web-01", "Gold", 8 << 20), ofEast.newVm("sql-01", "Gold", 8 << 20, 4 << 20));
        try (VmmSite east = ofEast.open();
                VmmSite west = ofWest.open();
                SiteRecovery recovery = SiteRecovery.builder()
                        .site(east)
                        .site(west)
                        .dataDirectory(folder.resolve("engine"))
                        .timekeeper(time)
                        .build()) {
            new CloudFailover(recovery).protectDrillFailOverAndBack();
            assertThat(recovery.items()).hasSize(vms.size());
            assertThat(recovery.virtualMachines(Place.of("west", "Gold-DR")))
                    .as("the copies, in their cloud")
                    .hasSize(vms.size());
        }
        for (SimulatedVm vm : vms) {
            assertThat(vm.runs()).isTrue();
            assertThat(ofEast.vmm().statusOf(vm)).isEqualTo("Running");
        }
        assertThat(ofWest.vms()).hasSize(vms.size()).noneMatch(SimulatedVm::runs);
        world.check();
    }

    @Test
    void theReadmeShowsIt() throws IOException {
        String source = Files.readString(Path.of("src/test/java/io/sdr/hyperv/sample/CloudFailover.java"));
        String shown = source.substring(source.indexOf("/** Protects"));
        assertThat(withoutSpace(Files.readString(Path.of("README.md"))))
                .contains(withoutSpace("```java\n" + shown + "```"));
        assertThat(shown.lines().count()).isLessThan(MOST_LINES);
    }

    private static String withoutSpace(String code) {
        return code.replaceAll("\\s+", "");
    }
}
