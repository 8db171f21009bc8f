package io.sdr.benchmarks.ranges;

import io.sdr.api.spi.Access;
import io.sdr.api.spi.CancelFlag;
import io.sdr.api.spi.LocalFolder;
import io.sdr.api.spi.ProgressListener;
import io.sdr.api.spi.RangeSet;
import io.sdr.api.spi.StorageFolder;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.benchmarks.cli.ByteCounts;
import io.sdr.benchmarks.cli.UsageException;
import io.sdr.core.format.DiskFormats;
import io.sdr.core.sync.DeltaSync;
import io.sdr.core.sync.DiskSink;
import io.sdr.core.sync.SyncCounters;
import io.sdr.core.sync.SyncRequest;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;

/**
 * Syncs of which both sides know what changed, as a failback with change tracking is one. The ranges are 64 KiB long and lie evenly
 * over the disk, so that disks of any size can have the same number of them. A program of its own, since {@code sdr.jar sync} has no
 * way to name ranges: {@code java -cp sdr.jar io.sdr.benchmarks.ranges.KnownRanges}.
 */
public final class KnownRanges {
    private static final String USAGE = """
        usage: KnownRanges make FILE SIZE CHANGED SEED   makes a disk, its format by FILE's ending, with CHANGED bytes of data
               KnownRanges sync SOURCE TARGET CHANGED    compares these bytes only, and writes what differs
        """;
    private static final int RANGE_BYTES = 64 << 10;

    private KnownRanges() {}

    /**
     * Runs it.
     *
     * @param arguments as the usage text says
     */
    public static void main(String[] arguments) {
        run(System.out, arguments);
    }

    /** Makes a disk or syncs two; prints what was done. */
    static void run(PrintStream out, String... arguments) {
        if (arguments.length == 5 && arguments[0].equals("make")) {
            make(Path.of(arguments[1]), bytes(arguments[2]), bytes(arguments[3]), bytes(arguments[4]));
        } else if (arguments.length == 4 && arguments[0].equals("sync")) {
            SyncCounters done = sync(Path.of(arguments[1]), Path.of(arguments[2]), bytes(arguments[3]));
            out.println(done.bytesCompared() + " bytes compared, " + done.bytesMoved() + " written, "
                    + done.knownUnchangedBytes() + " known to be unchanged");
        } else {
            throw new UsageException("what to do?", USAGE);
        }
    }

    private static long bytes(String text) {
        OptionalLong read = ByteCounts.parse(text);
        return read.orElseThrow(() -> new UsageException("'" + text + "' is no number of bytes", USAGE));
    }

    private static void make(Path file, long size, long changed, long seed) {
        Random random = new Random(seed);
        byte[] data = new byte[RANGE_BYTES];
        try (VirtualDisk disk =
                DiskFormats.installed().byEnding(name(file)).orElseThrow().create(folder(file), name(file), size)) {
            ranges(size, changed).forEach((offset, length) -> {
                random.nextBytes(data);
                disk.write(offset, ByteBuffer.wrap(data, 0, (int) length));
            });
            disk.flush();
        }
    }

    private static SyncCounters sync(Path source, Path target, long changed) {
        try (VirtualDisk from = open(source, Access.READ);
                VirtualDisk to = open(target, Access.WRITE)) {
            return DeltaSync.run(new SyncRequest(
                    from,
                    Optional.of(to),
                    new DiskSink(to),
                    Optional.of(ranges(from.sizeBytes(), changed)),
                    CancelFlag.NEVER,
                    ProgressListener.NONE));
        }
    }

    private static VirtualDisk open(Path file, Access access) {
        return DiskFormats.installed().of(folder(file), name(file)).open(folder(file), name(file), access);
    }

    private static StorageFolder folder(Path file) {
        return LocalFolder.of(
                Optional.ofNullable(file.toAbsolutePath().getParent()).orElseThrow());
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }

    /** So many bytes in ranges of 64 KiB, evenly over the disk. */
    static RangeSet ranges(long size, long changed) {
        long count = changed / RANGE_BYTES;
        long every = size / count / RANGE_BYTES * RANGE_BYTES;
        if (every < RANGE_BYTES) {
            throw new UsageException(changed + " bytes do not fit " + size, USAGE);
        }
        RangeSet.Builder ranges = new RangeSet.Builder();
        for (long i = 0; i < count; i++) {
            ranges.add(i * every, RANGE_BYTES);
        }
        return ranges.build();
    }
}
