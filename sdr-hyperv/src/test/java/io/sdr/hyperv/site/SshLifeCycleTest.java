package io.sdr.hyperv.site;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.FailoverPlan;
import io.sdr.api.ItemId;
import io.sdr.api.Job;
import io.sdr.api.JobOutcome;
import io.sdr.api.JobStep;
import io.sdr.api.Place;
import io.sdr.api.ProtectionRequest;
import io.sdr.api.ProtectionState;
import io.sdr.api.ReplicateNowRequest;
import io.sdr.api.ReplicatedItem;
import io.sdr.api.ReplicationPolicy;
import io.sdr.api.ReverseRequest;
import io.sdr.api.Side;
import io.sdr.api.SiteRecovery;
import io.sdr.api.VmId;
import io.sdr.hyperv.access.HyperVHost;
import io.sdr.hyperv.powershell.Script;
import io.sdr.hyperv.powershell.ScriptCatalogue;
import io.sdr.hyperv.simulation.SimulatedHost;
import io.sdr.hyperv.simulation.SimulatedVm;
import io.sdr.hyperv.simulation.SimulatedWorld;
import io.sdr.hyperv.simulation.SimulationServer;
import io.sdr.hyperv.transport.Exchange;
import io.sdr.hyperv.transport.Limits;
import io.sdr.hyperv.transport.PowerShellTransport;
import io.sdr.testkit.VirtualTime;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The life cycle over the real way to a host: site, SSH, OpenSSH, forced command, with the simulation behind it. In every step of the
 * engine the connection breaks once, after the host has acted: at the first script that changes something, or, in a step that only
 * looks, at the first one.
 */
@Tag("long")
class SshLifeCycleTest {
    private static final ItemId ITEM = new ItemId("sql-01");
    private static final int SIZE = 4 << 20;
    private static final int BLOCK = 4096;
    /** Steps that change nothing at a host. */
    private static final Set<String> ONLY_LOOKING = Set.of(
            "protect readiness",
            "protect relation",
            "protect first-point",
            "unplanned-failover power-fence",
            "unplanned-failover close-reception",
            "unplanned-failover resolve-point",
            "unplanned-failover build-copy",
            "unplanned-failover source-settled",
            "unplanned-failover configure",
            "unplanned-failover verify",
            "commit commit",
            "reverse target-vm",
            "reverse old-side-off",
            "reverse fence-old-side",
            "planned-failover blocking-checks",
            "planned-failover close-reception",
            "planned-failover resolve-point",
            "planned-failover build-copy",
            "planned-failover source-off",
            "planned-failover configure",
            "planned-failover verify");
    /** All steps of the life cycle that ask a host, in the order in which they do so first. */
    private static final String STEPS = """
            protect readiness
            protect catalogues
            protect placeholder
            protect record
            protect relation
            protect initial-copy
            protect catch-up
            protect first-point
            replicate-now cycle
            unplanned-failover power-fence
            unplanned-failover shut-down-source
            unplanned-failover send-rest
            unplanned-failover close-reception
            unplanned-failover resolve-point
            unplanned-failover build-copy
            unplanned-failover attach-disks
            unplanned-failover source-settled
            unplanned-failover decide
            unplanned-failover fence-other-side
            unplanned-failover configure
            unplanned-failover start
            unplanned-failover verify
            commit commit
            reverse target-vm
            reverse old-side-off
            reverse fence-old-side
            reverse plan
            reverse old-disks-become-base
            reverse copy
            planned-failover sync-while-running
            planned-failover ready-to-complete
            planned-failover blocking-checks
            planned-failover note-prepared
            planned-failover shut-down-source
            planned-failover lock-source
            planned-failover last-cycle
            planned-failover close-reception
            planned-failover resolve-point
            planned-failover build-copy
            planned-failover attach-disks
            planned-failover source-off
            planned-failover decide
            planned-failover fence-other-side
            planned-failover configure
            planned-failover start
            planned-failover verify
            planned-failover compare-disks
            """;
    /** Steps that ask no host: the replica's folder alone, or nobody. */
    private static final Set<String> ASKING_NOBODY =
            Set.of("unplanned-failover report", "planned-failover evidence-of-no-loss");

    @TempDir
    private Path folder;

    private final VirtualTime time = new VirtualTime();
    private final SplittableRandom random = new SplittableRandom(3);
    private final byte[] written = new byte[SIZE];
    private final Map<Side, SimulatedHost> hosts = new EnumMap<>(Side.class);
    private final Set<String> asking = new LinkedHashSet<>();
    private final Set<String> broken = new LinkedHashSet<>();
    private final Set<String> done = new LinkedHashSet<>();
    private final ScriptCatalogue scripts = new ScriptCatalogue();
    private volatile String step = "";
    private Optional<SiteRecovery> opened = Optional.empty();
    private SiteRecovery engine;

