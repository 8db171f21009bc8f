package io.sdr.benchmarks.drill;

import io.sdr.api.Drill;
import io.sdr.api.OperationFailedException;
import io.sdr.api.Problem;
import io.sdr.api.ProtectionState;
import io.sdr.api.RecoveryPoint;
import io.sdr.api.ReplicatedItem;
import io.sdr.api.Side;
import io.sdr.api.SiteRecovery;
import io.sdr.api.TestFailoverState;
import io.sdr.api.spi.VmObservation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The VM of the test failover, and what must hold of it and of everything beside it. */
final class TestVm {
    /** Where the test runs. */
    static final Side SIDE = Side.RECOVERY;

    private static final String NAME = DrillSites.VM + " - Test";
    private static final String SCRIBBLES = "test-cleanup/scribbles";
    private static final String LAYERS = "layer.";
    /** No number of a write of the guest. */
    private static final long SCRIBBLE = -1;

    private final SiteRecovery engine;
    private final DrillSites sites;
    private final DrillJournal journal;
    private final DiskVerifier verifier;

    TestVm(SiteRecovery engine, DrillSites sites, DrillJournal journal, DiskVerifier verifier) {
        this.engine = engine;
        this.sites = sites;
        this.journal = journal;
        this.verifier = verifier;
    }

    /** Checks that it runs beside the protected VM and that its disk holds the tested point. */
    void verify(List<GuestWrite> all) throws IOException {
        List<VmObservation> there = sites.others(SIDE);
        check(
                there.size() == 1
                        && there.get(0).isRunning()
                        && sites.nameOf(SIDE, there.get(0).vm()).equals(NAME),
                "one running VM '" + NAME + "' was expected at the recovery site, and there are " + there);
        checkUntouched(TestFailoverState.WAITING_FOR_CLEANUP);
        try (PlainDisk disk = PlainDisks.open(sites.attached(SIDE, there.get(0).vm()))) {
            verifier.verify("the disk of the test VM", disk, tested(all), all);
        }
    }

    /** Lets the test VM write what must never reach the replica. Once: a cleanup that was begun has taken its disk away. */
    void scribble() {
        if (journal.isDone(SCRIBBLES)) {
            return;
        }
        sites.writeAs(SIDE, sites.others(SIDE).get(0).vm(), scribbles());
        journal.burstDone(SCRIBBLES);
    }

    private List<GuestWrite> scribbles() {
        List<GuestWrite> writes = new ArrayList<>();
        Burst.transactions(SCRIBBLES, verifier.sizeBytes())
                .forEach(together -> together.forEach(range ->
                        writes.add(new GuestWrite(SCRIBBLE, SCRIBBLES, range.offset(), (int) range.length()))));
        return writes;
    }

    /** Checks that nothing of the test is left, and that the replica holds the tested point as if there had been none. */
    void verifyGone(List<GuestWrite> all) throws IOException {
        checkUntouched(TestFailoverState.NONE);
        Optional<Drill> drill = engine.item(DrillRunner.ITEM).drill();
        check(drill.filter(Drill::passed).isPresent(), "the engine does not count it as passed: " + drill);
        check(sites.others(SIDE).isEmpty(), "there are still other VMs: " + sites.others(SIDE));
        Housekeeping.settle(engine, DrillRunner.ITEM, () -> true);
        Path base = sites.replica(SIDE, DrillRunner.ITEM, verifier.sizeBytes());
        List<Path> layers = layersBeside(base);
        check(layers.isEmpty(), "there are still layers: " + layers);
        try (PlainDisk disk = PlainDisks.open(base)) {
            List<GuestWrite> places = new ArrayList<>(all);
            places.addAll(scribbles());
            verifier.verify("the replica after the test", disk, tested(all), places);
        }
    }

    private static List<GuestWrite> tested(List<GuestWrite> all) {
        return HeldWrites.after(all, DrillStep.CYCLE_5);
    }

    private void checkUntouched(TestFailoverState expected) {
        ReplicatedItem item = engine.item(DrillRunner.ITEM);
        check(item.testFailover() == expected, "the test is " + item.testFailover());
        check(
                item.state() == ProtectionState.PROTECTED && item.activeSide() == SIDE.other(),
                "the item is " + item.state() + ", active at " + item.activeSide());
        Optional<String> newest = engine.recoveryPoints(DrillRunner.ITEM).stream()
                .max(Comparator.comparingLong(RecoveryPoint::sequence))
                .map(point -> point.id().value());
        check(newest.equals(journal.point(DrillStep.CYCLE_5)), "the newest recovery point is " + newest);
    }

    private static List<Path> layersBeside(Path base) throws IOException {
        try (Stream<Path> files = Files.list(base.toAbsolutePath().getParent())) {
            return files.filter(file -> String.valueOf(file.getFileName()).startsWith(LAYERS))
                    .toList();
        }
    }

    private static void check(boolean holds, String state) {
        if (!holds) {
            throw new OperationFailedException(Problem.of("TEST_NOT_APART")
                    .attempted("verify that the test failover touches nothing but what is its own")
                    .state(state)
                    .remedy("report this with the folder of the drill"));
        }
    }
}
