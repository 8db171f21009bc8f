package io.sdr.hyperv.simulation;

import io.sdr.hyperv.powershell.Arguments;
import io.sdr.hyperv.powershell.ScriptAnswer;
import io.sdr.testkit.VirtualTime;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Runs every script at least once in a simulated world, each so that it reads all its arguments and answers all its fields. */
final class EveryScript implements AutoCloseable {
    private static final String DISK = "D:\\VMs\\web-01\\os.vhdx";
    private static final String BASE = "D:\\sdr\\replica\\a.vhdx";
    private static final String LAYER = "D:\\sdr\\replica\\b.vhdx";
    private static final String REPLICA = "hv-w1.example.net";
    private static final int SIZE = 4 << 20;
    /** The VM has no adapter of the second one's name. */
    private static final List<String> ADDRESSES =
            List.of("4096 192.0.2.7 255.255.255.0 192.0.2.1 192.0.2.1 lan", "4096 192.0.2.8 255.255.255.0 - - gone");

    final SimulatedWorld world;
    private final VirtualTime time = new VirtualTime();
    private final Scripts scripts;
    private final SimulatedHost host;
    private final SimulatedHost west;
    private final SimulatedVm vm;
    private final SimulatedSwitch lan;

    EveryScript(Path folder) {
        world = SimulatedWorld.in(folder, time);
        scripts = new Scripts(world);
        host = world.newHost("east", "hv-e1.example.net");
        west = world.newHost("west", REPLICA);
        world.newCluster("east-cl", "example.net", "east-broker.example.net", host);
        Instant now = time.now();
        host.settings()
                .certificates
                .add(new HostSettings.Certificate("00FF", "CN=x", List.of("x"), List.of("1.3.6.1"), now, now));
        vm = host.newVm("web-01");
        vm.addDisk(DISK, SIZE);
        lan = host.newSwitch("LAN");
        vm.addAdapter("lan", lan);
    }

    private ScriptAnswer run(String script, Arguments arguments) {
        return scripts.run(host, script, arguments);
    }

    private Arguments vm(SimulatedVm about) {
        return Arguments.none().with("vm", about.id());
    }

    private static Arguments vms(SimulatedVm about) {
        return Arguments.none().with("vms", List.of(about.id()));
    }

    void run() {
        host();
        catalogue();
        power();
        SimulatedVm made = making();
        checkpoints();
        disks(made);
        run("vm-delete", scripts.guarded(made).with("role", "copy"));
        vmm();
        replication();
        run("catalogue-forget", scripts.guarded());
    }

    private void host() {
        for (String script : List.of(
                "host-facts",
                "host-clock",
                "host-volumes",
                "host-firewall",
                "host-certificates",
                "cluster-facts",
                "replication-server")) {
            run(script, Arguments.none());
        }
        String network = run(
                        "network-create",
                        scripts.guarded().with("name", "drill").with("tag", "sdr:i-web:0:drill"))
                .text("network");
        run("host-networks", Arguments.none());
        run("network-delete", scripts.guarded().with("network", network).with("tag", "sdr:i-web:0:drill"));
        run("replication-connection", connection());
    }

    private static Arguments connection() {
        return Arguments.none()
                .with("server", REPLICA)
                .with("port", 443)
                .with("authentication", "Certificate")
                .with("thumbprint", "00FF");
    }

    private void catalogue() {
        run("catalogue-decide", scripts.guarded().with("number", 1).with("text", "{}"));
        run("catalogue-write", scripts.guarded().with("name", "manifest").with("text", "{}"));
        run("catalogue-read", Scripts.inCatalogue().with("folder", "document"));
        run("catalogue-items", Arguments.none().with("catalogue", Scripts.CATALOGUE));
    }

