package io.sdr.hyperv.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sdr.api.Consistency;
import io.sdr.api.CorruptException;
import io.sdr.api.GuestAddress;
import io.sdr.api.InvalidRequestException;
import io.sdr.api.ItemId;
import io.sdr.api.NetworkId;
import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.CancelFlag;
import io.sdr.api.spi.NetworkAdapter;
import io.sdr.api.spi.NetworkConnection;
import io.sdr.api.spi.ProgressListener;
import io.sdr.api.spi.RangeSet;
import io.sdr.api.spi.VmConfiguration;
import io.sdr.hyperv.access.HostPath;
import io.sdr.hyperv.powershell.PowerShellClient;
import io.sdr.hyperv.powershell.ScriptCatalogue;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every typed call gives exactly the arguments that its script reads, and reads only fields that it answers. */
class HostCallsTest {
    private static final VmId VM = new VmId(TableHost.GUID.toLowerCase(Locale.ROOT));
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final CallContext CONTEXT = new CallContext(
            new ItemId("item-1"), 3, "token", 2, NOW.plusSeconds(60), CancelFlag.NEVER, ProgressListener.NONE);

    private final TableHost table = new TableHost();
    private final HostScripts host = new HostScripts(
            new PowerShellClient(table, () -> NOW, new SecureRandom()),
            new ScriptCatalogue(),
            HostPath.of("D:\\sdr\\catalogue"));
    private final HostVms vms = new HostVms(host);
    private final HostReplica replica = new HostReplica(host);
    private final HostCheckpoints checkpoints = new HostCheckpoints(host);
    private final HostCatalogue catalogue = new HostCatalogue(host);

    @Test
    void vms() {
        VmConfiguration size = VmConfiguration.of(2, 1 << 30, "uefi");
        vms.observe(List.of(VM), CONTEXT);
        vms.tagged(CONTEXT);
        vms.start(VM, CONTEXT);
        vms.shutDown(VM, CONTEXT);
        vms.turnOff(VM, CONTEXT);
        vms.lock(VM, CONTEXT);
        vms.unlock(VM, CONTEXT);
        vms.closeBootGate(VM, CONTEXT);
        vms.tag(VM, "copy", CONTEXT);
        vms.create("web-01", "copy", "D:\\sdr", size.withAdapters(List.of(NetworkAdapter.named("lan"))), true, CONTEXT);
        vms.describe(List.of(VM), CONTEXT);
        vms.delete(VM, "copy", CONTEXT);
        vms.resize(VM, size, CONTEXT);
        vms.attach(VM, List.of(PlacedDisk.scsi(65, "D:\\sdr\\a.vhdx")), List.of("a"), CONTEXT);
        vms.disconnect(VM, CONTEXT);
        assertThat(table.ran).hasSize(15).doesNotHaveDuplicates();
        vms.openBootGate(VM, CONTEXT);
        assertThat(table.arguments
                        .get(13)
                        .get("disks")
                        .get(0)
                        .get("controllerNumber")
                        .intValue())
                .isEqualTo(1);
    }

    @Test
    void replication() {
        RelationSettings settings = new RelationSettings(
                Duration.ofMinutes(5), 4, 1, true, Optional.of(LocalTime.of(1, 30)), Optional.of(LocalTime.of(5, 0)));
        ReplicaServer server = new ReplicaServer("hv-02.example.net", 443, Optional.of("00ff"));
        replica.status(List.of(VM), CONTEXT);
        replica.points(VM, CONTEXT);
        replica.enable(VM, server, settings, List.of(), CONTEXT);
        replica.accept(VM, "hv-01.example.net", CONTEXT);
        replica.configure(VM, settings, CONTEXT);
        replica.startInitial(VM, true, Optional.of(NOW), CONTEXT);
        replica.stopInitial(VM, CONTEXT);
        replica.suspend(VM, CONTEXT);
        replica.resume(VM, CONTEXT);
        replica.remove(VM, CONTEXT);
        replica.reverse(VM, server, CONTEXT);
        replica.becomeReplica(VM, CONTEXT);
        replica.prepareFailover(VM, CONTEXT);
        replica.startFailover(VM, Optional.empty(), CONTEXT);
        assertThat(replica.startTest(VM, Optional.of(VM.value()), CONTEXT)).isEqualTo(VM);
        replica.stopTest(VM, CONTEXT);
        replica.completeFailover(VM, CONTEXT);
        assertThat(table.ran).hasSize(17).doesNotHaveDuplicates();
        replica.stopFailover(VM, CONTEXT);
        replica.resynchronize(VM, CONTEXT);
        assertThat(table.arguments.get(2).get("resynchronizeFrom").intValue()).isEqualTo(90);
        assertThat(table.arguments.get(13).get("point").isNull()).isTrue();
    }

