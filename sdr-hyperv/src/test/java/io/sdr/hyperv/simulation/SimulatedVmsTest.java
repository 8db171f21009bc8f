package io.sdr.hyperv.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.hyperv.powershell.Arguments;
import io.sdr.hyperv.powershell.ScriptAnswer;
import io.sdr.testkit.VirtualTime;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** VMs of a simulated host: power, guards, lock, configuration, networks. */
class SimulatedVmsTest {
    private static final String DISK = "D:\\VMs\\web-01\\os.vhdx";

    @TempDir
    private Path folder;

    private final VirtualTime time = new VirtualTime();
    private SimulatedWorld world;
    private Scripts scripts;
    private SimulatedHost host;
    private SimulatedVm vm;

    @BeforeEach
    void begin() {
        world = SimulatedWorld.in(folder, time);
        scripts = new Scripts(world);
        host = world.newHost("east", "hv-e1.example.net");
        vm = host.newVm("web-01");
        vm.addDisk(DISK, 8 << 20);
    }

    @AfterEach
    void end() {
        world.check();
        world.close();
    }

    private Arguments attaching(SimulatedVm to, String type, int number, int location) {
        return scripts.guarded(to)
                .withEach(
                        "disks",
                        List.of(Arguments.none()
                                .with("name", "d")
                                .with("path", "D:\\sdr\\replica\\a.vhdx")
                                .with("controllerType", type)
                                .with("controllerNumber", number)
                                .with("controllerLocation", location)));
    }

    /** New-VM makes one SCSI controller, and in the first generation a DVD drive; a source may have disks elsewhere. */
    @Test
    void aCopyTakesItsDisksWhereverTheSourceHasThem() {
        host.disks().create("D:\\sdr\\replica\\a.vhdx", 8 << 20, 0, 0);
        SimulatedVm second = host.newVm("second");
        scripts.run(host, "vm-attach", attaching(second, "SCSI", 2, 5));
        assertThat(second.drives().get(0).controllerNumber()).isEqualTo(2);
        scripts.run(host, "vm-attach", scripts.guarded(second).withEach("disks", List.of()));
        SimulatedVm first = host.newVm("first");
        first.setGeneration(1);
        first.dvds.add("IDE 1 0");
        scripts.run(host, "vm-attach", attaching(first, "IDE", 1, 0));
        assertThat(first.drives().get(0).controllerNumber()).isEqualTo(1);
        assertThat(first.dvds).isEmpty();
    }

    /** What cannot be made is told before the disks that are there are taken away. */
    @Test
    void aControllerThatCannotBeMadeTakesNothingAway() {
        host.disks().create("D:\\sdr\\replica\\a.vhdx", 8 << 20, 0, 0);
        assertThat(scripts.refusal(host, "vm-attach", attaching(vm, "SCSI", 4, 0)))
                .isEqualTo("POWERSHELL_FAILED");
        assertThat(vm.drives()).hasSize(1);
    }

    @Test
    void adaptersOfOneNameAreRefused_butAllAreDisconnected() {
        SimulatedSwitch lan = host.newSwitch("lan");
        Arguments one = Arguments.none().with("name", "nic").without("network").without("vlan");
        Arguments made = one.without("mac");
        assertThat(scripts.refusal(host, "vm-adapters", naming(made, made))).isEqualTo("ADAPTER_NAMES_NOT_UNIQUE");
        SimulatedAdapter first = vm.addAdapter("nic", lan);
        SimulatedAdapter second = vm.addAdapter("nic", lan);
        assertThat(scripts.refusal(host, "vm-adapters", naming(made))).isEqualTo("ADAPTER_NAMES_NOT_UNIQUE");
        assertThat(List.of(first.network(), second.network())).doesNotContain(java.util.Optional.empty());
        scripts.run(host, "vm-connect", scripts.guarded(vm).withEach("adapters", List.of(one)));
        assertThat(List.of(first.network(), second.network())).containsOnly(java.util.Optional.empty());
    }

    private Arguments naming(Arguments... adapters) {
        return scripts.guarded(vm).withEach("adapters", List.of(adapters)).with("addresses", List.of());
    }

    /** One whose storage is lost is off; to take its power is done, and a saved one is refused as ever. */
    @Test
    void whatIsOffWithoutItsStorageIsOff() {
        host.loseVolume("D:\\", true);
        assertThat(scripts.run(host, "vm-turn-off", scripts.guarded(vm)).text("state"))
                .isEqualTo("OffCritical");
        host.loseVolume("D:\\", false);
        assertThat(scripts.observed(host, vm).get(0).text("state")).isEqualTo("Off");
    }

    @Test
    void aDiskThatIsNotThereIsMissing() {
        assertThat(scripts.refusal(host, "disk-describe", Arguments.none().with("paths", List.of("D:\\VMs\\no.vhdx"))))
                .isEqualTo("DISK_MISSING");
    }

    @Test
    void aGuestThatIsAskedIsOffAfterAWhile() {
        vm.start();
        ScriptAnswer seen = scripts.run(host, "vm-shut-down", scripts.guarded(vm));
        assertThat(seen.text("state")).isEqualTo("Stopping");
        time.pass(Duration.ofSeconds(10));
        assertThat(scripts.observed(host, vm).get(0).text("state")).isEqualTo("Off");
        vm.start();
        vm.setOffersShutdown(false);
        assertThat(scripts.refusal(host, "vm-shut-down", scripts.guarded(vm))).isEqualTo("GUEST_SILENT");
        vm.save();
        assertThat(scripts.refusal(host, "vm-turn-off", scripts.guarded(vm))).isEqualTo("VM_SAVED");
    }

