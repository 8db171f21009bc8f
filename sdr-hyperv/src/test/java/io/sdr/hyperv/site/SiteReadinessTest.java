package io.sdr.hyperv.site;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.DiskId;
import io.sdr.api.Finding;
import io.sdr.api.ItemId;
import io.sdr.api.SiteId;
import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.ReadinessQuestion;
import io.sdr.api.spi.VmConfiguration;
import io.sdr.api.spi.VmDescription;
import io.sdr.hyperv.simulation.HostSettings;
import io.sdr.hyperv.simulation.SimulatedHost;
import io.sdr.hyperv.simulation.SimulatedVm;
import io.sdr.hyperv.simulation.SimulatedWorld;
import io.sdr.testkit.VirtualTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Readiness as a site over VMM tells it: of three hosts, a VM, the place of a replica, and VMM. */
class SiteReadinessTest {
    private static final long MIB = 1 << 20;

    @TempDir
    Path folder;

    private int scenes;

    /** A site with everything at hand that can be made wrong. */
    private final class Scene {
        private final VirtualTime time = new VirtualTime();
        private final SimulatedWorld world = SimulatedWorld.in(folder.resolve("world-" + scenes++), time);
        final VmmEstate estate = new VmmEstate(world, "east", "Gold");
        final SimulatedVm vm = estate.newVm("web-01", "Gold", 8 * MIB, 8 * MIB);
        final List<DiskRef> incoming = new ArrayList<>(List.of(disk("west", "vhdx", 8 * MIB)));
        final List<DiskRef> attached = new ArrayList<>();
        String id = vm.id();
        long room = 32 * MIB;

        SimulatedHost host(int number) {
            return estate.hosts.get(number - 1);
        }

        String file() {
            return vm.drives().get(1).path();
        }

        HostSettings settings(int number) {
            return host(number).settings();
        }

        List<Finding> findings() {
            try (VmmSite site = estate.open()) {
                CallContext context =
                        CallContext.once(new ItemId("web"), 0, "t", time.now().plusSeconds(3600));
                VmDescription described = new VmDescription(
                        new VmId(id),
                        vm.name(),
                        Optional.of("Gold"),
                        Optional.empty(),
                        attached,
                        VmConfiguration.of(1, 1 << 30, "uefi"));
                List<Finding> all =
                        new ArrayList<>(site.inventory().readiness(new ReadinessQuestion.AsSource(described), context));
                all.addAll(site.inventory().readiness(new ReadinessQuestion.AsTarget(incoming, room), context));
                return all.stream().distinct().toList();
            }
        }
    }

    private static DiskRef disk(String site, String format, long sizeBytes) {
        return new DiskRef(new SiteId(site), new DiskId("0"), "D:\\disk." + format, format, sizeBytes);
    }

