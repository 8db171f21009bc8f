package io.sdr.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sdr.api.DisableRequest;
import io.sdr.api.InvalidRequestException;
import io.sdr.api.ItemId;
import io.sdr.api.NetworkId;
import io.sdr.api.NetworkSettings;
import io.sdr.api.Place;
import io.sdr.api.ProtectionRequest;
import io.sdr.api.RetryableException;
import io.sdr.api.Side;
import io.sdr.api.SiteRecovery;
import io.sdr.api.TestNetwork;
import io.sdr.api.VirtualMachine;
import io.sdr.api.VirtualNetwork;
import io.sdr.api.VmId;
import io.sdr.api.spi.NetworkAdapter;
import io.sdr.api.spi.NetworkConnection;
import io.sdr.api.spi.NetworkDescription;
import io.sdr.api.spi.VmConfiguration;
import io.sdr.testkit.InMemorySite;
import io.sdr.testkit.MemoryFolder;
import io.sdr.testkit.SiteOptions;
import io.sdr.testkit.VirtualTime;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** VMs and networks as users see them before anything is protected. */
class SiteListsTest {
    private static final NetworkId LAN = new NetworkId("n-lan");
    private static final ItemId ITEM = new ItemId("item");

    @TempDir
    private Path folder;

    private final VirtualTime time = new VirtualTime();
    private final InMemorySite east = site("east");
    private final InMemorySite west = site("west");
    private SiteRecovery recovery;

    private InMemorySite site(String name) {
        return InMemorySite.open(
                SiteOptions.named(name)
                        .time(time)
                        .clouds("Gold", "Silver")
                        .networks(
                                new NetworkDescription(new NetworkId("n-wan"), "outside", List.of()),
                                new NetworkDescription(
                                        LAN,
                                        "VM Network",
                                        List.of(new NetworkDescription.Subnet("front", OptionalInt.of(7))))),
                new MemoryFolder());
    }

    @BeforeEach
    void open() {
        recovery = SiteRecovery.builder()
                .site(east)
                .site(west)
                .dataDirectory(folder)
                .timekeeper(time)
                .withoutScheduler()
                .build();
    }

    @AfterEach
    void close() {
        recovery.close();
        east.close();
        west.close();
    }

    private VirtualMachine only(List<VirtualMachine> list) {
        assertThat(list).hasSize(1);
        return list.get(0);
    }

    @Test
    void aVmIsListedWithWhatIsThereOfIt() {
        VmId vm = east.createVm("sql-01", 3 << 20, 1 << 20).id();
        NetworkConnection lan = NetworkConnection.to(LAN);
        east.configureBehindTheBack(
                vm,
                VmConfiguration.of(1, 1 << 30, "bios")
                        .withAdapters(List.of(
                                NetworkAdapter.named("a").withConnection(Optional.of(lan)),
                                NetworkAdapter.named("b"),
                                NetworkAdapter.named("c").withConnection(Optional.of(lan)))));
        VirtualMachine off = only(recovery.virtualMachines("east"));
        assertThat(off.id()).isEqualTo(vm);
        assertThat(off.name()).isEqualTo("sql-01");
        assertThat(off.place()).isEqualTo(Place.of("east", "Gold"));
        assertThat(off.running()).isFalse();
        assertThat(off.disks()).extracting(VirtualMachine.Disk::sizeBytes).containsExactly(3L << 20, 1L << 20);
        assertThat(off.sizeBytes()).isEqualTo(4L << 20);
        assertThat(off.networks()).containsExactly(LAN);
        assertThat(off.isProtected()).isFalse();
        assertThat(off.madeByEngine()).isFalse();
        east.powerOn(vm);
        assertThat(only(recovery.virtualMachines("east")).running()).isTrue();
    }

    @Test
    void pagesFollowEachOtherWithoutLoss() {
        for (int i = 0; i < SiteLists.PAGE + 1; i++) {
            var unused = east.createVm("vm-" + i, 1 << 20);
        }
        assertThat(recovery.virtualMachines("east")).hasSize(SiteLists.PAGE + 1).doesNotHaveDuplicates();
        for (int i = 1; i < SiteLists.PAGE; i++) {
            var unused = east.createVm("more-" + i, 1 << 20);
        }
        assertThat(recovery.virtualMachines("east"))
                .as("the last page is full")
                .hasSize(2 * SiteLists.PAGE)
                .doesNotHaveDuplicates();
    }

    @Test
    void aCloudHasItsOwn() {
        VmId gold = east.createVm("one", 1 << 20).id();
        VmId silver =
                east.createVm("two", Optional.of("Silver"), List.of(1L << 20)).id();
        assertThat(only(recovery.virtualMachines(Place.of("east", "Gold"))).id())
                .isEqualTo(gold);
        assertThat(only(recovery.virtualMachines(Place.of("east", "Silver"))).id())
                .isEqualTo(silver);
        assertThat(recovery.virtualMachines("east")).hasSize(2);
        assertThat(recovery.virtualMachines("west")).isEmpty();
    }

    /** A VM is protected from what the list says of it, and then both copies say to which item they belong. */
    @Test
    void whatIsProtectedSaysSo() {
        east.powerOn(east.createVm("sql-01", 1 << 20).id());
        VirtualMachine listed = only(recovery.virtualMachines("east"));
        recovery.protect(ProtectionRequest.of(listed)
                        .to(Place.of("west", "Silver"))
                        .as(ITEM))
                .await();
        VirtualMachine source = only(recovery.virtualMachines("east"));
        assertThat(source.item()).contains(ITEM);
        assertThat(source.madeByEngine()).isFalse();
        VirtualMachine copy = only(recovery.virtualMachines("west"));
        assertThat(copy.item()).contains(ITEM);
        assertThat(copy.madeByEngine()).isTrue();
        assertThat(copy.place()).isEqualTo(Place.of("west", "Silver"));
        assertThat(recovery.item(ITEM).vms()).containsEntry(Side.PRIMARY, source.id());
        recovery.disable(DisableRequest.deletingReplica(ITEM)).await();
        assertThat(only(recovery.virtualMachines("east")).isProtected()).isFalse();
        assertThat(recovery.virtualMachines("west")).isEmpty();
    }

    @Test
    void networksAreListedAndMappedAsListed() {
        List<VirtualNetwork> here = recovery.networks("east");
        assertThat(here).extracting(VirtualNetwork::name).containsExactly("VM Network", "outside");
        assertThat(here.get(0).subnets()).containsExactly(new VirtualNetwork.Subnet("front", OptionalInt.of(7)));
        VirtualNetwork there = recovery.networks("west").get(1);
        assertThat(there.site()).isEqualTo(west.id());
        assertThat(NetworkSettings.none().map(here.get(0), there).counterpart(LAN, Side.RECOVERY))
                .contains(new NetworkId("n-wan"));
        assertThat(TestNetwork.existing(there)).isEqualTo(TestNetwork.existing(there.id()));
    }

    @Test
    void whatIsNotThereIsNamed() {
        assertThatThrownBy(() -> recovery.virtualMachines("north"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("UNKNOWN_SITE");
        assertThatThrownBy(() -> recovery.networks("north"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("UNKNOWN_SITE");
        assertThatThrownBy(() -> recovery.virtualMachines(Place.of("east", "Lead")))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("UNKNOWN_CLOUD");
        east.loseContact();
        assertThatThrownBy(() -> recovery.virtualMachines("east")).isInstanceOf(RetryableException.class);
        assertThatThrownBy(() -> recovery.networks("east")).isInstanceOf(RetryableException.class);
        assertThat(recovery.networks("west")).hasSize(2);
    }
}
