package io.sdr.core.replication;

import io.sdr.api.CorruptException;
import io.sdr.api.JobId;
import io.sdr.api.ResyncCause;
import io.sdr.api.spi.Access;
import io.sdr.api.spi.CancelFlag;
import io.sdr.api.spi.DiskFormat;
import io.sdr.api.spi.DiskShape;
import io.sdr.api.spi.StorageException;
import io.sdr.api.spi.StorageFolder;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.core.format.DiskFormats;
import io.sdr.core.replication.Manifest.Cycle;
import io.sdr.core.replication.Manifest.Disk;
import io.sdr.core.replication.Manifest.Undo;
import io.sdr.core.replication.Manifest.Unfinished;
import io.sdr.core.sync.ChangeSink;
import io.sdr.core.sync.SyncCancelledException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/** The files of a replica: their names, and how each is opened. Holds no state but where they are. */
final class ReplicaFiles {
    /** Lies beside the base while it is written. */
    static final String MARKER = "APPLYING";

    static final String PART = ".part";

    /** A layer's main file, or a file beside it; older ones have no format in their names. */
    private static final Pattern LAYER = Pattern.compile("layer\\..+\\.d[0-9]+\\.(run|over)(\\..*)?");

    /** So many zeros are written between two looks at the flag: a disk may have to write them one by one. */
    private static final long ZEROS_BYTES = 1 << 20;

    private final StorageFolder folder;
    private final DiskFormats formats;
    private final CancelFlag cancel;
    private final ManifestStore store;

    ReplicaFiles(StorageFolder folder, DiskFormats formats, CancelFlag cancel) {
        this.folder = folder;
        this.formats = formats;
        this.cancel = cancel;
        this.store = new ManifestStore(folder);
    }

    StorageFolder folder() {
        return folder;
    }

    ManifestStore store() {
        return store;
    }

    DiskFormat format(Disk disk) {
        return formats.named(disk.format());
    }

    /** Says how a new disk for a guest with a sector of that size must be. */
    static DiskShape shape(long sizeBytes, OptionalInt sectorBytes) {
        DiskShape shape = DiskShape.of(sizeBytes);
        return sectorBytes.isPresent() ? shape.sectorBytes(sectorBytes.getAsInt()) : shape;
    }

    static String baseName(int disk, String format) {
        return "d" + disk + ".base." + format;
    }

    /** Whether a file is a base that {@link #baseName} named, or lies beside one. */
    static boolean isBase(String name) {
        return name.matches("d[0-9]+\\.base\\..+");
    }

    /** Names a segment of a cycle; pieces of it count from 0, and most cycles have but one. */
    static String redoName(long sequence, int piece, int disk) {
        return "redo." + sequence + (piece > 0 ? ".p" + piece : "") + ".d" + disk + ".seg";
    }

    static String undoName(long from, long to, int disk) {
        return "undo." + from + "-" + to + ".d" + disk + ".seg";
    }

    static String overName(JobId job, long number, int disk, String format) {
        return "layer." + job + "." + number + ".d" + disk + ".over." + format;
    }

    static String runName(JobId job, long number, int disk, String format) {
        return "layer." + job + "." + number + ".d" + disk + ".run." + format;
    }

    static String keptName(JobId job, long number, int disk, String format) {
        return "kept." + job + "." + number + ".d" + disk + "." + format;
    }

    /**
     * Whether a file is one of those that exist only if a manifest names them, or lies beside one. What a hypervisor makes over a layer
     * while a checkpoint stands ({@code layer.….run_….avhdx}) is not: it holds what the VM writes.
     */
    static boolean isOurs(String name) {
        return name.startsWith("redo.")
                || name.startsWith("undo.")
                || LAYER.matcher(name).matches();
    }

    SegmentHeader redoHeader(Manifest m, int disk, long sequence, String checkpoint) {
        return new SegmentHeader(
                SegmentHeader.REDO,
                m.item().value(),
                m.lineage(),
                disk,
                sequence,
                sequence - 1,
                m.disks().get(disk).sizeBytes(),
                checkpoint);
    }

    SegmentHeader undoHeader(Manifest m, int disk, long from, long to) {
        return new SegmentHeader(
                SegmentHeader.UNDO,
                m.item().value(),
                m.lineage(),
                disk,
                from,
                to,
                m.disks().get(disk).sizeBytes(),
                "");
    }

    RedoReader openRedo(Manifest m, Cycle cycle, int disk) {
        return openRedo(m, cycle.sequence(), cycle.redo(), cycle.digests(), disk);
    }