    private void power() {
        run(
                "vm-adapters",
                scripts.guarded(vm)
                        .withEach("adapters", List.of(adapter().with("mac", "00155D000009")))
                        .with("addresses", ADDRESSES));
        run("vm-start", scripts.guarded(vm));
        run("vm-turn-off", scripts.guarded(vm));
        run("vm-attach", scripts.guarded(vm).withEach("disks", List.of(Scripts.disk(DISK, 1))));
        run("vm-tag", scripts.guarded(vm).with("role", "source"));
        run("vm-lock", scripts.guarded(vm));
        run("vm-unlock", scripts.guarded(vm));
        run("vm-start", scripts.guarded(vm));
        address(false);
        address(true);
        run("vm-describe", vms(vm));
        run("vm-list", Arguments.none());
        run("vm-observe", vms(vm).with("catalogue", Scripts.CATALOGUE));
        run("vm-tagged", Scripts.inCatalogue());
        run("vm-owner", vm(vm));
        run("vm-shut-down", scripts.guarded(vm));
        run("vm-turn-off", scripts.guarded(vm));
        host.cluster.orElseThrow().add(vm);
        run(
                "vm-boot-gate",
                scripts.guarded(vm)
                        .with("closed", true)
                        .with("action", "StartIfRunning")
                        .with("priority", 2000));
        run(
                "vm-boot-gate",
                scripts.guarded(vm)
                        .with("closed", false)
                        .with("action", "StartIfRunning")
                        .with("priority", 2000));
        host.cluster.orElseThrow().remove(vm);
    }

    private void address(boolean ipv6) {
        run(
                "vm-failover-address",
                scripts.guarded(vm)
                        .with("adapter", "lan")
                        .with("dnsServers", List.of())
                        .with("address", ipv6 ? "2001:db8::7" : "192.0.2.7")
                        .with("ipv6", ipv6)
                        .with("prefixLength", 64)
                        .with("mask", "255.255.255.0")
                        .with("gateway", "192.0.2.1"));
    }

    private Arguments adapter() {
        return Arguments.none().with("name", "lan").with("network", lan.id()).with("vlan", 7);
    }

    private SimulatedVm making() {
        Arguments making = scripts.guarded()
                .with("role", "copy")
                .with("name", "web-copy")
                .with("folder", "D:\\sdr")
                .with("generation", 2)
                .with("lock", true)
                .with("processors", 1)
                .with("memoryBytes", 1L << 30)
                .with("secureBoot", true)
                .with("minimumBytes", 1L << 29)
                .with("maximumBytes", 8L << 30)
                .with("secureBootTemplate", "MicrosoftUEFICertificateAuthority")
                .withEach("adapters", List.of(adapter().with("mac", "00155D000001")))
                .with("addresses", ADDRESSES);
        run("vm-create", making);
        SimulatedVm made = host.vm("web-copy");
        run(
                "vm-configure",
                scripts.guarded(made)
                        .with("processors", 2)
                        .with("memoryBytes", 2L << 30)
                        .with("secureBoot", false)
                        .without("minimumBytes")
                        .without("maximumBytes")
                        .with("secureBootTemplate", "MicrosoftWindows"));
        run(
                "vm-adapters",
                scripts.guarded(made)
                        .withEach("adapters", List.of(adapter().with("mac", "00155D000002")))
                        .with("addresses", ADDRESSES));
        run("vm-connect", scripts.guarded(made).withEach("adapters", List.of(adapter())));
        run("vm-disconnect", scripts.guarded(made));
        // Every answer about a VM has every field once.
        create(BASE, false);
        run("vm-attach", scripts.guarded(made).withEach("disks", List.of(Scripts.disk(BASE, 0))));
        for (String script :
                List.of("vm-lock", "vm-start", "vm-turn-off", "vm-unlock", "vm-shut-down", "vm-disconnect")) {
            if (script.equals("vm-start")) {
                run("vm-unlock", scripts.guarded(made));
            }
            run(script, scripts.guarded(made));
        }
        run(
                "vm-adapters",
                scripts.guarded(made)
                        .withEach("adapters", List.of(adapter().with("mac", "00155D000003")))
                        .with("addresses", ADDRESSES));
        run("vm-connect", scripts.guarded(made).withEach("adapters", List.of(adapter())));
        run(
                "vm-configure",
                scripts.guarded(made)
                        .with("processors", 4)
                        .with("memoryBytes", 4L << 30)
                        .with("secureBoot", true)
                        .with("minimumBytes", 1L << 29)
                        .with("maximumBytes", 8L << 30)
                        .with("secureBootTemplate", "MicrosoftUEFICertificateAuthority"));
        run("vm-create", makingAgain());
        return made;
    }

