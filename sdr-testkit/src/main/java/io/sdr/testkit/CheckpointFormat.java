package io.sdr.testkit;

import io.sdr.api.DiskId;
import io.sdr.api.Problem;
import io.sdr.api.RetryableException;
import io.sdr.api.SiteId;
import io.sdr.api.spi.Access;
import io.sdr.api.spi.Checkpoint;
import io.sdr.api.spi.DiskFormat;
import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.StorageException;
import io.sdr.api.spi.StorageFolder;
import io.sdr.api.spi.VirtualDisk;
import java.util.List;
import java.util.Optional;

/**
 * The frozen disks of a simulated site's checkpoints, as another process reads them beside the one that runs the site: an agent, for
 * which it is a disk format like any other. A process that shall know it lists it in {@code META-INF/services}. The folder is the
 * site's own, the file name is {@link #fileOf}; there is no such file, the name says it all. Raw disks only: what another process
 * reads of a disk while its guest writes is defined for them.
 */
public final class CheckpointFormat implements DiskFormat {
    /** The name of this format. */
    public static final String NAME = "checkpoint";

    private static final String SEPARATOR = "~";

    private final Formats formats = new Formats(Optional.empty());

    /** For {@link java.util.ServiceLoader}. */
    public CheckpointFormat() {}

    /**
     * Names a frozen disk.
     *
     * @param checkpoint the checkpoint
     * @param disk one of its disks
     * @return the name, to be opened in the site's folder
     */
    public static String fileOf(String checkpoint, DiskId disk) {
        return NAME + SEPARATOR + checkpoint + SEPARATOR + disk;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean recognises(StorageFolder folder, String file) {
        return false;
    }

    @Override
    public VirtualDisk open(StorageFolder folder, String file, Access access) {
        String[] parts = file.split(SEPARATOR, -1);
        if (access != Access.READ || parts.length != 3 || !parts[0].equals(NAME)) {
            throw MemoryStorage.failed("open", folder.describe() + "/" + file, "it is no frozen disk, for reading");
        }
        StorageFolder saved = folder.child(SiteState.CHECKPOINTS).child(parts[1]);
        Checkpoint checkpoint = checkpoint(saved, parts[1]);
        for (int i = 0; i < checkpoint.disks().size(); i++) {
            DiskRef disk = checkpoint.disks().get(i);
            if (disk.disk().value().equals(parts[2])) {
                String[] place = disk.locator().split("/", -1);
                VirtualDisk live = formats.named(disk.format())
                        .open(folder.child(place[0]).child(place[1]), place[2], Access.READ);
                return new FrozenFiles(live, saved, Checkpoints.preimagesName(i), () -> checkpoint(saved, parts[1]));
            }
        }
        throw gone(parts[1]);
    }

    private static Checkpoint checkpoint(StorageFolder saved, String id) {
        try {
            return new StateDocument(saved, Checkpoints.STATE)
                    .read()
                    .map(text -> Checkpoints.parse(new SiteId("site"), id, text))
                    .filter(Checkpoints.Held::frozen)
                    .map(Checkpoints.Held::checkpoint)
                    .orElseThrow(() -> gone(id));
        } catch (StorageException e) {
            throw StateDocument.isMissing(e) ? gone(id) : e;
        }
    }

    private static RetryableException gone(String checkpoint) {
        return new RetryableException(Problem.of("CHECKPOINT_GONE")
                .attempted("read checkpoint " + checkpoint)
                .state("it is no longer there")
                .remedy("make a new checkpoint"));
    }

    @Override
    public VirtualDisk create(StorageFolder folder, String file, long sizeBytes) {
        throw MemoryStorage.failed("make", folder.describe() + "/" + file, "a site makes its checkpoints");
    }

    @Override
    public VirtualDisk createLayer(StorageFolder folder, String file, String parent) {
        throw MemoryStorage.failed("make", folder.describe() + "/" + file, "a site makes its checkpoints");
    }

    @Override
    public List<String> files(StorageFolder folder, String file) {
        return List.of();
    }

    @Override
    public void move(StorageFolder folder, String file, StorageFolder target, String newFile) {
        throw MemoryStorage.failed("move", folder.describe() + "/" + file, "it belongs to the site");
    }

    @Override
    public void delete(StorageFolder folder, String file) {
        // there is no such file
    }
}
