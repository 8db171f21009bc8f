package io.sdr.hyperv.images;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.spi.Access;
import io.sdr.api.spi.DiskFormat;
import io.sdr.api.spi.DiskShape;
import io.sdr.api.spi.ForwardingFile;
import io.sdr.api.spi.ForwardingFolder;
import io.sdr.api.spi.StorageFile;
import io.sdr.api.spi.StorageFolder;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.hyperv.blocks.BlockDisk;
import io.sdr.hyperv.blocks.BlockTable;
import io.sdr.testkit.CrashFolder;
import io.sdr.testkit.MemoryFolder;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.FutureTask;
import java.util.function.UnaryOperator;

/**
 * One write into a block that the file lacks, and another thread that flushes before each of the changes which that makes in the file:
 * what is durable at that moment is looked at, and what a reader sees. A flush that waits for the writer is no moment. Wherever the power fails, each sector is
 * as before or as after; what the space held for another block, or zeros in place of what the parent holds, is never seen.
 */
public final class FlushAnywhere {
    private static final int MIB = 1 << 20;
    private static final int SIZE = 8 * MIB;
    private static final int SECTOR = 512;
    private static final int CRASHES = 4;

    /** The block that is written, and what is there before. */
    public enum Case {
        /** New space at the end of the file. */
        FRESH(false, 5 * MIB + 1000, 100_000),
        /** Space that held another block, discarded since; a part of it is written. */
        USED_SPACE(false, 5 * MIB + 1000, 100_000),
        /** The same, all of it. */
        USED_SPACE_WHOLE(false, 5 * MIB, MIB),
        /** A part of a block whose parent has data. */
        OVER_PARENT(true, 2 * MIB + 1000, 100_000),
        /** All of such a block. */
        OVER_PARENT_WHOLE(true, 2 * MIB, MIB);

        final boolean layer;
        final int offset;
        final int length;

        Case(boolean layer, int offset, int length) {
            this.layer = layer;
            this.offset = offset;
            this.length = length;
        }
    }

    /** Opens the disk under test for writing, over its parent if it has one, with something before its table. */
    public interface Opening {
        BlockDisk open(StorageFolder folder, String file, UnaryOperator<BlockTable> before);
    }

    private final DiskFormat sound;
    private final Case each;
    private final CrashFolder crash;
    private final byte[] before = new byte[SIZE];
    private final byte[] after;
    private final Thread writer = Thread.currentThread();
    private FutureTask<Void> flush = new FutureTask<>(() -> {}, null);
    private Thread flusher = new Thread(flush);
    private Runnable hook = () -> {};
    private boolean armed;
    private int moments;
    private String wrong = "";

    private FlushAnywhere(DiskFormat sound, Case each) {
        this.sound = sound;
        this.each = each;
        MemoryFolder start = new MemoryFolder();
        Arrays.fill(before, 0, 3 * MIB, (byte) 0x5A);
        try (VirtualDisk disk = sound.create(start, "a", DiskShape.of(SIZE).blockBytes(MIB))) {
            disk.write(0, ByteBuffer.wrap(before));
            disk.zero(3L * MIB, SIZE - 4L * MIB);
            if (each == Case.USED_SPACE || each == Case.USED_SPACE_WHOLE) {
                disk.zero(0, 3L * MIB);
                Arrays.fill(before, 0, 3 * MIB, (byte) 0);
            }
            disk.flush();
        }
        if (each.layer) {
            sound.createLayer(start, "b", "a").close();
        }
        crash = CrashFolder.over(start);
        after = before.clone();
        Arrays.fill(after, each.offset, each.offset + each.length, (byte) 0x77);
    }

    /** Runs one case; gives the first thing that was wrong, or nothing. */
    public static String run(DiskFormat sound, Case each, Opening opening) {
        return new FlushAnywhere(sound, each).run(opening);
    }

    private String run(Opening opening) {
        try (BlockDisk disk = opening.open(
                new Hooked(crash), each.layer ? "b" : "a", table -> HastyTables.looking(table, () -> hook.run()))) {
            disk.write(SIZE - 1, ByteBuffer.wrap(new byte[1])); // what comes with the first change is not of interest
            disk.flush();
            hook = () -> moment(disk);
            armed = true;
            disk.write(each.offset, ByteBuffer.wrap(after, each.offset, each.length));
            armed = false;
            flush.run();
            disk.flush();
            assertThat(moments).isPositive();
            look("after all");
        }
        return wrong;
    }

    private void moment(BlockDisk disk) {
        if (!armed || Thread.currentThread() != writer) {
            return;
        }
        moments++;
        if (flusher.getState() == Thread.State.NEW || flusher.getState() == Thread.State.TERMINATED) {
            flush = new FutureTask<>(disk::flush, null);
            flusher = new Thread(flush);
            flusher.start();
        }
        while (!isHeldUp(flusher.getState())) {
            Thread.onSpinWait();
        }
        byte[] read = new byte[SIZE];
        disk.read(0, ByteBuffer.wrap(read));
        compare(read, "moment " + moments + ", read");
        look("moment " + moments);
    }

    private static boolean isHeldUp(Thread.State state) {
        return state == Thread.State.BLOCKED || state == Thread.State.WAITING || state == Thread.State.TERMINATED;
    }

    private void look(String moment) {
        for (long seed = 0; seed < CRASHES && wrong.isEmpty(); seed++) {
            MemoryFolder found = crash.afterCrash(seed);
            String file = each.layer ? "b" : "a";
            byte[] read = new byte[SIZE];
            try (VirtualDisk disk = sound.open(found, file, Access.READ)) {
                disk.read(0, ByteBuffer.wrap(read));
            }
            compare(read, moment + ", crash " + seed);
            if (wrong.isEmpty() && !sound.check(found, file).isEmpty()) {
                wrong = each + ", " + moment + ", crash " + seed + ": " + sound.check(found, file);
            }
        }
    }

    private void compare(byte[] read, String when) {
        for (int at = 0; at < SIZE && wrong.isEmpty(); at += SECTOR) {
            if (!Arrays.equals(read, at, at + SECTOR, before, at, at + SECTOR)
                    && !Arrays.equals(read, at, at + SECTOR, after, at, at + SECTOR)) {
                wrong = each + ", " + when + ": " + read[at] + " at " + at;
            }
        }
    }

    private final class Hooked extends ForwardingFolder {
        Hooked(StorageFolder inner) {
            super(inner);
        }

        @Override
        protected StorageFile wrap(String name, StorageFile file) {
            return new ForwardingFile(file) {
                @Override
                public void write(long position, ByteBuffer from) {
                    hook.run();
                    super.write(position, from);
                }

                @Override
                public void setSize(long size) {
                    hook.run();
                    super.setSize(size);
                }
            };
        }
    }
}