    @Test
    void checkpointsAndCatalogue() {
        checkpoints.create(VM, "t1", Consistency.APPLICATION_CONSISTENT, CONTEXT);
        checkpoints.frozen(VM, TableHost.GUID, CONTEXT);
        checkpoints.keepMark(VM, "t1", TableHost.GUID, CONTEXT);
        checkpoints.delete(VM, TableHost.GUID, CONTEXT);
        checkpoints.deleteMark(VM, "x", CONTEXT);
        assertThat(catalogue.decide(1, "{}", CONTEXT)).isEqualTo("x");
        catalogue.write("manifest", "{}", CONTEXT);
        assertThat(catalogue.documents(CONTEXT)).containsEntry("x", "x");
        assertThat(catalogue.items(CONTEXT)).containsExactly("x");
        assertThat(checkpoints.list(VM, CONTEXT).begun()).containsExactly("x");
        assertThat(checkpoints.known("D:\\a.vhdx", List.of("rct"), CONTEXT)).containsExactly("x");
        catalogue.forget(CONTEXT);
        table.with("name", "\"12\"");
        assertThat(catalogue.decisions(CONTEXT)).containsEntry(12L, "x");
        assertThat(table.ran).hasSize(13);
    }

    @Test
    void disksAndNetworks() {
        HostDisks disks = new HostDisks(host);
        HostNetworks networks = new HostNetworks(host);
        networks.reconnect(VM, List.of(NetworkAdapter.named("lan")), CONTEXT);
        assertThat(disks.users(List.of("D:\\a.vhdx"), CONTEXT)).hasSize(1);
        assertThat(disks.describe(List.of("D:\\a.vhdx"), CONTEXT)).hasSize(1);
        disks.create("D:\\a.vhdx", 1 << 30, 512, CONTEXT);
        disks.createLayer("D:\\b.vhdx", "D:\\a.vhdx", CONTEXT);
        disks.grow("D:\\a.vhdx", 1 << 30, CONTEXT);
        disks.merge("D:\\b.vhdx", "D:\\a.vhdx", CONTEXT);
        disks.move("D:\\a.vhdx", "D:\\c.vhdx", CONTEXT);
        disks.freezeLayer(VM, "t1", CONTEXT);
        assertThat(disks.foldLayer(VM, "t1", CONTEXT)).isTrue();
        assertThat(networks.list(CONTEXT)).extracting(Switch::id).containsExactly(VM.value());
        assertThat(networks.createIsolated("drill", "drill-1", CONTEXT)).isEqualTo(VM.value());
        networks.delete(VM.value(), "drill-1", CONTEXT);
        networks.connect(
                VM,
                List.of(NetworkAdapter.named("lan")
                        .withMac("00:15:5d:0a:0b:0c")
                        .withAddress(Optional.of(GuestAddress.of("fd00::5/64").dnsServers("fd00::2", "fd00::3")))
                        .withConnection(Optional.of(new NetworkConnection(
                                new NetworkId(VM.value()), Optional.empty(), OptionalInt.of(7))))),
                CONTEXT);
        networks.setFailoverAddress(
                VM, "lan", Optional.of(GuestAddress.of("10.20.0.15/20").gateway("10.20.0.1")), CONTEXT);
        networks.setFailoverAddress(VM, "lan", Optional.empty(), CONTEXT);
        assertThat(table.arguments.get(13).get("adapters").get(0).get("mac").stringValue())
                .isEqualTo("00155D0A0B0C");
        assertThat(table.arguments.get(13).get("addresses").get(0).stringValue())
                .isEqualTo("4097 fd00::5 64 - fd00::2,fd00::3 lan");
        assertThat(table.arguments.get(14).get("mask").stringValue()).isEqualTo("255.255.240.0");
        assertThat(table.ran).hasSize(16);
    }

    @ParameterizedTest
    @CsvSource({"0,0.0.0.0", "1,128.0.0.0", "24,255.255.255.0", "31,255.255.255.254", "32,255.255.255.255"})
    void aPrefixIsAMask(int prefixLength, String mask) {
        assertThat(AddressLines.mask(prefixLength)).isEqualTo(mask);
    }

