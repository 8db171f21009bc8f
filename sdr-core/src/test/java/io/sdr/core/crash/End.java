package io.sdr.core.crash;

import io.sdr.api.JobStatus;
import io.sdr.api.ProtectionState;
import io.sdr.api.ReplicatedItem;
import io.sdr.api.Side;
import io.sdr.api.spi.StorageFolder;
import io.sdr.api.spi.VmObservation;
import io.sdr.core.replication.ReplicaLeftovers;
import io.sdr.testkit.SimulatedSite;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * How an operation ended, as far as it must be the same with and without a death. Ids of jobs may differ, and how many cycles a
 * planned failover made while it waited.
 *
 * @param job how its job ended
 * @param state the item's state
 * @param active the active side
 * @param epoch the item's epoch
 * @param notes how many notes wait
 * @param upkeep who paused replication, how often it is due, and whether a cycle is overdue
 * @param vms what VMs there are, by side
 * @param drill how far a drill is, and what it left beside VMs
 * @param files what lies in the replica's folder, by side, segments and manifests left out
 * @param leftovers what lies there, is named by no manifest, and is no part of the next cycle, by side
 * @param checkpoints how many checkpoints were not released, by side
 * @param marks how many marks there are that no replica needs, by side; only where cycles go on: the next one gives them up
 */
record End(
        JobStatus job,
        ProtectionState state,
        Side active,
        long epoch,
        int notes,
        String upkeep,
        String drill,
        Map<Side, List<String>> vms,
        Map<Side, List<String>> files,
        Map<Side, List<String>> leftovers,
        Map<Side, Integer> checkpoints,
        Map<Side, Integer> marks) {
    /** The last acknowledged one and the one in flight. */
    private static final int MOST_MARKS = 2;

    static End of(Life life, JobStatus job) {
        ReplicatedItem item = life.item();
        Map<Side, List<String>> vms = new TreeMap<>();
        Map<Side, List<String>> files = new TreeMap<>();
        Map<Side, List<String>> leftovers = new TreeMap<>();
        Map<Side, Integer> checkpoints = new TreeMap<>();
        Map<Side, Integer> marks = new TreeMap<>();
        Set<String> needed = new HashSet<>();
        for (Side side : Side.values()) {
            needed.addAll(ReplicaLeftovers.marks(replica(life, life.world().site(side))));
        }
        for (Side side : Side.values()) {
            SimulatedSite site = life.world().site(side);
            vms.put(side, site.allVms().stream().map(End::shape).toList());
            files.put(
                    side,
                    replica(life, site).list().stream()
                            .map(file -> plain(file.name()))
                            .filter(name -> !name.matches("(redo|undo|manifest)\\..*"))
                            .sorted()
                            .toList());
            leftovers.put(side, ReplicaLeftovers.leftBehind(replica(life, site)));
            StorageFolder root = site.root().child("checkpoints");
            Set<String> frozen = root.children().stream()
                    .filter(id -> isFrozen(root.child(id)))
                    .collect(Collectors.toSet());
            checkpoints.put(side, frozen.size());
            boolean cyclesGoOn = item.state() == ProtectionState.PROTECTED;
            marks.put(side, (int) root.children().stream()
                    .filter(id -> cyclesGoOn && !frozen.contains(id) && !needed.contains(id))
                    .count());
        }
        return new End(
                job,
                item.state(),
                item.activeSide(),
                item.epoch(),
                item.pendingNotes().size(),
                upkeep(life, item),
                drill(life, item),
                vms,
                files,
                leftovers,
                checkpoints,
                marks);
    }

    private static String upkeep(Life life, ReplicatedItem item) {
        Duration every = item.policy().every();
        boolean overdue = item.state() == ProtectionState.PROTECTED
                && !life.newestPoint()
                        .time()
                        .plus(every)
                        .isAfter(life.world().time().now());
        return item.paused().by() + " " + every + (overdue ? " overdue" : "");
    }

    /** How far a drill is, whether it passed, and the networks that drills left at the sites. */
    private static String drill(Life life, ReplicatedItem item) {
        StringBuilder drill = new StringBuilder(item.testFailover().toString());
        item.drill()
                .ifPresent(each -> drill.append(each.passed() ? " passed " : " ")
                        .append(plain(each.job().value()))
                        .append(each.leftBehind()));
        for (Side side : Side.values()) {
            drill.append(' ')
                    .append(life.world().site(side).root().child("drill-networks").children().stream()
                            .map(End::plain)
                            .toList());
        }
        return drill.toString();
    }

    /** How many marks and checkpoints stand at each side, needed or not. */
    static Map<Side, Integer> standing(Life life) {
        Map<Side, Integer> standing = new TreeMap<>();
        for (Side side : Side.values()) {
            standing.put(
                    side,
                    life.world()
                            .site(side)
                            .root()
                            .child("checkpoints")
                            .children()
                            .size());
        }
        return standing;
    }

    /** Nothing lies at a side that no manifest names. */
    static void requireNothingUnnamed(Life life) {
        for (Side side : Side.values()) {
            List<String> unnamed =
                    ReplicaLeftovers.unnamed(replica(life, life.world().site(side)));
            if (!unnamed.isEmpty()) {
                throw new AssertionError("left behind at " + side + ": " + unnamed);
            }
        }
    }

    /** In steady state at most two marks stand at a side, and not more than without a death. */
    static void requireNoMore(Map<Side, Integer> standing, Map<Side, Integer> wanted) {
        standing.forEach((side, count) -> {
            if (count > MOST_MARKS || count > wanted.getOrDefault(side, 0)) {
                throw new AssertionError(
                        "after a cycle " + standing + " marks and checkpoints stand, without a death " + wanted);
            }
        });
    }

    /** Names what differs; empty if nothing does. */
    String difference(End wanted) {
        return difference(wanted, Set.of());
    }

    /** The same, but for some of its parts. */
    String difference(End wanted, Set<String> but) {
        List<String> differences = new ArrayList<>();
        for (RecordComponent part : End.class.getRecordComponents()) {
            if (but.contains(part.getName())) {
                continue;
            }
            try {
                Object is = part.getAccessor().invoke(this);
                Object other = part.getAccessor().invoke(wanted);
                if (!is.equals(other)) {
                    differences.add(part.getName() + ": " + is + " instead of " + other);
                }
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }
        return String.join("; ", differences);
    }

    private static String shape(VmObservation vm) {
        return vm.power()
                + (vm.startLocked() ? " locked " : " ")
                + vm.disks().stream().map(disk -> plain(disk.locator())).toList();
    }

    /** A name without what differs from run to run. */
    private static String plain(String name) {
        return name.replaceAll("id\\d+x\\d+", "JOB").replaceAll("JOB\\.\\d+", "JOB.N");
    }

    private static StorageFolder replica(Life life, SimulatedSite site) {
        return site.root().child("replicas").child(life.itemId().value());
    }

    private static boolean isFrozen(StorageFolder checkpoint) {
        return checkpoint.list().stream().anyMatch(file -> file.name().endsWith(".saved"));
    }
}
