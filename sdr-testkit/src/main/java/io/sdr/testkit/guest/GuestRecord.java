package io.sdr.testkit.guest;

import io.sdr.api.DiskId;
import io.sdr.api.spi.VirtualDisk;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a guest wrote, and so what its disks must hold. A moment is named by the last write before it: 0 is the base, before any
 * write. Each write knows the one before it, so after going back to an older moment the history branches, and a moment still
 * names one content: {@code expected(n)} is the base, overlaid with write n and all before it in its branch. Thread-safe: it may be
 * asked while the guest writes.
 */
public final class GuestRecord {
    private static final int CHUNK = 1 << 20;

    private final SortedMap<String, byte[]> base;
    private final List<GuestWrite> writes = new ArrayList<>();
    private final Set<Long> ends;
    private final SortedSet<Long> givenUp = new TreeSet<>();
    private long current;

    /**
     * Begins a record.
     *
     * @param base what each disk held before the first write
     */
    public GuestRecord(Map<DiskId, byte[]> base) {
        this(base, new HashSet<>());
    }

    /** Takes an empty set to keep the numbers in that end a transaction. */
    GuestRecord(Map<DiskId, byte[]> base, Set<Long> ends) {
        this.ends = ends;
        this.base = new TreeMap<>();
        base.forEach((disk, bytes) -> this.base.put(disk.value(), bytes.clone()));
    }

    synchronized GuestWrite add(DiskId disk, long offset, int length, boolean endsTransaction) {
        GuestWrite write = new GuestWrite(writes.size() + 1L, current, disk, offset, length);
        writes.add(write);
        if (endsTransaction) {
            ends.add(write.n());
        }
        current = write.n();
        return write;
    }

    /**
     * Names the present moment.
     *
     * @return the number of the last write that counts; 0 for the base
     */
    public synchronized long moment() {
        return current;
    }

    /**
     * Lists all writes ever made, those that were given up too.
     *
     * @return the writes, by number
     */
    public synchronized List<GuestWrite> writes() {
        return List.copyOf(writes);
    }

    /**
     * Lists the writes that a moment holds.
     *
     * @param moment the moment
     * @return the writes, by number
     */
    public synchronized List<GuestWrite> held(long moment) {
        List<GuestWrite> chain = new ArrayList<>();
        for (long n = moment; n != 0; n = writes.get((int) n - 1).previous()) {
            chain.add(writes.get((int) n - 1));
        }
        chain.sort(Comparator.comparingLong(GuestWrite::n));
        return chain;
    }

    /**
     * Goes to another moment: what a failover to an older point, a change of point or a cancelled failover does to the guest.
     *
     * @param moment the moment that the disks are at now
     * @return the numbers of the writes that counted before and do not any more
     */
    public synchronized List<Long> goTo(long moment) {
        SortedSet<Long> lost = new TreeSet<>();
        held(current).forEach(write -> lost.add(write.n()));
        held(moment).forEach(write -> {
            lost.remove(write.n());
            givenUp.remove(write.n());
        });
        givenUp.addAll(lost);
        current = moment;
        return List.copyOf(lost);
    }

    /**
     * Lists every write that was given up and did not come back.
     *
     * @return the numbers, ascending
     */
    public synchronized List<Long> givenUp() {
        return List.copyOf(givenUp);
    }

    /**
     * Tells whether a moment lies between two transactions.
     *
     * @param moment the moment
     * @return false if it holds the first write of a transaction without the second
     */
    public synchronized boolean isBetweenTransactions(long moment) {
        return moment == 0 || ends.contains(moment);
    }

    /**
     * Tells what a disk must hold.
     *
     * @param disk the disk
     * @param moment the moment
     * @return all its bytes
     */
    public synchronized byte[] expected(DiskId disk, long moment) {
        byte[] bytes = baseOf(disk).clone();
        for (GuestWrite write : held(moment)) {
            if (write.disk().equals(disk)) {
                write.content().get(bytes, (int) write.offset(), write.length());
            }
        }
        return bytes;
    }

    /**
     * Finds the first difference between a disk and what it must hold.
     *
     * @param disk which disk
     * @param moment the moment
     * @param actual the disk
     * @return what is wrong, for people; empty if every byte is right
     */
    public synchronized Optional<String> difference(DiskId disk, long moment, VirtualDisk actual) {
        byte[] expected = expected(disk, moment);
        if (actual.sizeBytes() != expected.length) {
            return Optional.of(disk + " has " + actual.sizeBytes() + " bytes, not " + expected.length);
        }
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
        for (int at = 0; at < expected.length; at += CHUNK) {
            chunk.clear().limit(Math.min(CHUNK, expected.length - at));
            actual.read(at, chunk);
            int wrong = chunk.flip().mismatch(ByteBuffer.wrap(expected, at, chunk.remaining()));
            if (wrong >= 0) {
                return Optional.of(explain(disk, moment, at + wrong, chunk.get(wrong), expected[at + wrong]));
            }
        }
        return Optional.empty();
    }

    private String explain(DiskId disk, long moment, long offset, byte found, byte expected) {
        List<GuestWrite> all = writes.stream()
                .filter(write -> write.disk().equals(disk)
                        && write.offset() <= offset
                        && offset < write.offset() + write.length())
                .toList();
        return disk + " at moment " + moment + " differs at " + offset + ": " + found + " instead of " + expected
                + "; written there: " + all.stream().map(GuestWrite::n).toList() + ", held: "
                + held(moment).stream().filter(all::contains).map(GuestWrite::n).toList();
    }

    /**
     * Finds the moment that disks are at, by what they hold.
     *
     * @param disks all disks that the guest writes
     * @return the moment; empty if they hold no moment of this record: if they are torn
     */
    public synchronized Optional<Long> momentOf(Map<DiskId, ? extends VirtualDisk> disks) {
        long newest = 0;
        for (int i = writes.size() - 1; i >= 0 && newest == 0; i--) {
            GuestWrite write = writes.get(i);
            VirtualDisk disk = disks.get(write.disk());
            if (disk == null) {
                throw new IllegalArgumentException("the guest wrote disk " + write.disk() + ", which is not given");
            }
            ByteBuffer found = ByteBuffer.allocate(write.length());
            disk.read(write.offset(), found);
            if (found.flip().equals(write.content())) {
                newest = write.n();
            }
        }
        long moment = newest;
        return disks.entrySet().stream()
                        .allMatch(each -> difference(each.getKey(), moment, each.getValue())
                                .isEmpty())
                ? Optional.of(moment)
                : Optional.empty();
    }

    long sizeOf(DiskId disk) {
        return baseOf(disk).length;
    }

    List<DiskId> disks() {
        return base.keySet().stream().map(DiskId::new).toList();
    }

    private byte[] baseOf(DiskId disk) {
        byte[] bytes = base.get(disk.value());
        if (bytes == null) {
            throw new IllegalArgumentException("the guest has no disk " + disk);
        }
        return bytes;
    }
}
