package io.sdr.hyperv.images;

import io.sdr.api.CorruptException;
import io.sdr.api.spi.Access;
import io.sdr.api.spi.DiskFormat;
import io.sdr.api.spi.DiskShape;
import io.sdr.api.spi.StorageFolder;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.testkit.CrashFolder;
import io.sdr.testkit.MemoryFolder;
import io.sdr.testkit.SimulatedDeath;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Random work on a disk by a process that dies before its 1st, 2nd, … nth change of the storage. What is found afterwards must open,
 * pass the format's check, and hold in each sector what was flushed, or what was written there since.
 */
public final class CrashScenario {
    private static final int MIB = 1 << 20;
    private static final int SIZE = 3 * MIB;
    private static final int GROWN = 5 * MIB;
    private static final int STEPS = 10;
    private static final int SECTOR = 512;

    private final DiskFormat writer;
    private final DiskFormat sound;
    private final boolean layer;
    private final long seed;
    private final MemoryFolder before = new MemoryFolder();
    private final byte[] start = new byte[GROWN];

    /** What a disk may hold: the first state for sure was durable, the others may be, sector by sector. */
    private static final class Model {
        private final List<byte[]> states = new ArrayList<>();
        private int least = SIZE;
        private int most = SIZE;

        private Model(byte[] durable) {
            states.add(durable);
        }

        private byte[] next() {
            byte[] next = states.get(states.size() - 1).clone();
            states.add(next);
            return next;
        }

        private void flushed() {
            states.subList(0, states.size() - 1).clear();
            least = most;
        }
    }

    /** Found after one death. */
    public interface Finding {
        /** Takes what a crash left, the death before which operation it was, and what is wrong with it: nothing if empty. */
        void found(MemoryFolder storage, String where, String wrong);
    }

    public CrashScenario(DiskFormat writer, DiskFormat sound, boolean layer, long seed) {
        this.writer = writer;
        this.sound = sound;
        this.layer = layer;
        this.seed = seed;
        SplittableRandom random = new SplittableRandom(seed);
        DiskShape shape = DiskShape.of(SIZE).blockBytes(MIB);
        try (VirtualDisk disk = sound.create(before, "a", shape)) {
            for (int i = 0; i < 3; i++) {
                byte[] bytes = new byte[random.nextInt(1, MIB)];
                random.nextBytes(bytes);
                int from = random.nextInt(SIZE - bytes.length);
                disk.write(from, ByteBuffer.wrap(bytes));
                System.arraycopy(bytes, 0, start, from, bytes.length);
            }
            disk.flush();
        }
        if (layer) {
            sound.createLayer(before, "b", "a").close();
        }
    }

    /** Names the disk's file. */
    public String file() {
        return layer ? "b" : "a";
    }

    private void work(StorageFolder folder, Model model) {
        SplittableRandom random = new SplittableRandom(seed);
        try (VirtualDisk disk = writer.open(folder, file(), Access.WRITE)) {
            for (int step = 0; step < STEPS; step++) {
                if (step == STEPS / 2) {
                    model.most = GROWN;
                    disk.grow(GROWN);
                    model.flushed();
                }
                int length = random.nextInt(1, random.nextBoolean() ? MIB : 3000);
                int from = random.nextInt(model.least - length);
                byte[] next = model.next();
                if (random.nextInt(3) == 0) {
                    int whole = from / MIB * MIB;
                    Arrays.fill(next, whole, whole + MIB, (byte) 0);
                    disk.zero(whole, MIB);
                } else {
                    byte[] bytes = new byte[length];
                    random.nextBytes(bytes);
                    System.arraycopy(bytes, 0, next, from, length);
                    disk.write(from, ByteBuffer.wrap(bytes));
                }
                if (random.nextInt(3) > 0) {
                    disk.flush();
                    model.flushed();
                }
            }
        } catch (SimulatedDeath e) {
            // looked at by the caller
        }
    }

    /** Lets the process die before every change; gives how many findings were wrong. */
    public int run(int crashesPerDeath, Finding finding) {
        CrashFolder whole = CrashFolder.over(before);
        work(whole, new Model(start));
        int wrong = 0;
        for (long death = 1; death <= whole.operations() + 1; death++) {
            CrashFolder folder = CrashFolder.over(before);
            folder.dieBefore(death);
            Model model = new Model(start);
            work(folder, model);
            for (long crash = death * 100; crash < death * 100 + crashesPerDeath; crash++) {
                String where = "seed " + seed + ", death before change " + death + ", crash " + crash;
                MemoryFolder found = folder.afterCrash(crash);
                String verdict = verdict(found.copy(), model);
                wrong += verdict.isEmpty() ? 0 : 1;
                finding.found(found, where, verdict);
            }
        }
        return wrong;
    }

    private String verdict(MemoryFolder found, Model model) {
        try {
            if (!sound.check(found, file()).isEmpty()) {
                return sound.check(found, file()).toString();
            }
            try (VirtualDisk disk = sound.open(found, file(), Access.READ)) {
                String wrong = compare(disk, model);
                if (!wrong.isEmpty()) {
                    return "read: " + wrong;
                }
            }
            sound.open(found, file(), Access.WRITE).close();
            if (sound.describe(found, file()).logDirty()
                    || !sound.check(found, file()).isEmpty()) {
                return "not mended: " + sound.check(found, file());
            }
            try (VirtualDisk disk = sound.open(found, file(), Access.READ)) {
                return compare(disk, model);
            }
        } catch (CorruptException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static String compare(VirtualDisk disk, Model model) {
        long size = disk.sizeBytes();
        if (size != model.least && size != model.most) {
            return "a size of " + size;
        }
        byte[] read = new byte[(int) size];
        disk.read(0, ByteBuffer.wrap(read));
        for (int at = 0; at < read.length; at += SECTOR) {
            int from = at;
            if (model.states.stream()
                    .noneMatch(state -> Arrays.equals(read, from, from + SECTOR, state, from, from + SECTOR))) {
                return "other bytes at " + at;
            }
        }
        return "";
    }
}
