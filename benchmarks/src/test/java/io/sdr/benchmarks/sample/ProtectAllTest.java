package io.sdr.benchmarks.sample;

import static io.sdr.api.Side.RECOVERY;
import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.FailoverPlan;
import io.sdr.api.NetworkId;
import io.sdr.api.Place;
import io.sdr.api.ReplicatedItem;
import io.sdr.api.SiteRecovery;
import io.sdr.api.TestNetwork;
import io.sdr.api.VirtualMachine;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/operating.md shows, run. */
class ProtectAllTest {
    private static final Place GOLD = Place.of("east", "Gold");
    private static final Place GOLD_DR = Place.of("west", "Gold-DR");

    private final VirtualTime time = new VirtualTime();

    private InMemorySite site(String name, String cloud, NetworkDescription... networks) {
        return InMemorySite.open(
                SiteOptions.named(name).time(time).clouds(cloud, "Silver").networks(networks), new MemoryFolder());
    }

    private static NetworkDescription network(String id, String name) {
        return new NetworkDescription(new NetworkId(id), name, List.of());
    }

    @Test
    void whatWasProtectedIsNotProtectedAgain(@TempDir Path folder) {
        try (InMemorySite east = site("east", "Gold", network("n-1", "VM Network"), network("n-2", "backup"));
                InMemorySite west = site("west", "Gold-DR", network("n-7", "VM Network"));
                SiteRecovery recovery = SiteRecovery.builder()
                        .site(east)
                        .site(west)
                        .dataDirectory(folder)
                        .timekeeper(time)
                        .withoutScheduler()
                        .build()) {
            VmId vm = east.createVm("web-01", 1 << 20).id();
            east.configureBehindTheBack(
                    vm,
                    VmConfiguration.of(1, 1 << 30, "bios")
                            .withAdapters(List.of(NetworkAdapter.named("lan")
                                    .withConnection(Optional.of(NetworkConnection.to(new NetworkId("n-1")))))));
            east.powerOn(vm);
            east.createVm("elsewhere", Optional.of("Silver"), List.of(1L << 20));
            ProtectAll runbook = new ProtectAll(recovery);

            List<ReplicatedItem> items = runbook.protect(GOLD, GOLD_DR);

            assertThat(items).extracting(ReplicatedItem::name).containsExactly("web-01");
            assertThat(items.get(0).networks().counterpart(new NetworkId("n-1"), RECOVERY))
                    .contains(new NetworkId("n-7"));
            recovery.failOver(FailoverPlan.test(items.get(0), RECOVERY, TestNetwork.isolated()))
                    .await();
            assertThat(runbook.protect(GOLD, GOLD_DR)).isEmpty();
            assertThat(runbook.protect(GOLD_DR, GOLD))
                    .as("neither the copy nor the drill's VM")
                    .isEmpty();
            assertThat(recovery.virtualMachines("east"))
                    .extracting(VirtualMachine::name)
                    .containsExactlyInAnyOrder("web-01", "elsewhere");
        }
    }
}
