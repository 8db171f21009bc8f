package io.sdr.core.crash;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.SplittableRandom;
import java.util.TreeSet;

/** What the disks of the VM must hold, and what they held when each cycle was made. */
final class Truth {
    private static final int BLOCK = 4096;

    private final List<byte[]> disks;
    private final Map<Long, List<byte[]>> moments;
    private int bursts;

    /** One write of the guest. */
    record Write(int disk, int offset, ByteBuffer data) {}

    private Truth(List<byte[]> disks, Map<Long, List<byte[]>> moments, int bursts) {
        this.disks = disks;
        this.moments = moments;
        this.bursts = bursts;
    }

    static Truth empty(List<Long> sizes) {
        List<byte[]> disks = new ArrayList<>();
        sizes.forEach(size -> disks.add(new byte[Math.toIntExact(size)]));
        return new Truth(disks, new HashMap<>(), 0);
    }

    Truth copy() {
        return new Truth(new ArrayList<>(remember()), new HashMap<>(moments), bursts);
    }

    /** Chooses some blocks anywhere on the disks, also at their ragged ends; from now on they count as written. */
    List<Write> next(int blocks) {
        SplittableRandom random = new SplittableRandom(1_000_003L * ++bursts);
        List<Write> writes = new ArrayList<>();
        for (int i = 0; i < blocks; i++) {
            int disk = random.nextInt(disks.size());
            byte[] content = disks.get(disk);
            int offset = random.nextInt((content.length + BLOCK - 1) / BLOCK) * BLOCK;
            byte[] data = new byte[Math.min(BLOCK, content.length - offset)];
            random.nextBytes(data);
            System.arraycopy(data, 0, content, offset, data.length);
            writes.add(new Write(disk, offset, ByteBuffer.wrap(data)));
        }
        return writes;
    }

    /** A disk was enlarged: what was added reads as zeros. */
    void grown(int disk, long sizeBytes) {
        disks.set(disk, Arrays.copyOf(disks.get(disk), Math.toIntExact(sizeBytes)));
    }

    List<byte[]> remember() {
        List<byte[]> copy = new ArrayList<>();
        disks.forEach(disk -> copy.add(disk.clone()));
        return copy;
    }

    /** The cycle of this number was made of what the disks hold now. */
    void cycleMade(long sequence) {
        moments.put(sequence, remember());
    }

    /** A cycle was made of what the disks held at another time. */
    void cycleMade(long sequence, Truth then) {
        moments.put(sequence, then.remember());
    }

    /** The replica was made anew: its cycles are counted from the beginning. */
    void forgetMoments() {
        moments.clear();
    }

    /** The numbers of the cycles whose moments are known. */
    SortedSet<Long> sequences() {
        return new TreeSet<>(moments.keySet());
    }

    /** The cycle that many before the newest known one. */
    long sequence(int back) {
        List<Long> known = moments.keySet().stream().sorted().toList();
        return known.get(known.size() - 1 - back);
    }

    /** What the disks held when a cycle was made; empty if that is not known. */
    Optional<List<byte[]>> moment(long sequence) {
        return Optional.ofNullable(moments.get(sequence));
    }

    /** The VM went to another moment: that is the truth from now on. */
    void goTo(long sequence) {
        List<byte[]> moment = moments.get(sequence);
        for (int i = 0; i < disks.size(); i++) {
            disks.set(i, moment.get(i).clone());
        }
    }

    /** The VM holds again what it held at another time. */
    void become(Truth other) {
        for (int i = 0; i < disks.size(); i++) {
            disks.set(i, other.disks.get(i).clone());
        }
    }
}
