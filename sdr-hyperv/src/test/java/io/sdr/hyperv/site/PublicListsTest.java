package io.sdr.hyperv.site;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.NetworkId;
import io.sdr.api.Place;
import io.sdr.api.ProtectionRequest;
import io.sdr.api.SiteRecovery;
import io.sdr.api.VirtualMachine;
import io.sdr.api.VirtualNetwork;
import io.sdr.api.VmId;
import io.sdr.api.spi.NetworkConnection;
import io.sdr.api.spi.NetworkDescription;
import io.sdr.hyperv.simulation.SimulatedVm;
import io.sdr.hyperv.simulation.SimulatedWorld;
import io.sdr.testkit.VirtualTime;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What users see of hosts and of VMM before they protect: no id has to be guessed. */
class PublicListsTest {
    private static final long MIB = 1 << 20;
    /** What this library makes of the name of VMM's first network. */
    private static final NetworkId VM_NETWORK = new NetworkId("nVM_20Network");

    @TempDir
    Path folder;

    /** Hyper-V gives such a disk a text where others have a path. */
    @Test
    void aVmWithADiskOfItsHostHidesNothing() {
        VirtualTime time = new VirtualTime();
        SimulatedWorld world = SimulatedWorld.in(folder.resolve("world"), time);
        HostEstate estate = new HostEstate(world.newHost("west", "hv-01"), world.transport("hv-01"));
        SimulatedVm vm = estate.newRunningVm("old-01", List.of(4 * MIB, 8 * MIB));
        vm.turnOff();
        vm.drives().get(1).passThrough(2);
        try (HyperVSite west = estate.open();
                SiteRecovery recovery = SiteRecovery.builder()
                        .site(west)
                        .dataDirectory(folder.resolve("engine"))
                        .timekeeper(time)
                        .withoutScheduler()
                        .build()) {
            assertThat(recovery.virtualMachines("west").get(0).disks())
                    .extracting(VirtualMachine.Disk::sizeBytes)
                    .containsExactly(4 * MIB);
        }
    }

    @Test
    void ofHostsAndOfVmm() {
        VirtualTime time = new VirtualTime();
        SimulatedWorld world = SimulatedWorld.in(folder.resolve("world"), time);
        VmmEstate managed = new VmmEstate(world, "east", "Gold");
        HostEstate plain = new HostEstate(world.newHost("west", "hv-01"), world.transport("hv-01"));
        NetworkDescription network = new NetworkDescription(
                VM_NETWORK, "VM Network", List.of(new NetworkDescription.Subnet("front", OptionalInt.of(7))));
        managed.addNetwork(network);
        plain.addNetwork(network);
        SimulatedVm web = managed.newVm("web-01", "Gold", 8 * MIB, 4 * MIB);
        managed.connect(
                web, "lan", Optional.of(new NetworkConnection(VM_NETWORK, Optional.of("front"), OptionalInt.of(7))));
        SimulatedVm old = plain.newRunningVm("old-01", List.of(4 * MIB));
        old.turnOff();
        try (VmmSite east = managed.open();
                HyperVSite west = plain.open();
                SiteRecovery recovery = SiteRecovery.builder()
                        .site(east)
                        .site(west)
                        .dataDirectory(folder.resolve("engine"))
                        .timekeeper(time)
                        .withoutScheduler()
                        .build()) {
            VirtualNetwork here = recovery.networks("east").get(0);
            VirtualNetwork there = recovery.networks("west").get(0);
            for (VirtualNetwork each : List.of(here, there)) {
                assertThat(each.id()).isEqualTo(VM_NETWORK);
                assertThat(each.name()).isEqualTo("VM Network");
                assertThat(each.subnets())
                        .extracting(VirtualNetwork.Subnet::name)
                        .containsExactly("front");
            }
            VirtualMachine listed =
                    recovery.virtualMachines(Place.of("east", "Gold")).get(0);
            assertThat(listed.id()).isEqualTo(new VmId(web.id()));
            assertThat(listed.host()).contains(web.host().name());
            assertThat(listed.running()).isTrue();
            assertThat(listed.disks())
                    .extracting(VirtualMachine.Disk::sizeBytes)
                    .containsExactly(8 * MIB, 4 * MIB);
            assertThat(listed.networks()).containsExactly(here.id());
            assertThat(listed.isProtected()).isFalse();
            VirtualMachine other = recovery.virtualMachines("west").get(0);
            assertThat(other.place()).isEqualTo(Place.of("west"));
            assertThat(other.host()).contains("hv-01");
            assertThat(other.running()).isFalse();

            recovery.protect(ProtectionRequest.of(listed)
                            .to(other.place())
                            .networks(io.sdr.api.NetworkSettings.none().map(here, there)))
                    .await();
            assertThat(recovery.virtualMachines("west"))
                    .filteredOn(VirtualMachine::isProtected)
                    .singleElement()
                    .satisfies(copy -> assertThat(copy.madeByEngine()).isTrue());
            assertThat(recovery.virtualMachines("east")).allMatch(VirtualMachine::isProtected);
        }
        world.check();
    }
}