    private Arguments makingAgain() {
        return scripts.guarded()
                .with("role", "copy")
                .with("name", "web-copy")
                .with("folder", "D:\\sdr")
                .with("generation", 2)
                .with("lock", true)
                .with("processors", 1)
                .with("memoryBytes", 1L << 30)
                .with("secureBoot", true)
                .without("minimumBytes")
                .without("maximumBytes")
                .with("secureBootTemplate", "MicrosoftWindows")
                .withEach("adapters", List.of(adapter().with("mac", "00155D000001")))
                .with("addresses", ADDRESSES);
    }

    private void create(String path, boolean layer) {
        Arguments arguments = scripts.guarded().with("path", path);
        run(
                "disk-create",
                layer
                        ? arguments
                                .with("parent", BASE)
                                .without("sizeBytes")
                                .without("blockBytes")
                                .without("sectorBytes")
                        : arguments
                                .without("parent")
                                .with("sizeBytes", SIZE)
                                .with("blockBytes", 2 << 20)
                                .with("sectorBytes", 512));
    }

    private void checkpoints() {
        vm.start();
        String checkpoint = run(
                        "checkpoint-create",
                        scripts.guarded(vm).with("token", "t1").with("application", true))
                .text("checkpoint");
        run("checkpoint-disks", vm(vm).with("checkpoint", checkpoint));
        run("vm-readiness", vm(vm));
        run("checkpoint-list", Scripts.inCatalogue().with("vm", vm.id()));
        ScriptAnswer mark = run(
                "checkpoint-to-reference",
                scripts.guarded(vm).with("token", "t1").with("checkpoint", checkpoint));
        run("checkpoint-list", Scripts.inCatalogue().with("vm", vm.id()));
        vm.guestDisk(0).write(0, java.nio.ByteBuffer.wrap(new byte[] {1}));
        run(
                "changed-ranges",
                Arguments.none()
                        .with("path", DISK)
                        .with("since", mark.texts("tracking").get(0))
                        .with("offset", 0)
                        .with("length", SIZE)
                        .with("most", 10));
        run(
                "tracking-known",
                Arguments.none()
                        .with("path", DISK)
                        .with("since", mark.texts("tracking"))
                        .with("length", SIZE));
        run("reference-delete", scripts.guarded(vm).with("reference", mark.text("reference")));
        String other = run(
                        "checkpoint-create",
                        scripts.guarded(vm).with("token", "t2").with("application", false))
                .text("checkpoint");
        run("checkpoint-delete", scripts.guarded(vm).with("checkpoint", other));
        vm.turnOff();
    }

    private void disks(SimulatedVm made) {
        create(LAYER, true);
        run("vm-attach", scripts.guarded(made).withEach("disks", List.of(Scripts.disk(LAYER, 0))));
        run("disk-users", Arguments.none().with("paths", List.of(LAYER)));
        run("disk-describe", Arguments.none().with("paths", List.of(LAYER)));
        run("layer-freeze", scripts.guarded(made).with("token", "f1"));
        run("layer-fold", scripts.guarded(made).with("token", "f1"));
        time.pass(Duration.ofSeconds(3));
        run("layer-fold", scripts.guarded(made).with("token", "f1"));
        String moved = "D:\\sdr\\replica\\c.vhdx";
        run("disk-move", scripts.guarded().with("path", LAYER).with("target", moved));
        run("disk-merge", scripts.guarded().with("path", moved).with("parent", BASE));
        run("disk-grow", scripts.guarded().with("path", BASE).with("sizeBytes", 2 * SIZE));
        run("disk-delete", scripts.guarded().with("path", BASE).without("diskId"));
    }