    @Test
    void inventoryAndVmm() {
        HostInventory inventory = new HostInventory(host);
        inventory.clock(CONTEXT);
        VmmCalls vmm = new VmmCalls(host);
        assertThat(inventory.facts(CONTEXT).modules()).containsEntry("x", "x");
        assertThat(inventory.volumes(CONTEXT)).hasSize(1);
        assertThat(inventory.vms(CONTEXT)).containsOnlyKeys(VM);
        assertThat(inventory.owner(VM, CONTEXT)).contains("x");
        assertThat(vmm.vms(Optional.empty(), CONTEXT)).extracting(ManagedVm::vm).containsExactly(VM);
        vmm.vms(Optional.of(VM.value()), CONTEXT);
        assertThat(vmm.clouds(CONTEXT)).containsEntry(VM.value(), "x");
        vmm.refresh(VM.value(), CONTEXT);
        vmm.refreshHost(VM.value(), CONTEXT);
        vmm.assign(VM.value(), VM.value(), CONTEXT);
        vmm.connect(VM.value(), VM.value(), Optional.empty(), Optional.empty(), CONTEXT);
        assertThat(table.ran).hasSize(12);
    }

    @Test
    void whatReadinessAsks() {
        HostInventory inventory = new HostInventory(host);
        VmmCalls vmm = new VmmCalls(host);
        assertThat(inventory.facts(CONTEXT).fullName()).isEqualTo("x.x");
        assertThat(inventory.firewall(CONTEXT)).containsExactly(new FirewallRule("x", true));
        assertThat(inventory.certificates(CONTEXT))
                .extracting(Certificate::thumbprint)
                .containsExactly("x");
        assertThat(inventory.reception(CONTEXT).kerberosPort()).isEqualTo(80);
        inventory.reach(new ReplicaServer("hv-02.example.net", 80, Optional.empty()), CONTEXT);
        assertThat(inventory.cluster(CONTEXT).brokers()).containsExactly("x");
        table.with("service", "\"Microsoft:A\\\\B\"").with("type", "\"Recovery\"");
        VmFacts vm = inventory.vm(VM, CONTEXT);
        assertThat(vm.guestServices()).containsExactly(new VmFacts.GuestService("b", true));
        assertThat(vm.checkpoints()).containsExactly("Recovery");
        assertThat(vmm.server(CONTEXT).name()).isEqualTo("x");
        assertThat(vmm.jobs(VM.value(), 3, CONTEXT)).hasSize(1);
        table.with("host", "\"" + VM + "\"");
        assertThat(vmm.hosts(CONTEXT)).extracting(VmmHost::id).containsExactly(VM.value());
        table.with("subnet", "\"" + VM + "\"");
        assertThat(vmm.adapters(List.of(VM.value()), CONTEXT).get(VM))
                .extracting(VmmAdapter::subnet)
                .containsExactly(Optional.of(VM.value()));
        assertThat(vmm.owners(List.of(VM.value()), CONTEXT))
                .extracting(ManagedVm::vm)
                .containsExactly(VM);
        table.with("vlan", "7");
        assertThat(vmm.networks(CONTEXT).get(0).subnets())
                .containsExactly(new VmmNetwork.Subnet(VM.value(), "x", OptionalInt.of(7)));
        assertThat(table.ran).hasSize(13);
    }

    /** The checks of the other tests can fail: an argument too few or too many is seen, and so is a field that no script answers. */
    @Test
    void aCallThatDiffersFromItsScriptIsSeen() {
        assertThatThrownBy(() -> host.run("vm-start", host.guarded(CONTEXT), CONTEXT))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("vm-start reads");
        assertThatThrownBy(() -> host.run("vm-start", host.guarded(VM, CONTEXT).with("force", true), CONTEXT))
                .isInstanceOf(AssertionError.class);
        assertThatThrownBy(() ->
                        host.run("vm-start", host.guarded(VM, CONTEXT), CONTEXT).text("colour"))
                .isInstanceOf(CorruptException.class);
    }

    @Test
    void whatGuardsAChangeIsTheContexts() {
        vms.start(VM, CONTEXT);
        assertThat(table.arguments.get(0).toString())
                .isEqualTo(
                        "{\"catalogue\":\"D:\\\\sdr\\\\catalogue\",\"item\":\"i-item-1\",\"epoch\":3,\"attempt\":2,\"notAfter\":"
                                + NOW.plusSeconds(60).toEpochMilli() + ",\"vm\":\"" + VM + "\"}");
    }

