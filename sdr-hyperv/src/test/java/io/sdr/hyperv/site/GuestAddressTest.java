package io.sdr.hyperv.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sdr.api.GuestAddress;
import io.sdr.api.InvalidRequestException;
import io.sdr.api.ItemId;
import io.sdr.api.JobId;
import io.sdr.api.NetworkId;
import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.NetworkAdapter;
import io.sdr.api.spi.NetworkConnection;
import io.sdr.api.spi.NetworkDescription;
import io.sdr.api.spi.VmConfiguration;
import io.sdr.hyperv.simulation.SimulatedHost;
import io.sdr.hyperv.simulation.SimulatedVm;
import io.sdr.hyperv.simulation.SimulatedWorld;
import io.sdr.testkit.VirtualTime;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Addresses that a guest gets when its VM starts, and the names of VLANs. */
class GuestAddressTest {
    private static final GuestAddress IPV4 =
            GuestAddress.of("10.2.0.15/20").gateway("10.2.0.1").dnsServers("10.2.0.2", "10.2.0.3");
    private static final GuestAddress IPV6 = GuestAddress.of("fd00::15/64");

    @TempDir(factory = FastTempDir.class)
    private Path folder;

    private SimulatedWorld world;
    private HostEstate estate;
    private HyperVSite site;
    private SimulatedVm vm;
    private VmId id;

    @BeforeEach
    void aHost() {
        world = SimulatedWorld.in(folder, new VirtualTime());
        SimulatedHost host = world.newHost("east", "hv-01");
        estate = new HostEstate(host, world.transport("hv-01"));
        estate.addNetwork(new NetworkDescription(
                new NetworkId("lan"),
                "lan",
                List.of(
                        new NetworkDescription.Subnet("front", OptionalInt.of(101)),
                        new NetworkDescription.Subnet("back", OptionalInt.of(102)))));
        site = estate.open();
        vm = estate.newRunningVm("web", List.of(4L << 20));
        vm.turnOff();
        id = new VmId(vm.id());
    }

    @AfterEach
    void nobodyDidWhatNobodyMust() {
        estate.close(site);
        world.check();
    }

    private CallContext call() {
        return CallContext.once(new ItemId("web"), 0, "t", world.time().now().plusSeconds(600));
    }

    private static VmConfiguration configuration(NetworkAdapter... adapters) {
        return VmConfiguration.of(2, 1 << 30, "uefi").withAdapters(List.of(adapters));
    }

    private VmConfiguration described(VmId which) {
        return site.inventory().find(which.value(), call()).get(0).configuration();
    }

    private static List<String> addresses(SimulatedVm of) {
        return of.adapters().stream().flatMap(each -> each.addresses().stream()).toList();
    }

    @Test
    void theGuestGetsThemWhenItStarts_andTheInventoryTells() {
        VmConfiguration wanted = configuration(
                NetworkAdapter.named("nic 0").withAddress(Optional.of(IPV4)),
                NetworkAdapter.named("nic 1").withAddress(Optional.of(IPV6)),
                NetworkAdapter.named("nic 2"));
        site.vms().configure(id, wanted, call());
        assertThat(described(id)).isEqualTo(wanted);
        assertThat(addresses(vm)).isEmpty();
        site.vms().start(id, call());
        assertThat(addresses(vm)).containsExactly("10.2.0.15", "fd00::15");
        assertThat(described(id)).isEqualTo(wanted);
    }

    /** Told otherwise, it keeps what it has. */
    @Test
    void withoutAnAddressNothingIsGiven() {
        site.vms().configure(id, configuration(NetworkAdapter.named("nic").withAddress(Optional.of(IPV4))), call());
        site.vms().configure(id, configuration(NetworkAdapter.named("nic")), call());
        site.vms().start(id, call());
        assertThat(addresses(vm)).isEmpty();
        assertThat(described(id).adapters().get(0).address()).isEmpty();
    }

    /** What a guest cannot be given keeps no VM from running, and is not told as given. */
    @Test
    void aGuestWithoutTheServiceRunsWithItsOwn() {
        vm.disableService("KVP");
        site.vms().configure(id, configuration(NetworkAdapter.named("nic").withAddress(Optional.of(IPV4))), call());
        assertThat(site.vms().start(id, call()).isRunning()).isTrue();
        assertThat(described(id).adapters().get(0).address()).isEmpty();
    }

    /** The line breaks after the host has started the VM: the addresses were handed over with it. */
    @Test
    void aLostAnswerLosesNoAddress() {
        site.vms().configure(id, configuration(NetworkAdapter.named("nic").withAddress(Optional.of(IPV4))), call());
        estate.orders().loseNextChange();
        assertThatThrownBy(() -> site.vms().start(id, call())).hasMessageContaining("vm-start");
        assertThat(addresses(vm)).containsExactly("10.2.0.15");
    }

    /** An adapter's name is data: what looks like a line of its own is none. */
    @Test
    void aNameWithALineInItGivesNobodyAnAddress() {
        String name = "x\n4096 10.6.6.6 255.255.255.0 - - nic";
        VmConfiguration wanted = configuration(
                NetworkAdapter.named("nic"), NetworkAdapter.named(name).withAddress(Optional.of(IPV4)));
        site.vms().configure(id, wanted, call());
        site.vms().start(id, call());
        assertThat(addresses(vm)).isEmpty();
    }

    @Test
    void aDrillsGuestGetsThemToo() {
        JobId drill = new JobId("drill-1");
        VmId test = site.testObjects()
                .createVm(
                        drill,
                        "web - Test",
                        Optional.empty(),
                        configuration(NetworkAdapter.named("nic").withAddress(Optional.of(IPV4))),
                        call())
                .vm();
        site.vms().start(test, call());
        assertThat(addresses(estate.find(test.value()).orElseThrow())).containsExactly("10.2.0.15");
        site.vms().turnOff(test, call());
        site.testObjects().deleteVm(drill, test, call());
    }

    @Test
    void vlansHaveNames() {
        NetworkConnection back = new NetworkConnection(new NetworkId("lan"), Optional.of("back"), OptionalInt.of(102));
        NetworkConnection unnamed = new NetworkConnection(new NetworkId("lan"), Optional.empty(), OptionalInt.of(7));
        VmConfiguration wanted = configuration(
                NetworkAdapter.named("one").withConnection(Optional.of(back)),
                NetworkAdapter.named("two").withConnection(Optional.of(unnamed)));
        site.vms().configure(id, wanted, call());
        assertThat(described(id)).isEqualTo(wanted);
        assertThat(site.inventory().networks(call()).get(0).connection(Optional.of("back")))
                .isEqualTo(back);
    }

    @Test
    void aVlanHasOneName() {
        HyperVSite.Builder builder = HyperVSite.named("east").subnet("lan", "front", 101);
        for (Runnable wrong : List.<Runnable>of(
                () -> builder.subnet("lan", "front", 102),
                () -> builder.subnet("lan", "back", 101),
                () -> builder.subnet("lan", "back", 0),
                () -> builder.subnet("lan", "back", 4095))) {
            assertThatThrownBy(wrong::run)
                    .isInstanceOf(InvalidRequestException.class)
                    .extracting("code")
                    .isEqualTo("INVALID_SUBNET");
        }
    }
}
