package io.sdr.hyperv.site;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.AwaitTimeoutException;
import io.sdr.api.Drill;
import io.sdr.api.ItemId;
import io.sdr.api.Job;
import io.sdr.api.JobId;
import io.sdr.api.JobOutcome;
import io.sdr.api.JobStep;
import io.sdr.api.ProtectionRequest;
import io.sdr.api.ReplicateNowRequest;
import io.sdr.api.ReplicatedItem;
import io.sdr.api.Side;
import io.sdr.api.SiteRecovery;
import io.sdr.api.VmId;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.hyperv.replication.HyperVReplicaDriver;
import io.sdr.testkit.SimulatedDeath;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * One VM on two simulated sites, protected by an engine that may die in everything it does; another one, on the store that it left,
 * goes on. The guest knows what its disks must hold.
 */
final class MortalLife implements AutoCloseable {
    static final ItemId ITEM = new ItemId("sql-01");
    private static final Duration LONG = Duration.ofHours(3);
    private static final Duration LOOK = Duration.ofMinutes(1);
    private static final int BLOCK = 4096;
    /** A process that dies so often in one operation gets nowhere. */
    private static final int MOST_DEATHS = 100;

    private final HyperVTraceWorld world;
    private final MortalProcess.Watcher watcher;
    private final SplittableRandom random = new SplittableRandom(42);
    private final List<byte[]> disks = new ArrayList<>();
    private MortalProcess process;
    private int deaths;
    private boolean inEngine;

    /**
     * Opens the sites and an engine.
     *
     * @param world the sites; closed with this
     * @param watcher says when the engine dies
     * @param sizes of the VM's disks
     */
    MortalLife(HyperVTraceWorld world, MortalProcess.Watcher watcher, List<Long> sizes) {
        this.world = world;
        this.watcher = watcher;
        sizes.forEach(size -> disks.add(new byte[Math.toIntExact(world.roundUp(size))]));
        process = newProcess();
        world.restartThrough(process);
    }

    private MortalProcess newProcess() {
        return new MortalProcess(world::copyStore, new Watching(this, watcher));
    }

    /** Looks at the VMs around each script. */
    private record Watching(MortalLife life, MortalProcess.Watcher watcher) implements MortalProcess.Watcher {
        @Override
        public boolean diesBefore(MortalProcess.Act act) {
            life.look(act);
            return life.inEngine && watcher.diesBefore(act);
        }

        @Override
        public boolean diesAfter(MortalProcess.Act act) {
            life.look(act);
            return life.inEngine && watcher.diesAfter(act);
        }
    }

    private void look(MortalProcess.Act act) {
        if (act.way() == MortalProcess.Way.SCRIPT && act.changes()) {
            List<String> running = world.running();
            assertThat(running).as("VMs that run at %s", act).hasSizeLessThan(2);
        }
    }

    HyperVTraceWorld world() {
        return world;
    }

    SiteRecovery engine() {
        return world.engine();
    }

    ReplicatedItem item() {
        return engine().item(ITEM);
    }

    VmId vm(Side side) {
        return Optional.ofNullable(item().vms().get(side)).orElseThrow();
    }

    /** How often the engine died. */
    int deaths() {
        return deaths;
    }

    boolean isNative() {
        return world.driver().equals(HyperVReplicaDriver.NAME);
    }

    /** The step that the engine is in; empty in none. */
    String step() {
        return engine().openJobs().stream()
                .flatMap(job -> job.steps().stream()
                        .filter(each -> each.status() == JobStep.Status.RUNNING)
                        .map(each -> job.kind() + " " + each.name()))
                .findFirst()
                .orElse("");
    }

    // ---- what users do

    void protect() {
        VmId vm = world.createRunningVm(
                Side.PRIMARY,
                "sql-01",
                disks.stream().map(disk -> (long) disk.length).toList());
        write(Side.PRIMARY, vm, 30);
        JobOutcome unused = done(() -> engine().protect(
                        ProtectionRequest.between(vm.value(), world.place(Side.PRIMARY), world.place(Side.RECOVERY))
                                .as(ITEM)
                                .policy(world.policy())));
    }

    void cycle() {
        if (isNative()) {
            pass(item().policy().pointEvery().plus(item().policy().every().multipliedBy(2)));
        }
        JobOutcome unused = done(() -> engine().replicateNow(ReplicateNowRequest.crashConsistent(ITEM)));
    }