    @Test
    void whatIsSeenIsReadByName() {
        table.with("state", "\"Saved\"")
                .with("heartbeat", "\"OkApplicationsHealthy\"")
                .with("automaticStart", "\"Nothing\"")
                .with("tags", "[\"sdr:i-item-1:3:copy\",\"sdr:other\"]");
        SeenVm seen = vms.start(VM, CONTEXT);
        assertThat(seen.state()).isEqualTo(VmState.SAVED);
        assertThat(seen.state().mayWrite()).isFalse();
        assertThat(seen.heartbeat()).contains(true);
        assertThat(seen.bootsByItself()).isFalse();
        assertThat(seen.tags()).containsExactly(new Tag("i-item-1", 3, "copy"));
        table.with("state", "\"FailedOverWaitingCompletion\"").with("mode", "\"TestReplica\"");
        Relation relation = replica.completeFailover(VM, CONTEXT);
        assertThat(relation.state()).isEqualTo(RelationState.FAILED_OVER_WAITING_COMPLETION);
        assertThat(relation.mode()).isEqualTo(RelationMode.TEST_REPLICA);
        assertThat(relation.health()).isEqualTo(RelationHealth.UNKNOWN);
    }

    /** A state of a newer host is one in which a VM may write, never one in which it surely does not. */
    @Test
    void anUnknownStateMayWrite() {
        table.with("state", "\"Levitating\"");
        assertThat(vms.start(VM, CONTEXT).state().mayWrite()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "vm                 | \"..\\\\..\\\\x\"",
                "vm                 | null",
                "uptimeMillis       | -1",
                "clock              | \"yesterday\"",
                "locked             | \"false\"",
                "controllerNumber   | 4",
                "controllerLocation | 64",
                "path               | \"a\\u0000b\"",
                "tags               | [1]"
            })
    void whatAHostMayNotSayIsRefused(String field, String value) {
        table.with(field, value);
        assertThatThrownBy(() -> vms.start(VM, CONTEXT))
                .isInstanceOf(CorruptException.class)
                .hasMessageContaining(field)
                .extracting("code")
                .isEqualTo("ANSWER_MALFORMED");
    }

    @Test
    void changedRangesAreAskedForUntilTheDiskIsCovered() {
        table.with("processedBytes", "512").with("offsets", "[0,1024]").with("lengths", "[512,512]");
        RangeSet changed = checkpoints.changes("D:\\a.vhdx", "rct", 1536, CONTEXT);
        assertThat(changed)
                .isEqualTo(new RangeSet.Builder().add(0, 512).add(1024, 512).build());
        assertThat(table.arguments)
                .extracting(each -> each.get("offset").longValue())
                .containsExactly(0L, 512L, 1024L);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0    | [0]    | [1]",
                "2000 | [0]    | [1]",
                "512  | [0,1]  | [1]",
                "512  | [1500] | [100]",
                "512  | [-1]   | [1]",
                "512  | [9223372036854775807] | [1]"
            })
    void rangesThatCannotBeAreRefused(String processed, String offsets, String lengths) {
        table.with("processedBytes", processed).with("offsets", offsets).with("lengths", lengths);
        assertThatThrownBy(() -> checkpoints.changes("D:\\a.vhdx", "rct", 1536, CONTEXT))
                .isInstanceOf(CorruptException.class)
                .extracting("code")
                .isEqualTo("ANSWER_MALFORMED");
    }

    @ParameterizedTest
    @CsvSource({"item-1,i-item-1", "Item.1_,i-_49tem_2e1_5f", "con,i-con"})
    void anItemsFolderIsItsOwnOnWindowsToo(String id, String folder) {
        assertThat(HostScripts.name(new ItemId(id))).isEqualTo(folder);
    }

    @Test
    void anIdThatIsTooLongForAFolderIsRefused() {
        assertThatThrownBy(() -> HostScripts.name(new ItemId("I".repeat(100))))
                .isInstanceOf(InvalidRequestException.class)
                .extracting("code")
                .isEqualTo("ITEM_ID_TOO_LONG");
    }

    @ParameterizedTest
    @ValueSource(ints = {25, -1})
    void settingsThatHyperVReplicaDoesNotKnowAreRefused(int points) {
        assertThatThrownBy(() -> new RelationSettings(
                        Duration.ofMinutes(5), points, 1, true, Optional.empty(), Optional.empty()))
                .isInstanceOf(InvalidRequestException.class)
                .extracting("code")
                .isEqualTo("POLICY_NOT_SUPPORTED");
    }
}