    @Test
    void aLockedVmIsNotStarted_butByItsAdministrator() {
        assertThat(scripts.run(host, "vm-lock", scripts.guarded(vm)).flag("locked"))
                .isTrue();
        assertThat(scripts.refusal(host, "vm-start", scripts.guarded(vm))).isEqualTo("START_LOCKED");
        vm.start();
        assertThat(scripts.observed(host, vm).get(0).text("state")).isEqualTo("Running");
        assertThat(scripts.run(host, "vm-unlock", scripts.guarded(vm)).flag("locked"))
                .isFalse();
    }

    @Test
    void aChangeIsRefusedOfAnOlderEpoch_tooLate_orWithoutTheCatalogue() {
        scripts.run(
                host, "catalogue-decide", scripts.guarded().with("number", 5).with("text", "{}"));
        assertThat(scripts.refusal(host, "vm-start", scripts.guarded(vm))).isEqualTo("STALE_EPOCH");
        scripts.epoch = 5;
        host.setClockSkew(Duration.ofMinutes(61));
        assertThat(scripts.refusal(host, "vm-start", scripts.guarded(vm))).isEqualTo("TOO_LATE");
        host.setClockSkew(Duration.ZERO);
        Arguments elsewhere = Arguments.none()
                .with("vm", vm.id())
                .with("catalogue", "D:\\nowhere")
                .with("item", Scripts.ITEM)
                .with("epoch", 5)
                .with("attempt", 1)
                .with("notAfter", Long.MAX_VALUE);
        assertThat(scripts.refusal(host, "vm-start", elsewhere)).isEqualTo("NOT_THERE");
        assertThat(vm.runs()).isFalse();
        assertThat(world.changes()).isEqualTo(1);
        assertThat(scripts.run(host, "vm-start", scripts.guarded(vm)).text("state"))
                .isEqualTo("Running");
    }

    @Test
    void aDecisionIsMadeOnce() {
        Arguments arguments = scripts.guarded().with("number", 2);
        assertThat(scripts.run(host, "catalogue-decide", arguments.with("text", "a"))
                        .text("text"))
                .isEqualTo("a");
        scripts.epoch = 2;
        arguments = scripts.guarded().with("number", 2);
        assertThat(scripts.run(host, "catalogue-decide", arguments.with("text", "b"))
                        .text("text"))
                .isEqualTo("a");
    }

    @Test
    void disksOfAVmThatRunsAreNotForOthers() {
        vm.start();
        SimulatedVm other = host.newVm("thief");
        Arguments attach = scripts.guarded(other).withEach("disks", List.of(Scripts.disk(DISK, 0)));
        assertThat(scripts.refusal(host, "vm-attach", attach)).isEqualTo("DISK_ATTACHED");
        // An administrator may, until it is started.
        other.attach("SCSI", 0, 0, DISK);
        assertThat(scripts.refusal(host, "vm-start", scripts.guarded(other))).isEqualTo("BUSY");
        Arguments grow = scripts.guarded().with("path", DISK).with("sizeBytes", 16 << 20);
        assertThat(scripts.refusal(host, "disk-grow", grow)).isEqualTo("BUSY");
        vm.turnOff();
        assertThat(scripts.run(
                                host,
                                "disk-grow",
                                scripts.guarded().with("path", DISK).with("sizeBytes", 16 << 20))
                        .number("sizeBytes"))
                .isEqualTo(16 << 20);
    }

    @Test
    void whoWritesToTheDiskOfARunningVmIsFoundOut() {
        vm.start();
        vm.guestDisk(0).write(0, ByteBuffer.wrap(new byte[] {1}));
        world.check();
        try (var disk = host.disks().open(DISK, io.sdr.api.spi.Access.WRITE)) {
            disk.write(0, ByteBuffer.wrap(new byte[] {2}));
            disk.flush();
        }
        assertThat(org.assertj.core.api.Assertions.catchThrowable(world::check)).isInstanceOf(AssertionError.class);
        assertThat(world.takeViolations()).singleElement().asString().contains("web-01");
    }

    @Test
    void adaptersAreConnectedAsAsked_orNotAtAll() {
        SimulatedSwitch lan = host.newSwitch("LAN");
        Arguments adapter = Arguments.none().with("name", "lan").without("mac").with("vlan", 12);
        Arguments wrong = adapters(adapter.with("network", world.newId()));
        assertThat(scripts.refusal(host, "vm-adapters", wrong)).isEqualTo("UNKNOWN_NETWORK");
        assertThat(vm.adapters()).isEmpty();
        scripts.run(host, "vm-adapters", adapters(adapter.with("network", lan.id())));
        assertThat(vm.adapters())
                .singleElement()
                .satisfies(each -> assertThat(each.network()).contains(lan.id()));
    }

    private Arguments adapters(Arguments adapter) {
        return scripts.guarded(vm).withEach("adapters", List.of(adapter)).with("addresses", List.of());
    }

    @Test
    void aVmOfAClusterMoves() {
        SimulatedHost second = world.newHost("east", "hv-e2.example.net");
        SimulatedCluster cluster = world.newCluster("east-cl", "example.net", "east-broker.example.net", host, second);
        SimulatedVm moving = host.newVm("moving");
        moving.addDisk("C:\\ClusterStorage\\Volume1\\moving\\os.vhdx", 4 << 20);
        cluster.add(moving);
        moving.start();
        cluster.move(moving, second);
        assertThat(scripts.observed(host, moving)).isEmpty();
        assertThat(scripts.observed(second, moving)).hasSize(1);
        assertThat(scripts.run(host, "vm-owner", Arguments.none().with("vm", moving.id()))
                        .text("owner"))
                .isEqualTo("hv-e2");
        moving.guestDisk(0).write(0, ByteBuffer.wrap(new byte[] {1}));
    }
}
