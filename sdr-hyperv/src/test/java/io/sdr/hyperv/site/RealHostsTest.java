package io.sdr.hyperv.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sdr.api.Consistency;
import io.sdr.api.Finding;
import io.sdr.api.InvalidRequestException;
import io.sdr.api.ItemId;
import io.sdr.api.VmId;
import io.sdr.api.spi.Access;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.ChangedRanges;
import io.sdr.api.spi.Checkpoint;
import io.sdr.api.spi.DiskAccess;
import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.ReadinessQuestion;
import io.sdr.api.spi.StorageException;
import io.sdr.api.spi.VmDescription;
import io.sdr.api.spi.VmObservation;
import io.sdr.hyperv.access.HyperVHost;
import io.sdr.hyperv.access.VmmAccess;
import io.sdr.hyperv.simulation.SimulatedHost;
import io.sdr.hyperv.simulation.SimulatedSwitch;
import io.sdr.hyperv.simulation.SimulatedVm;
import io.sdr.hyperv.simulation.SimulatedVmm;
import io.sdr.hyperv.simulation.SimulatedWorld;
import io.sdr.testkit.VirtualTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What hosts have in real life: lost volumes, missing files, notes that were cut short, one host under VMM. */
class RealHostsTest {
    @TempDir
    Path folder;

    private final VirtualTime time = new VirtualTime();
    private SimulatedWorld world;
    private SimulatedHost host;
    private SimulatedVm web;
    private VmId id;
    private HyperVSite site;

    @BeforeEach
    void oneHost() {
        world = SimulatedWorld.in(folder, time);
        host = world.newHost("east", "hv-01");
        web = host.newVm("web-01");
        var unused = web.addDisk("D:\\VMs\\web-01\\os.vhdx", 8 << 20);
        id = new VmId(web.id());
        site = HyperVSite.named("east").host(way()).clock(time::now).build();
    }

    @AfterEach
    void closed() {
        site.close();
        world.check();
    }

    private HyperVHost way() {
        return HyperVHost.of("hv-01", world.transport("hv-01"), new HostFiles(host), "D:\\sdr");
    }

    private CallContext call() {
        return CallContext.once(new ItemId("web"), 0, "t", time.now().plusSeconds(600));
    }

    private VmObservation seen() {
        return Objects.requireNonNull(site.vms().observe(List.of(id), call()).get(id));
    }

    /** A disk's file that is gone stops no look at its VM, and no power-off: a failback makes it anew. */
    @Test
    void aVmWhoseDiskIsGoneIsSeen() throws IOException {
        web.start();
        web.turnOff();
        Files.delete(host.real("D:\\VMs\\web-01\\os.vhdx"));
        assertThat(seen().disks()).extracting(DiskRef::sizeBytes).containsExactly(0L);
        assertThat(site.vms().turnOff(id, call()).isRunning()).isFalse();
        assertThat(site.vms().lockStart(id, call()).startLocked()).isTrue();
        assertThat(site.inventory().find("web-01", call())).hasSize(1);
    }

    /** Off, and its storage is lost: it cannot run, and no bytes of it may be changed. */
    @Test
    void aVmThatIsOffWithoutItsStorageIsOff() {
        DiskRef disk = seen().disks().get(0);
        host.loseVolume("D:\\VMs", true);
        assertThat(seen().isRunning()).isFalse();
        assertThat(site.vms().turnOff(id, call()).isRunning()).isFalse();
        assertThatThrownBy(() -> ((DiskAccess.InProcess) site.disks().offline(disk, Access.WRITE)).open())
                .isInstanceOf(StorageException.class);
    }

    /** A host died while it wrote the note: nothing is noted, and other VMs are seen as ever. */
    @Test
    void aNoteThatWasCutShortIsNone() throws IOException {
        web.start();
        VmObservation gated = site.vms().automaticStart(id, false, call());
        assertThat(gated.isRunning()).isTrue();
        host.powerFails();
        time.pass(java.time.Duration.ofMinutes(5));
        host.powerReturns();
        Path note =
                Files.createDirectories(host.real("D:\\sdr\\catalogue\\stop")).resolve(web.id());
        Files.writeString(note, "");
        assertThat(seen().heldAtBoot()).isTrue();
        assertThat(site.vms().turnOff(id, call()).heldAtBoot()).isFalse();
        assertThat(Files.readString(note)).isNotEmpty();
    }

