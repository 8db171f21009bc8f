package io.sdr.hyperv.site;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.ItemId;
import io.sdr.api.JobId;
import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.VmConfiguration;
import io.sdr.hyperv.simulation.HostSettings;
import io.sdr.hyperv.simulation.SimulatedVm;
import io.sdr.hyperv.simulation.SimulatedWorld;
import io.sdr.testkit.VirtualTime;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On which node of a cluster copies are made: chosen once for each item, and noted. */
class PlacementTest {
    private static final VmConfiguration SMALL = VmConfiguration.of(1, 1 << 30, "uefi");
    private static final long GIB = 1L << 30;

    @TempDir
    Path folder;

    private SimulatedWorld world;
    private VmmEstate estate;
    private VmmSite site;

    @BeforeEach
    void aCloudOverThreeHosts() {
        world = SimulatedWorld.in(folder, new VirtualTime());
        estate = new VmmEstate(world, "east", "Gold");
        site = estate.open();
    }

    @AfterEach
    void close() {
        site.close();
        world.check();
    }

    private void reopen() {
        site.close();
        site = estate.open();
    }

    private CallContext call(String item) {
        return CallContext.once(new ItemId(item), 0, "t", world.time().now().plusSeconds(600));
    }

    private void free(int host, long bytes) {
        estate.hosts
                .get(host - 1)
                .settings()
                .volumes
                .replaceAll(each ->
                        new HostSettings.Volume(each.path(), "", each.fileSystem(), each.capacityBytes(), bytes));
    }

    private int placed(VmId vm) {
        SimulatedVm found = estate.find(vm.value()).orElseThrow();
        return estate.hosts.indexOf(found.host()) + 1;
    }

    private int copy(String item) {
        return placed(site.vms()
                .createPlaceholder("copy", Optional.empty(), SMALL, call(item))
                .vm());
    }

    private int drill(String item) {
        return placed(site.testObjects()
                .createVm(new JobId("job"), "copy - Test", Optional.empty(), SMALL, call(item))
                .vm());
    }

    @Test
    void theMostRoomCountsAndThenTheName() {
        assertThat(copy("one")).isEqualTo(1);
        free(3, 9_000 * GIB);
        free(2, 8_000 * GIB);
        assertThat(copy("two")).isEqualTo(3);
        free(2, 9_000 * GIB);
        assertThat(copy("three")).isEqualTo(2);
    }

    @Test
    void whatWasChosenStays() {
        free(2, 9_000 * GIB);
        assertThat(copy("one")).isEqualTo(2);
        free(3, 10_000 * GIB);
        assertThat(copy("one")).isEqualTo(2);
        reopen();
        assertThat(drill("one")).isEqualTo(2);
        assertThat(copy("two")).isEqualTo(3);
    }

    @Test
    void aHostWithoutTheWayOrTheVolumeIsNotTaken() {
        free(2, 9_000 * GIB);
        free(3, 10_000 * GIB);
        estate.reach(3, Unreached::readOnly);
        reopen();
        assertThat(copy("one")).isEqualTo(2);
        estate.hosts.get(1).settings().volumes.removeIf(each -> each.path().equals("C:\\"));
        assertThat(copy("two")).isEqualTo(1);
    }

    /** While a host is silent others are taken; while all are, nothing is chosen. */
    @Test
    void aSilentHostIsNotTaken() {
        free(3, 10_000 * GIB);
        estate.setReachable(false);
        assertThat(site.disks().replicaFolder(new ItemId("one")).describe()).isNotEmpty();
        estate.setReachable(true);
        assertThat(copy("one")).isEqualTo(3);
    }

    /** An item that was placed before anything was noted is where all were. */
    @Test
    void whatWasThereBeforeStaysOnTheFirst() throws java.io.IOException {
        free(3, 10_000 * GIB);
        Path replica = estate.hosts.get(0).real(VmmEstate.FOLDER + "\\replicas\\i-old");
        Files.createDirectories(replica);
        Files.writeString(replica.resolve("manifest"), "x");
        assertThat(copy("old")).isEqualTo(1);
    }

    @Test
    void theNoteGoesWithItsItem() {
        Path notes = estate.hosts.get(0).real(VmmEstate.FOLDER + "\\replicas\\homes");
        copy("one");
        assertThat(notes.resolve("i-one")).hasContent("east-1.example.net");
        site.catalogue().forget(new ItemId("one"), call("one"));
        assertThat(notes).isEmptyDirectory();
        assertThat(notes.resolve("i-one")).doesNotExist();
    }

    /** The node is no longer one of the site's. */
    @Test
    void aNoteAboutAnotherHostIsWrittenAnew() throws java.io.IOException {
        Path note =
                estate.hosts.get(0).real(VmmEstate.FOLDER + "\\replicas\\homes").resolve("i-one");
        Files.createDirectories(note.getParent());
        Files.writeString(note, "gone-7.example.net");
        free(2, 10_000 * GIB);
        assertThat(copy("one")).isEqualTo(2);
        assertThat(note).hasContent("east-2.example.net");
    }
}