    private static void delete(Path path) {
        try {
            Files.delete(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void unfit(HostSettings settings) {
        settings.volumes.replaceAll(
                each -> new HostSettings.Volume(each.path(), "", "exFAT", each.capacityBytes(), each.freeBytes()));
    }

    /** Each is its finding; the number is that of the hosts that tell of it. */
    @SuppressWarnings("ImmutableEnumChecker") // lambdas without state
    private enum Fault {
        HYPERV_MODULE_MISSING(scene -> scene.settings(3).modules.remove("Hyper-V")),
        HYPERV_STOPPED(scene -> scene.settings(3).services.put("vmms", "Stopped")),
        WINDOWS_TOO_OLD(scene -> scene.settings(3).build = "9600"),
        POWERSHELL_TOO_OLD(scene -> scene.settings(3).powershell = "4.0"),
        RIGHTS_MISSING(scene -> scene.settings(3).hyperVAdministrator = false),
        CLUSTER_MODULE_MISSING(scene -> scene.settings(3).modules.remove("FailoverClusters")),
        VM_LOG_UNREADABLE(scene -> scene.host(2).log().setReadable(false)),
        CLOCK_WRONG(scene -> scene.host(3).setClockSkew(Duration.ofMinutes(-6))),
        CLOCK_DIFFERS(scene -> scene.host(1).setClockSkew(Duration.ofSeconds(11))),
        CATALOGUE_MISSING(scene -> delete(scene.host(1).real(VmmEstate.FOLDER + "\\catalogue")), 3),
        PASS_THROUGH_DISK(scene -> scene.vm.drives().get(0).passThrough(2)),
        SHARED_DISK(scene -> scene.vm.drives().get(0).share()),
        NOT_VHDX(scene -> scene.attached.add(disk("east", "vhd", 8 * MIB))),
        VM_VERSION_TOO_OLD(scene -> scene.vm.setVersion("5.0")),
        VM_SAVED(scene -> scene.vm.save()),
        VM_SHIELDED(scene -> scene.vm.setShielded(true)),
        VIRTUAL_TPM(scene -> scene.vm.setTpm(true)),
        SHUTDOWN_SERVICE_OFF(scene -> scene.vm.setOffersShutdown(false)),
        VSS_SERVICE_OFF(scene -> scene.vm.disableService("VSS")),
        HEARTBEAT_SERVICE_OFF(scene -> scene.vm.disableService("Heartbeat")),
        DATA_EXCHANGE_SERVICE_OFF(scene -> scene.vm.disableService("KVP")),
        NO_DATA_PATH(scene -> scene.estate.reach(2, Unreached::unmapped)),
        DATA_PATH_UNREADABLE(scene -> scene.estate.reach(1, Unreached::anotherFolder)),
        DATA_PATH_READ_ONLY(scene -> scene.estate.reach(1, Unreached::readOnly)),
        PARENT_ELSEWHERE(
                scene -> scene.host(1).setParent(scene.file(), "C:\\ClusterStorage\\Volume1\\Images\\win.vhdx")),
        UNKNOWN_FORMAT(scene -> scene.incoming.add(disk("west", "vmdk", 1))),
        EMPTY_DISK(scene -> scene.incoming.add(disk("west", "vhdx", 0))),
        DISK_TOO_LARGE(scene -> scene.incoming.add(disk("west", "vhdx", (64L << 40) + 1))),
        SAME_SITE(scene -> scene.incoming.add(disk("east", "vhdx", 1))),
        NO_ROOM(scene -> scene.room = Long.MAX_VALUE),
        /** The place is the first host or, where that one takes no files, the second. */
        REPLICA_VOLUME_UNFIT(scene -> {
            unfit(scene.settings(1));
            unfit(scene.settings(2));
        }),
        VMM_TOO_OLD(scene -> scene.estate.vmm.setVersion("3.2.7510.0")),
        HOST_NOT_OK(scene -> scene.estate.vmm.setHostState(scene.host(2), "NotResponding"));

        private final Consumer<Scene> wrong;
        private final int places;

        Fault(Consumer<Scene> wrong) {
            this(wrong, 1);
        }

        Fault(Consumer<Scene> wrong, int places) {
            this.wrong = wrong;
            this.places = places;
        }
    }

    @Test
    void nothingIsFoundWhereNothingIsWrong() {
        assertThat(new Scene().findings()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void eachFaultAloneIsOneFinding(Fault fault) {
        Scene scene = new Scene();
        fault.wrong.accept(scene);
        assertThat(scene.findings())
                .extracting(Finding::code)
                .hasSize(fault.places)
                .containsOnly(fault.name());
    }

    @Test
    void allFaultsAtOnceAreAllFindings() {
        Scene scene = new Scene();
        Arrays.stream(Fault.values()).forEach(fault -> fault.wrong.accept(scene));
        Set<String> codes = scene.findings().stream().map(Finding::code).collect(Collectors.toSet());
        assertThat(codes)
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(Fault.values()).map(Fault::name).toList());
    }

    /** A node that is down is silent itself, and the others say that it is down. */
    @Test
    void aSilentHostHidesNothing() {
        Scene scene = new Scene();
        scene.host(2).powerFails();
        scene.vm.setShielded(true);
        assertThat(scene.findings())
                .extracting(Finding::code)
                .containsExactlyInAnyOrder("HOST_SILENT", "CLUSTER_NODE_DOWN", "VM_SHIELDED");
    }

    @Test
    void aVmThatIsNowhereIsUnknown() {
        Scene scene = new Scene();
        scene.id = "00000000-0000-0000-0000-000000000001";
        assertThat(scene.findings()).extracting(Finding::code).containsExactly("UNKNOWN_VM", "VM_NOT_IN_VMM");
    }

    /** Whether VMM can be asked at all, by whom, and what it does not have. */
    @Test
    void vmmItself() {
        Scene scene = new Scene();
        scene.estate.vmm.setLets(false);
        assertThat(scene.findings()).extracting(Finding::code).containsExactly("VMM_REFUSES");
        scene.estate.vmm.machine().settings().services.put("SCVMMService", "Stopped");
        assertThat(scene.findings()).extracting(Finding::code).containsExactly("VMM_STOPPED");
        scene.estate.vmm.machine().settings().modules.remove("VirtualMachineManager");
        assertThat(scene.findings()).extracting(Finding::code).containsExactly("VMM_CONSOLE_MISSING", "VMM_STOPPED");
    }
}
