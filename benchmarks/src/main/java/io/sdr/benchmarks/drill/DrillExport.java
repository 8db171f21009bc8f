package io.sdr.benchmarks.drill;

import io.sdr.api.Side;
import io.sdr.core.sync.ImageConversion;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Gives the disks of a finished drill, whatever their format, as two raw files beside the sites. */
final class DrillExport {
    private final DrillFolder folder;
    private final DiskVerifier verifier;
    private final List<GuestWrite> writes;

    DrillExport(DrillFolder folder, DiskVerifier verifier, List<GuestWrite> writes) {
        this.folder = folder;
        this.verifier = verifier;
        this.writes = List.copyOf(writes);
    }

    /** Exports both disks, compares each with its raw file, and gives the result with those. */
    DrillResult run(DrillResult result) throws IOException {
        return new DrillResult(
                result.verified(),
                result.steps(),
                result.lost(),
                export(Side.PRIMARY, result.primary()),
                export(Side.RECOVERY, result.recovery()),
                result.kills());
    }

    /** The same for the file of the active disk, at the recovery site, and that of the replica. */
    List<String> run(List<String> files) {
        try {
            Path active =
                    export(Side.RECOVERY, Optional.of(Path.of(files.get(0)))).orElseThrow();
            Path replica =
                    export(Side.PRIMARY, Optional.of(Path.of(files.get(1)))).orElseThrow();
            return List.of(active.toString(), replica.toString());
        } catch (IOException e) {
            throw FileFailure.of("export disks to", folder.path(), e);
        }
    }

    private Optional<Path> export(Side side, Optional<Path> disk) throws IOException {
        if (disk.isEmpty()) {
            return disk;
        }
        Path raw = folder.exported(side);
        ImageConversion.of(disk.get(), raw, DrillImage.RAW).overwriting().run();
        try (PlainDisk exported = PlainDisks.open(raw);
                PlainDisk original = PlainDisks.open(disk.get())) {
            verifier.verifyEqual("the exported disk", exported, original, writes);
        }
        return Optional.of(raw);
    }
}
