package io.sdr.benchmarks.drill;

import io.sdr.api.CorruptException;
import io.sdr.api.OperationFailedException;
import io.sdr.api.Problem;
import io.sdr.api.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;

/** Verifies disks by reading their files, with no class of the engine. */
final class DiskVerifier {
    private final DrillImage image;
    private final List<Range> imported;
    private final long wholeLimit;
    private final Path folder;
    private final DrillConsole console;
    private final DiskComparison comparison = new DiskComparison();

    DiskVerifier(DrillImage image, List<Range> imported, long wholeLimit, Path folder, DrillConsole console) {
        this.image = image;
        this.imported = imported;
        this.wholeLimit = wholeLimit;
        this.folder = folder;
        this.console = console;
    }

    long sizeBytes() {
        return image.sizeBytes();
    }

    /**
     * Checks that a disk holds the image and some writes, and nothing else.
     *
     * @param what names the disk for people
     * @param disk the disk
     * @param held the writes that it shall hold, in order
     * @param all every write ever made: its places are looked at, too
     */
    void verify(String what, PlainDisk disk, List<GuestWrite> held, Collection<GuestWrite> all) throws IOException {
        image.file().checkThere();
        checkSize(what, disk, image.sizeBytes());
        try (DiskModel model = new DiskModel(image, held)) {
            OptionalLong difference = compare(what, model, disk, all);
            if (difference.isPresent()) {
                image.file().checkUnchanged();
                throw differs(what, disk, difference.getAsLong(), "what the image and the guest's writes give");
            }
        }
    }

    /** Checks that two disks hold the same. */
    void verifyEqual(String what, PlainDisk disk, PlainDisk other, Collection<GuestWrite> all) throws IOException {
        checkSize(what, disk, other.sizeBytes());
        OptionalLong difference = compare(what, other, disk, all);
        if (difference.isPresent()) {
            throw differs(
                    what,
                    disk,
                    difference.getAsLong(),
                    "what " + other.filesAt(difference.getAsLong()) + " holds there");
        }
    }

    private OptionalLong compare(String what, PlainDisk expected, PlainDisk disk, Collection<GuestWrite> all)
            throws IOException {
        List<Range> ranges = CheckPlan.of(image.sizeBytes(), imported, all, wholeLimit);
        long total = DiskComparison.bytes(ranges);
        return comparison.firstDifference(
                expected,
                disk,
                ranges,
                done -> console.show("verify " + what, new Progress(done, OptionalLong.of(total), 0)));
    }

    private void checkSize(String what, PlainDisk disk, long expected) throws IOException {
        if (disk.sizeBytes() != expected) {
            throw new OperationFailedException(Problem.of("DISK_DIFFERS")
                    .attempted("verify " + what)
                    .state(disk.filesAt(0) + " is a disk of " + disk.sizeBytes() + " bytes instead of " + expected)
                    .remedy(remedy()));
        }
    }

    private CorruptException differs(String what, PlainDisk disk, long offset, String from) throws IOException {
        return new CorruptException(Problem.of("DISK_DIFFERS")
                .attempted("verify " + what)
                .state("byte " + offset + " of the disk, in " + disk.filesAt(offset) + ", differs from " + from)
                .remedy(remedy()));
    }

    private String remedy() {
        return "if nobody wrote to that file, check the storage below it and report this with the folder " + folder
                + "; then start again with a new folder";
    }
}
