package io.sdr.testkit.contract;

import io.sdr.api.Side;
import io.sdr.api.VmId;
import io.sdr.api.spi.VirtualDisk;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Writes into a running VM from a seed and knows what every disk must hold: the truth that a trace compares with. */
final class TraceGuest {
    private static final int BLOCK = 4096;

    private final TraceWorld world;
    private final SplittableRandom random;
    private List<byte[]> disks;

    TraceGuest(TraceWorld world, long seed, List<Long> sizes) {
        this.world = world;
        this.random = new SplittableRandom(seed);
        this.disks = new ArrayList<>();
        sizes.forEach(size -> disks.add(new byte[Math.toIntExact(size)]));
    }

    /** Writes some blocks anywhere on the disks, also at their ragged ends, and flushes. */
    void write(Side side, VmId vm, int blocks) {
        for (int i = 0; i < blocks; i++) {
            int disk = random.nextInt(disks.size());
            byte[] content = disks.get(disk);
            int offset = random.nextInt((content.length + BLOCK - 1) / BLOCK) * BLOCK;
            byte[] data = new byte[Math.min(BLOCK, content.length - offset)];
            random.nextBytes(data);
            System.arraycopy(data, 0, content, offset, data.length);
            world.guestDisk(side, vm, disk).write(offset, ByteBuffer.wrap(data));
        }
        for (int disk = 0; disk < disks.size(); disk++) {
            world.guestDisk(side, vm, disk).flush();
        }
    }

    /** A disk was enlarged: what was added reads as zeros. */
    void grown(int disk, long sizeBytes) {
        disks.set(disk, Arrays.copyOf(disks.get(disk), Math.toIntExact(sizeBytes)));
    }

    /** What the disks hold now. */
    List<byte[]> remember() {
        List<byte[]> copy = new ArrayList<>();
        disks.forEach(disk -> copy.add(disk.clone()));
        return copy;
    }

    /** The VM went to another moment: that is the truth from now on. */
    void goTo(List<byte[]> moment) {
        disks = new ArrayList<>();
        moment.forEach(disk -> disks.add(disk.clone()));
    }

    /** What the disks of a VM hold, whatever that is. */
    List<byte[]> read(Side side, VmId vm) {
        List<byte[]> found = new ArrayList<>();
        for (int i = 0; i < disks.size(); i++) {
            try (VirtualDisk disk = world.inspect(side, vm, i)) {
                byte[] content = new byte[Math.toIntExact(disk.sizeBytes())];
                disk.read(0, ByteBuffer.wrap(content));
                found.add(content);
            }
        }
        return found;
    }

    /** Names the first byte that differs, or nothing. */
    static String difference(TraceWorld world, Side side, VmId vm, List<byte[]> expected) {
        for (int i = 0; i < expected.size(); i++) {
            try (VirtualDisk disk = world.inspect(side, vm, i)) {
                if (disk.sizeBytes() != expected.get(i).length) {
                    return "disk " + i + " has " + disk.sizeBytes() + " bytes instead of " + expected.get(i).length;
                }
                ByteBuffer found = ByteBuffer.allocate(expected.get(i).length);
                disk.read(0, found);
                int at = found.flip().mismatch(ByteBuffer.wrap(expected.get(i)));
                if (at >= 0) {
                    return "disk " + i + " differs at byte " + at;
                }
            }
        }
        return "";
    }
}