    /** Lets the engine do an operation, and another one go on with it when it dies. */
    JobOutcome done(Supplier<Job> begin) {
        Set<JobId> earlier = jobs().stream().map(Job::id).collect(Collectors.toSet());
        JobOutcome outcome = alive(() -> awaitEnd(jobs().stream()
                .filter(job -> !earlier.contains(job.id()))
                .findFirst()
                .orElseGet(begin)));
        assertThat(outcome.status().isSuccess())
                .as(
                        "%s ended %s: %s",
                        outcome.report().kind(),
                        outcome.status(),
                        outcome.report().steps())
                .isTrue();
        return outcome;
    }

    /** Looks up now and then: an engine that handles its own death as an error waits for ever. */
    private JobOutcome awaitEnd(Job job) {
        for (Duration waited = LOOK; ; waited = waited.plus(LOOK)) {
            try {
                return job.awaitEnd(LOOK);
            } catch (AwaitTimeoutException e) {
                if (!process.isAlive() || waited.compareTo(LONG) >= 0) {
                    throw e;
                }
            }
        }
    }

    private List<Job> jobs() {
        boolean known = engine().items().stream().anyMatch(item -> item.id().equals(ITEM));
        return known || !engine().openJobs().isEmpty() ? engine().jobs(ITEM, Optional.empty(), 1000) : List.of();
    }

    /** Does what is due. */
    void runDue() {
        boolean unused = alive(() -> {
            engine().runDue();
            return true;
        });
    }

    void pass(Duration duration) {
        boolean unused = alive(() -> {
            world.pass(duration);
            return true;
        });
    }

    /** Lets the engine do something, again with the next one when it dies. */
    private <T> T alive(Supplier<T> what) {
        for (int i = 0; i < MOST_DEATHS; i++) {
            try {
                inEngine = true;
                T result = what.get();
                if (process.isAlive()) {
                    return result;
                }
            } catch (SimulatedDeath e) {
                assertThat(process.isAlive()).as(e.toString()).isFalse();
            } catch (RuntimeException e) {
                if (process.isAlive()) {
                    throw e;
                }
            } finally {
                inEngine = false;
            }
            revive();
        }
        throw new AssertionError("it dies again and again");
    }

    private void revive() {
        deaths++;
        Path left = process.left();
        process = newProcess();
        world.reviveThrough(process, left);
    }

    // ---- the guest

    void write(int blocks) {
        Side active = item().activeSide();
        write(active, vm(active), blocks);
    }

    private void write(Side side, VmId vm, int blocks) {
        for (int i = 0; i < blocks; i++) {
            int disk = random.nextInt(disks.size());
            byte[] content = disks.get(disk);
            int offset = random.nextInt(content.length / BLOCK) * BLOCK;
            byte[] data = new byte[BLOCK];
            random.nextBytes(data);
            System.arraycopy(data, 0, content, offset, data.length);
            world.guestDisk(side, vm, disk).write(offset, ByteBuffer.wrap(data));
        }
        for (int disk = 0; disk < disks.size(); disk++) {
            world.guestDisk(side, vm, disk).flush();
        }
    }

    /** What the disks hold now. */
    List<byte[]> remember() {
        return disks.stream().map(byte[]::clone).toList();
    }

    /** The active VM runs, alone, with what its guest wrote. */
    void verify() {
        Side active = item().activeSide();
        assertThat(world.running(active, vm(active))).as("the VM runs").isTrue();
        assertThat(difference(active, vm(active), disks)).isEmpty();
    }

    /** Says where the disks of a VM hold something else; empty if nowhere. */
    String difference(Side side, VmId vm, List<byte[]> wanted) {
        for (int i = 0; i < wanted.size(); i++) {
            try (VirtualDisk disk = world.inspect(side, vm, i)) {
                byte[] found = new byte[Math.toIntExact(disk.sizeBytes())];
                disk.read(0, ByteBuffer.wrap(found));
                int at = Arrays.mismatch(found, wanted.get(i));
                if (at >= 0) {
                    return "disk " + i + " differs at byte " + at;
                }
            }
        }
        return "";
    }

    /** The VM of the drill that runs now, at the side that is not active. */
    VmId testVm() {
        Drill drill = item().drill().orElseThrow();
        assertThat(drill.closed()).isEmpty();
        Side side = item().activeSide().other();
        return world.testVms(side).stream().findFirst().orElseThrow();
    }

    /** All that another engine can find, but for what has its name or number from chance. */
    String end() {
        ReplicatedItem item = item();
        List<String> lines = new ArrayList<>();
        lines.add(item.state() + " at " + item.activeSide() + ", " + item.paused() + ", " + item.testFailover() + ", "
                + item.divergence());
        lines.add("drill passed: " + item.drill().map(Drill::passed));
        lines.add("notes: " + item.pendingNotes());
        lines.add("open jobs: " + engine().openJobs());
        world.vmLines().forEach(lines::add);
        return String.join("\n", lines);
    }

    @Override
    public void close() {
        world.close();
    }
}