    @Test
    void whatOfAVmIsNotCarriedIsFound() {
        web.setTpm(true);
        SimulatedSwitch lan = host.newSwitch("lan");
        for (int i = 0; i < 2; i++) {
            var unused = web.addAdapter("Network Adapter", lan);
        }
        host.log().setReadable(false);
        VmDescription described = site.inventory().find("web-01", call()).get(0);
        assertThat(site.inventory().readiness(new ReadinessQuestion.AsSource(described), call()))
                .extracting(Finding::code)
                .containsExactlyInAnyOrder("VIRTUAL_TPM", "ADAPTER_NAMES_NOT_UNIQUE", "VM_LOG_UNREADABLE");
    }

    /** A host that is no cluster has no module for one; VMM may be silent, too. */
    @Test
    void oneHostUnderVmmNeedsNoCluster() {
        SimulatedVmm vmm = SimulatedVmm.on(world.newHost("east", "vmm-01"), host);
        String cloud = vmm.newCloud("Gold");
        assertThat(cloud).isNotEmpty();
        VmmAccess access = VmmAccess.of("vmm-01", world.transport("vmm-01"), "D:\\sdr\\catalogue");
        try (VmmSite managed =
                VmmSite.named("east").vmm(access).host(way()).clock(time::now).build()) {
            VmId copy = managed.vms()
                    .createPlaceholder(
                            "copy", Optional.of("Gold"), io.sdr.api.spi.VmConfiguration.of(1, 1 << 30, "uefi"), call())
                    .vm();
            assertThat(managed.vms().lockStart(copy, call()).startLocked()).isTrue();
            vmm.machine().setReachable(false);
            assertThat(managed.vms().turnOff(id, call()).isRunning()).isFalse();
        }
    }

    /** Each node would decide by itself. */
    @Test
    void nodesOfAClusterHaveTheSameFolders() {
        HyperVHost other = HyperVHost.of("hv-02", world.transport("hv-01"), new HostFiles(host), "E:\\sdr");
        HyperVSite.Builder builder =
                HyperVSite.named("east").host(way()).host(other).cluster();
        assertThatThrownBy(builder::build)
                .isInstanceOf(InvalidRequestException.class)
                .extracting("code")
                .isEqualTo("FOLDERS_DIFFER");
        VmmAccess access = VmmAccess.of("hv-01", world.transport("hv-01"), "D:\\sdr\\catalogue");
        VmmSite.Builder managed = VmmSite.named("east").vmm(access).host(way()).host(way().withCatalogue("D:\\other"));
        assertThatThrownBy(managed::build).extracting("code").isEqualTo("FOLDERS_DIFFER");
    }

    /** A backup works on the VM meanwhile; nobody knows which mark came of our checkpoint: it is given up, and what changed is unknown. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aMarkThatNobodyCanTellFromABackupsIsGivenUp(boolean keepMark) {
        web.start();
        Checkpoint made = site.disks().checkpoint(id, Consistency.CRASH_CONSISTENT, call());
        world.stopAt("converted");
        assertThatThrownBy(() -> site.disks().release(made.id(), true, call())).hasMessageContaining("STOPPED");
        world.stopAt("");
        host.forgetJobs();
        web.markForBackup();
        for (int i = 0; i < 2; i++) {
            site.disks().release(made.id(), keepMark, call());
            assertThat(site.disks().leftovers(id, call())).isEmpty();
        }
        Checkpoint next = site.disks()
                .checkpoint(
                        id,
                        Consistency.CRASH_CONSISTENT,
                        CallContext.once(
                                new ItemId("web"), 0, "next", time.now().plusSeconds(600)));
        assertThat(site.disks()
                        .changes(made.id(), next.id(), next.disks().get(0).disk(), call()))
                .isInstanceOf(ChangedRanges.Unknown.class);
        site.disks().release(next.id(), false, call());
    }
}