    /** Opens what has arrived of the next cycle. */
    RedoReader openRedo(Manifest m, Unfinished unfinished, int disk) {
        return openRedo(m, m.received() + 1, unfinished.redo(), unfinished.digests(), disk);
    }

    private RedoReader openRedo(Manifest m, long sequence, List<String> redo, List<String> digests, int disk) {
        if (redo.size() <= disk) {
            throw Trouble.corrupt(
                    folder, redoName(sequence, 0, disk), "the manifest does not name it, but it is needed");
        }
        List<SegmentReader> pieces = new ArrayList<>();
        try {
            for (int i = disk; i < redo.size(); i += m.disks().size()) {
                pieces.add(SegmentReader.open(folder, redo.get(i), redoHeader(m, disk, sequence, "")));
                checkDigest(redo.get(i), pieces.get(pieces.size() - 1).digest(), digests.get(i));
            }
        } catch (RuntimeException e) {
            pieces.forEach(SegmentReader::close);
            throw e;
        }
        return new RedoReader(pieces);
    }

    /** A name may have been used before, by a piece that was given up. */
    private void checkDigest(String name, String found, String received) {
        if (!found.equals(received)) {
            throw Trouble.corrupt(folder, name, "its digest is " + found + ", but " + received + " was received");
        }
    }

    SegmentReader openUndo(Manifest m, Undo undo, int disk) {
        if (undo.files().size() <= disk) {
            throw Trouble.corrupt(
                    folder, undoName(undo.from(), undo.to(), disk), "the manifest does not name it, but it is needed");
        }
        return SegmentReader.open(folder, undo.files().get(disk), undoHeader(m, disk, undo.from(), undo.to()));
    }

    VirtualDisk openBase(Disk disk, Access access) {
        return format(disk).open(folder, disk.base(), access);
    }

    /** Says what is wrong with a base that nobody is writing. */
    Optional<String> differenceOfBase(Manifest m, boolean sampled) {
        for (Disk disk : m.disks()) {
            if (disk.identity().isEmpty()) {
                continue;
            }
            try {
                BaseIdentity identity = disk.identity().get();
                Optional<String> difference = sampled
                        ? identity.difference(folder, format(disk), disk.base())
                        : identity.differenceOfFiles(folder, format(disk), disk.base());
                if (difference.isPresent()) {
                    return difference;
                }
            } catch (CorruptException e) {
                return Optional.of(disk.base() + " is damaged: could not "
                        + e.problem().attempted() + ": " + e.problem().state());
            } catch (StorageException e) {
                if (e.code().equals(StorageException.MISSING)) {
                    return Optional.of(disk.base() + " is missing");
                }
                throw e;
            }
        }
        return Optional.empty();
    }

    /** Why a base that is not what it was cannot receive cycles. */
    ResyncCause causeOf(Manifest m) {
        return m.disks().stream().anyMatch(each -> folder.find(each.base()).isEmpty())
                ? ResyncCause.REPLICA_MISSING
                : ResyncCause.REPLICA_SUSPECT;
    }

    /** The disks with the identity that their bases have now. */
    List<Disk> identified(Manifest m) {
        List<Disk> disks = new ArrayList<>();
        for (Disk disk : m.disks()) {
            disks.add(
                    disk.withIdentity(Optional.of(BaseIdentity.of(folder, format(disk), disk.base(), m.generation()))));
        }
        return disks;
    }

    /** Gives a sink that writes to a disk until the work is cancelled. */
    ChangeSink sink(VirtualDisk disk) {
        return untilCancelled(new DiskSink(disk));
    }

    /** Gives a sink that hands on until the work is cancelled; then it is as if the process had died. */
    ChangeSink untilCancelled(ChangeSink sink) {
        return new ChangeSink() {
            @Override
            public void data(long offset, ByteBuffer data) {
                goOn();
                sink.data(offset, data);
            }

            @Override
            public void zero(long offset, long length) {
                long end = offset + length;
                for (long at = offset; at < end; ) {
                    goOn();
                    long until = Math.min(end, (at / ZEROS_BYTES + 1) * ZEROS_BYTES);
                    sink.zero(at, until - at);
                    at = until;
                }
            }
        };
    }

    private void goOn() {
        if (cancel.isSet()) {
            throw Trouble.retry(
                    SyncCancelledException.CODE,
                    "go on with the replica in " + folder.describe(),
                    "it was cancelled; what was begun is ended by the next call");
        }
    }

    /** Deletes segments; missing is done. */
    void delete(List<String> names) {
        names.forEach(folder::delete);
    }
}
