package io.sdr.hyperv.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sdr.api.ItemId;
import io.sdr.api.OperationFailedException;
import io.sdr.api.SdrException;
import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.hyperv.access.HostPath;
import io.sdr.hyperv.host.HostScripts;
import io.sdr.hyperv.host.ManagedVm;
import io.sdr.hyperv.host.VmmAdapter;
import io.sdr.hyperv.host.VmmCalls;
import io.sdr.hyperv.host.VmmHost;
import io.sdr.hyperv.host.VmmNetwork;
import io.sdr.hyperv.powershell.PowerShellClient;
import io.sdr.hyperv.powershell.ScriptCatalogue;
import io.sdr.testkit.VirtualTime;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What VMM tells is what it knows. */
class SimulatedVmmTest {
    @TempDir
    Path folder;

    private SimulatedWorld world;
    private SimulatedHost one;
    private SimulatedHost two;
    private SimulatedVm web;
    private SimulatedVmm vmm;
    private VmmCalls calls;
    private CallContext context;
    private String gold;

    @BeforeEach
    void cloudOverTwoHosts() {
        world = SimulatedWorld.in(folder, new VirtualTime());
        one = world.newHost("east", "hv-1.example.net");
        two = world.newHost("east", "hv-2.example.net");
        web = one.newVm("web-01");
        web.addDisk("D:\\VMs\\web-01\\os.vhdx", 8 << 20);
        vmm = SimulatedVmm.on(world.newHost("east", "vmm.example.net"), one, two);
        gold = vmm.newCloud("Gold");
        vmm.refreshAll();
        vmm.assign(web, "Gold");
        calls = new VmmCalls(new HostScripts(
                new PowerShellClient(
                        world.transport("vmm.example.net"), () -> world.time().now(), new SecureRandom()),
                new ScriptCatalogue(),
                HostPath.of("D:\\sdr\\catalogue")));
        context = CallContext.once(new ItemId("web"), 1, "t", world.time().now().plusSeconds(3600));
    }

    @AfterEach
    void nobodyDidWhatNobodyMust() {
        world.check();
    }

    private ManagedVm known(SimulatedVm vm) {
        return calls.vms(Optional.empty(), context).stream()
                .filter(each -> each.vm().equals(new VmId(vm.id())))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void vmsAreKnownByTheirIdsInHyperV() {
        assertThat(known(web).host()).contains("hv-1.example.net");
        assertThat(known(web).cloud()).contains(gold);
        assertThat(calls.owners(List.of(known(web).vmmId(), gold), context)).containsExactly(known(web));
        assertThat(calls.clouds(context)).containsEntry(gold, "Gold");
        assertThat(calls.hosts(context))
                .extracting(VmmHost::name)
                .containsExactly("hv-1.example.net", "hv-2.example.net");
        assertThat(calls.server(context).version()).isNotEmpty();
    }

    @Test
    void whatWasDoneAtHyperVIsKnownAfterARefresh() {
        web.start();
        assertThat(vmm.statusOf(web)).isEqualTo("PowerOff");
        calls.refresh(known(web).vmmId(), context);
        assertThat(vmm.statusOf(web)).isEqualTo("Running");
        assertThat(calls.jobs(known(web).vmmId(), 5, context)).hasSize(1);

        SimulatedVm made = two.newVm("app-01");
        assertThat(calls.vms(Optional.empty(), context)).hasSize(1);
        calls.refreshHost(host("hv-2.example.net"), context);
        assertThat(known(made).cloud()).isEmpty();
        calls.assign(known(made).vmmId(), gold, context);
        assertThat(calls.vms(Optional.of(gold), context)).hasSize(2);
    }

    private String host(String name) {
        return calls.hosts(context).stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow()
                .id();
    }

    @Test
    void aVmThatVmmMovesIsKnownAtOnceAndGoesOn() {
        web.start();
        vmm.move(web, two);
        assertThat(known(web).host()).contains("hv-2.example.net");
        assertThat(web.runs()).isTrue();
        assertThat(one.vms()).isEmpty();
    }

    @Test
    void aVmThatMovesOutsideVmmIsMissingUntilVmmLooksAtItsNewHost() {
        vmm.moveOutside(web, two);
        assertThat(known(web).host()).contains("hv-1.example.net");
        calls.refresh(known(web).vmmId(), context);
        assertThat(vmm.statusOf(web)).isEqualTo("Missing");
        calls.refreshHost(host("hv-2.example.net"), context);
        assertThat(known(web).host()).contains("hv-2.example.net");
    }

    @Test
    void networksAreSwitchesAndSubnetsVlans() {
        VmmNet lan = vmm.newNetwork("lan");
        String front = vmm.newSubnet(lan, "front", "10.0.7.0/24", 7);
        web.addAdapter("nic", lan.on(one));
        calls.refresh(known(web).vmmId(), context);
        VmmAdapter nic = calls.adapters(List.of(known(web).vmmId()), context)
                .get(new VmId(web.id()))
                .get(0);
        assertThat(nic.network()).as("no subnet has no VLAN").isEmpty();
        calls.connect(known(web).vmmId(), nic.id(), Optional.of(lan.id()), Optional.of(front), context);
        assertThat(web.adapters().get(0).vlan()).hasValue(7);
        assertThat(calls.adapters(List.of(known(web).vmmId()), context)
                        .get(new VmId(web.id()))
                        .get(0)
                        .subnet())
                .contains(front);
        calls.connect(known(web).vmmId(), nic.id(), Optional.empty(), Optional.empty(), context);
        assertThat(web.adapters().get(0).network()).isEmpty();
        assertThat(calls.networks(context)).extracting(VmmNetwork::name).containsExactly("lan");
    }

    @Test
    void aJobThatFailsChangesNothing() {
        vmm.nextJobFails("2912");
        SimulatedVm made = two.newVm("app-01");
        vmm.refreshAll();
        assertThatThrownBy(() -> calls.assign(known(made).vmmId(), gold, context))
                .isInstanceOf(OperationFailedException.class)
                .hasMessageContaining("2912");
        assertThat(vmm.cloudOf(made)).isEmpty();
        assertThat(calls.jobs(known(made).vmmId(), 1, context).get(0).error()).isEqualTo("2912");
    }

    @Test
    void whoIsNotLetInLearnsNothing() {
        vmm.setLets(false);
        assertThatThrownBy(() -> calls.clouds(context))
                .isInstanceOf(SdrException.class)
                .extracting("code")
                .isEqualTo("ACCESS_DENIED");
    }
}
