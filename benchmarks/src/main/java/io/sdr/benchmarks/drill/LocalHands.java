package io.sdr.benchmarks.drill;

import io.sdr.api.ItemId;
import io.sdr.api.OperationFailedException;
import io.sdr.api.Problem;
import io.sdr.api.Side;
import io.sdr.api.spi.VmObservation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** The hands in the process that has the sites. */
final class LocalHands implements DrillHands {
    private static final ItemId ITEM = DrillRunner.ITEM;
    private static final String TEST_VM = DrillSites.VM + " - Test";
    private static final String SCRIBBLES = "test-cleanup/scribbles";
    private static final String LAYERS = "layer.";
    /** No number of a write of the guest. */
    private static final long SCRIBBLE = -1;

    private final DrillSites sites;
    private final DrillJournal journal;
    private final GuestLog log;
    private final DrillGuest guest;
    private final DiskVerifier verifier;
    private final UnaryOperator<List<String>> whenFinished;

    LocalHands(DrillSites sites, DrillJournal journal, GuestLog log, DrillGuest guest, DiskVerifier verifier) {
        this(sites, journal, log, guest, verifier, files -> files);
    }

    /**
     * Prepares.
     *
     * @param whenFinished takes the file of the active disk and that of the replica at the end, and gives what is named in the result
     */
    LocalHands(
            DrillSites sites,
            DrillJournal journal,
            GuestLog log,
            DrillGuest guest,
            DiskVerifier verifier,
            UnaryOperator<List<String>> whenFinished) {
        this.whenFinished = whenFinished;
        this.sites = sites;
        this.journal = journal;
        this.log = log;
        this.guest = guest;
        this.verifier = verifier;
    }

    @Override
    public void write(DrillStep step, DrillGuest.Part part) {
        guest.write(step, part, () -> sites.guest(DrillRunner.activeAtBegin(step)));
    }

    @Override
    public void scribble() {
        if (journal.isDone(SCRIBBLES)) {
            return;
        }
        sites.writeAs(TestVm.SIDE, sites.others(TestVm.SIDE).get(0).vm(), scribbles());
        journal.burstDone(SCRIBBLES);
    }

    private List<GuestWrite> scribbles() {
        List<GuestWrite> writes = new ArrayList<>();
        Burst.transactions(SCRIBBLES, verifier.sizeBytes())
                .forEach(together -> together.forEach(range ->
                        writes.add(new GuestWrite(SCRIBBLE, SCRIBBLES, range.offset(), (int) range.length()))));
        return writes;
    }

    /** Something that reads a disk. */
    private interface Look<T> {
        T at(PlainDisk disk) throws IOException;
    }

    private static <T> T look(Path file, Look<T> look) {
        try (PlainDisk disk = PlainDisks.open(file)) {
            return look.at(disk);
        } catch (IOException e) {
            throw FileFailure.of("read", file, e);
        }
    }

    @Override
    public long verify(DrillStep step, Side active) {
        List<GuestWrite> all = log.writes();
        return look(sites.attached(active), disk -> {
            List<GuestWrite> held = HeldWrites.after(all, step);
            verifier.verify("the active disk after " + step.label(), disk, held, all);
            return HeldWrites.highest(held);
        });
    }

    private static List<GuestWrite> tested(List<GuestWrite> all) {
        return HeldWrites.after(all, DrillStep.CYCLE_5);
    }

    @Override
    public void verifyTest() {
        List<GuestWrite> all = log.writes();
        List<VmObservation> there = sites.others(TestVm.SIDE);
        TestVm.check(
                there.size() == 1
                        && there.get(0).isRunning()
                        && sites.nameOf(TestVm.SIDE, there.get(0).vm()).equals(TEST_VM),
                "one running VM '" + TEST_VM + "' was expected at the recovery site, and there are " + there);
        boolean unused = look(sites.attached(TestVm.SIDE, there.get(0).vm()), disk -> {
            verifier.verify("the disk of the test VM", disk, tested(all), all);
            return true;
        });
    }

    @Override
    public void verifyTestGone() {
        List<GuestWrite> all = log.writes();
        List<VmObservation> others = sites.others(TestVm.SIDE);
        TestVm.check(others.isEmpty(), "there are still other VMs: " + others);
        Path base = sites.replica(TestVm.SIDE, ITEM, verifier.sizeBytes());
        List<Path> layers = layersBeside(base);
        TestVm.check(layers.isEmpty(), "there are still layers: " + layers);
        boolean unused = look(base, disk -> {
            List<GuestWrite> places = new ArrayList<>(all);
            places.addAll(scribbles());
            verifier.verify("the replica after the test", disk, tested(all), places);
            return true;
        });
    }

    private static List<Path> layersBeside(Path base) {
        try (Stream<Path> files = Files.list(base.toAbsolutePath().getParent())) {
            return files.filter(file -> String.valueOf(file.getFileName()).startsWith(LAYERS))
                    .toList();
        } catch (IOException e) {
            throw FileFailure.of("list what is beside", base, e);
        }
    }

    @Override
    public void turnOff(Side side) {
        sites.turnOff(side);
    }

    @Override
    public boolean isOneFile(Side side) {
        return look(sites.attached(side), disk -> disk.depth() == 1);
    }

    @Override
    public List<String> finish(Side active) {
        Path activeFile = sites.attached(active);
        Path passiveFile = sites.replica(active.other(), ITEM, verifier.sizeBytes());
        List<GuestWrite> all = log.writes();
        List<GuestWrite> held = HeldWrites.after(all, DrillStep.REVERSE_3);
        boolean unused = look(activeFile, activeDisk -> {
            verifier.verify("the disk of the stopped VM", activeDisk, held, all);
            return look(passiveFile, passiveDisk -> {
                verifier.verifyEqual("the replica", passiveDisk, activeDisk, all);
                return true;
            });
        });
        if (active != Side.RECOVERY) {
            throw new OperationFailedException(Problem.of("WRONG_SIDE")
                    .attempted("finish the drill")
                    .state("the active side is " + active)
                    .remedy("report this with the folder of the drill"));
        }
        return whenFinished.apply(List.of(activeFile.toString(), passiveFile.toString()));
    }

    @Override
    public List<Long> lost() {
        return HeldWrites.lost(log.writes());
    }
}