    private void vmm() {
        SimulatedHost machine = world.newHost("east", "vmm.example.net");
        SimulatedVmm vmm = SimulatedVmm.on(machine, host);
        String cloud = vmm.newCloud("Gold");
        VmmNet net = vmm.newNetwork("lan");
        String subnet = vmm.newSubnet(net, "front", "192.0.2.0/24", 7);
        vmm.refreshAll();
        Arguments server = Arguments.none().with("server", "localhost");
        for (String script : List.of("vmm-server", "vmm-clouds", "vmm-hosts", "vmm-networks")) {
            scripts.run(machine, script, server);
        }
        String vmmHost =
                scripts.run(machine, "vmm-hosts", server).each("hosts").get(0).text("host");
        scripts.run(machine, "vmm-refresh-host", server.with("host", vmmHost));
        String id = scripts.run(machine, "vmm-vms", server.without("cloud")).each("vms").stream()
                .filter(each -> each.text("vm").equals(vm.id()))
                .map(each -> each.text("vmmId"))
                .findFirst()
                .orElseThrow();
        scripts.run(machine, "vmm-assign", atVmm().with("vmmId", id).with("cloud", cloud));
        scripts.run(machine, "vmm-vms", server.with("cloud", cloud));
        scripts.run(machine, "vmm-owner", server.with("vmmIds", List.of(id)));
        String adapter = scripts.run(machine, "vmm-adapters", server.with("vmmIds", List.of(id)))
                .each("vms")
                .get(0)
                .each("adapters")
                .get(0)
                .text("adapter");
        scripts.run(
                machine,
                "vmm-connect",
                atVmm().with("vmmId", id)
                        .with("adapter", adapter)
                        .with("network", net.id())
                        .with("subnet", subnet));
        scripts.run(machine, "vmm-refresh", server.with("vmmId", id));
        scripts.run(machine, "vmm-jobs", server.with("vmmId", id).with("most", 5));
    }

    private Arguments atVmm() {
        return scripts.guarded().with("server", "localhost");
    }

    private Arguments policy(Arguments arguments) {
        return arguments
                .with("compression", true)
                .with("frequencySeconds", 300)
                .with("pointsKept", 2)
                .with("consistentEveryHours", 1)
                .with("resynchronize", true)
                .with("resynchronizeFrom", 60)
                .with("resynchronizeUntil", 300);
    }

    private Arguments enabling() {
        return policy(scripts.guarded(vm))
                .with("server", REPLICA)
                .with("port", 443)
                .with("authentication", "Certificate")
                .with("thumbprint", "00FF")
                .with("excludedDisks", List.of());
    }

    private Arguments startingAt(Instant moment) {
        return scripts.guarded(vm).with("existingCopy", false).with("startAt", moment.toEpochMilli());
    }

    private Arguments resuming(boolean resynchronize, boolean goOn) {
        return scripts.guarded(vm).with("resynchronize", resynchronize).with("continue", goOn);
    }

    private void replication() {
        vm.start();
        run("replication-enable", enabling());
        run("replication-start-initial", startingAt(time.now().plusSeconds(600)));
        run("replication-stop-initial", scripts.guarded(vm));
        run("replication-start-initial", startingAt(time.now()));
        time.runFor(Duration.ofMinutes(1));
        run("replication-settings", policy(scripts.guarded(vm)));
        run("replication-suspend", scripts.guarded(vm));
        run("replication-resume", resuming(false, false));
        run("replication-suspend", scripts.guarded(vm));
        run("replication-resume", resuming(true, false));
        run("replication-suspend", scripts.guarded(vm));
        run("replication-resume", resuming(false, true));
        time.runFor(Duration.ofMinutes(70));
        run("replication-status", vms(vm));
        run("replication-measure", vm(vm));
        ScriptAnswer points = scripts.run(west, "replication-points", vm(vm));
        String point = points.each("points").get(0).text("point");
        scripts.run(west, "failover-test", scripts.guarded(vm).with("point", point));
        scripts.run(west, "failover-stop", scripts.guarded(vm).with("test", true));
        vm.turnOff();
        run("failover-prepare", scripts.guarded(vm));
        scripts.run(west, "failover-start", scripts.guarded(vm).with("point", point));
        scripts.run(west, "failover-stop", scripts.guarded(vm).with("test", false));
        scripts.run(west, "failover-start", scripts.guarded(vm).without("point"));
        scripts.run(west, "failover-complete", scripts.guarded(vm));
        run("replication-as-replica", scripts.guarded(vm));
        scripts.run(
                west,
                "replication-reverse",
                scripts.guarded(vm).with("server", "east-broker.example.net").with("thumbprint", "00FF"));
        scripts.run(west, "replication-remove", scripts.guarded(vm));
        run("replication-remove", scripts.guarded(vm));
        run("replication-accept", scripts.guarded(vm).with("server", REPLICA));
    }

    @Override
    public void close() {
        world.close();
    }
}