    @Test
    void T01_unplannedAndDeltaFailback_withConnectionsThatBreak() throws Exception {
        SimulatedWorld world = SimulatedWorld.in(folder.resolve("hosts"), time);
        hosts.put(Side.PRIMARY, world.newHost("east", "hv-e1"));
        hosts.put(Side.RECOVERY, world.newHost("west", "hv-w1"));
        SimulatedVm vm = hosts.get(Side.PRIMARY).newVm("sql-01");
        assertThat(vm.addDisk("D:\\VMs\\os.vhdx", SIZE).path()).isNotEmpty();
        vm.start();
        try (SimulationServer server = new SimulationServer(world, Files.createDirectory(folder.resolve("ssh")));
                HyperVSite east = site("east", hosts.get(Side.PRIMARY), server);
                HyperVSite west = site("west", hosts.get(Side.RECOVERY), server)) {
            server.drop(this::breaks);
            engine = SiteRecovery.builder()
                    .site(east)
                    .site(west)
                    .dataDirectory(folder.resolve("engine"))
                    .timekeeper(time)
                    .random(random)
                    .actor("tester")
                    .withoutScheduler()
                    .build();
            opened = Optional.of(engine);
            protect(vm);
            write(20);
            cycle();
            failOver();
            commitAndReverse();
            failBack();
            commitAndReverse();
            cycle();
            verify();
            opened = Optional.empty();
            engine.close();
            assertThat(broken)
                    .as("steps in which a connection broke")
                    .containsExactlyElementsOf(STEPS.lines().toList());
            assertThat(asking).as("steps that ask a host").containsExactlyElementsOf(broken);
            done.removeAll(asking);
            assertThat(done).as("steps that ask nobody").isEqualTo(ASKING_NOBODY);
            assertThat(server.dropped()).isEqualTo(broken.size());
            assertThat(server.strange()).isEmpty();
        }
        world.check();
        world.close();
    }

    private HyperVSite site(String name, SimulatedHost host, SimulationServer server) {
        return HyperVSite.named(name)
                .host(HyperVHost.of(
                        host.name(), watched(server.transport(host.name())), new HostFiles(host), "D:\\sdr"))
                .clock(time::now)
                .random(new SecureRandom())
                .build();
    }

    /** Notes which step of the engine it is that asks. */
    private PowerShellTransport watched(PowerShellTransport transport) {
        return new PowerShellTransport() {
            @Override
            public String host() {
                return transport.host();
            }

            @Override
            public Exchange exchange(byte[] request, Limits limits) {
                step = opened.map(SshLifeCycleTest::presentStep).orElse("");
                return transport.exchange(request, limits);
            }

            @Override
            public void close() {
                transport.close();
            }
        };
    }

    private static String presentStep(SiteRecovery engine) {
        return engine.openJobs().stream()
                .flatMap(job -> job.steps().stream()
                        .filter(each -> each.status() == JobStep.Status.RUNNING)
                        .map(each -> job.kind() + " " + each.name()))
                .findFirst()
                .orElse("");
    }

    private boolean breaks(String script) {
        if (step.isEmpty()) {
            return false;
        }
        asking.add(step);
        boolean looks = scripts.script(script).effect() == Script.Effect.READ;
        return (!looks || ONLY_LOOKING.contains(step)) && broken.add(step);
    }

    private JobOutcome done(String name, java.util.function.Supplier<Job> begin) {
        JobOutcome outcome = begin.get().awaitEnd(Duration.ofHours(8));
        assertThat(outcome.status().isSuccess())
                .as("%s ended %s: %s", name, outcome.status(), outcome.report().steps())
                .isTrue();
        outcome.report().steps().stream()
                .filter(each -> each.status() != JobStep.Status.SKIPPED)
                .forEach(each -> done.add(outcome.report().kind() + " " + each.name()));
        return outcome;
    }

    private ReplicatedItem item() {
        return engine.item(ITEM);
    }

    private SimulatedVm active() {
        Side side = item().activeSide();
        VmId id = item().vms().get(side);
        return hosts.get(side).find(id.value()).orElseThrow();
    }

    private void protect(SimulatedVm vm) {
        done(
                "protect",
                () -> engine.protect(ProtectionRequest.between(vm.id(), Place.of("east"), Place.of("west"))
                        .as(ITEM)
                        .policy(ReplicationPolicy.defaults()
                                .every(Duration.ofHours(24))
                                .pointEvery(Duration.ZERO))));
    }

    private void write(int blocks) {
        for (int i = 0; i < blocks; i++) {
            int offset = random.nextInt(SIZE / BLOCK) * BLOCK;
            byte[] data = new byte[BLOCK];
            random.nextBytes(data);
            System.arraycopy(data, 0, written, offset, BLOCK);
            active().guestDisk(0).write(offset, ByteBuffer.wrap(data));
        }
    }

    private void verify() {
        byte[] seen = new byte[SIZE];
        active().guestDisk(0).read(0, ByteBuffer.wrap(seen));
        assertThat(seen).isEqualTo(written);
        assertThat(active().runs()).isTrue();
        Side other = item().activeSide().other();
        assertThat(hosts.get(other)
                        .find(item().vms().get(other).value())
                        .orElseThrow()
                        .runs())
                .isFalse();
    }

    private void cycle() {
        done("cycle", () -> engine.replicateNow(ReplicateNowRequest.crashConsistent(ITEM)));
    }

    private void failOver() {
        Side to = item().activeSide().other();
        done("unplanned", () -> engine.failOver(FailoverPlan.unplanned(ITEM, to).shutDownFirst()));
        assertThat(item().state()).isEqualTo(ProtectionState.COMMIT_PENDING);
        verify();
        write(5);
    }

    private void commitAndReverse() {
        Side active = item().activeSide();
        done("commit", () -> engine.commit(ITEM));
        write(5);
        done("reverse", () -> engine.reverseReplicate(ReverseRequest.overwriting(active.other(), ITEM)));
        assertThat(item().state()).isEqualTo(ProtectionState.PROTECTED);
        verify();
        write(3);
    }

    private void failBack() {
        Side to = item().activeSide().other();
        Job job = engine.failOver(FailoverPlan.planned(ITEM, to).waitForComplete());
        assertThat(job.awaitPrompt(Duration.ofHours(8))).isPresent();
        write(4);
        done("complete", () -> engine.completeFailover(ITEM));
        assertThat(item().state()).isEqualTo(ProtectionState.COMMIT_PENDING);
        verify();
        write(3);
    }
}
