package io.sdr.testkit.guest;

import io.sdr.api.DiskId;
import io.sdr.api.VmId;
import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.testkit.SimulatedSite;
import io.sdr.testkit.Workload;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * A guest in a VM of a simulated site. From a seed it writes transactions of two blocks of 4 KiB, on whatever disks, and keeps
 * its own record. A transaction that is left half done may be found so at a crash-consistent point, never at an
 * application-consistent one: before such a checkpoint the site asks the guest, which then finishes it and flushes.
 *
 * <pre>{@code
 * Guest guest = Guest.in(east, vm.id(), 42);
 * guest.write(10);
 * long moment = guest.record().moment();
 * … fail over …
 * guest.moveTo(west, copy.id());
 * assertThat(guest.check()).isEmpty();
 * }</pre>
 *
 * <p>Disks are held in memory for comparison: use small ones. Thread-safe.
 */
public final class Guest implements Workload {
    /** How many bytes a write has, but for one at the end of a disk. */
    public static final int BLOCK = 4096;

    private final GuestRecord record;
    private final Random random;
    private final Map<DiskId, VirtualDisk> disks = new HashMap<>();
    private final List<GuestWrite> unflushed = new ArrayList<>();
    private SimulatedSite site;
    private VmId vm;
    private Optional<Appendable> log = Optional.empty();
    private boolean halfDone;
    private boolean quiet;

    private Guest(GuestRecord record, long seed, SimulatedSite site, VmId vm) {
        this.record = record;
        this.random = new Random(seed);
        this.site = site;
        this.vm = vm;
    }

    /**
     * Puts a guest into a VM; what its disks hold now is the base of the record.
     *
     * @param site the site
     * @param vm the VM; it runs
     * @param seed decides where the guest writes
     * @return the guest
     */
    public static Guest in(SimulatedSite site, VmId vm, long seed) {
        Map<DiskId, byte[]> base = new HashMap<>();
        for (DiskRef disk : site.look(vm).disks()) {
            ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(disk.sizeBytes()));
            site.guestDisk(vm, disk.disk()).read(0, bytes);
            base.put(disk.disk(), bytes.array());
        }
        Guest guest = new Guest(new GuestRecord(base), seed, site, vm);
        guest.moveTo(site, vm);
        return guest;
    }

    /**
     * Lets the guest run in a VM: on the other site after a failover, or again after a restart of the site or a change of the
     * VM's disks. In another VM than before a transaction that was half done stays so for ever.
     *
     * @param newSite the site
     * @param newVm the VM
     */
    public void moveTo(SimulatedSite newSite, VmId newVm) {
        Map<DiskId, VirtualDisk> found = new HashMap<>();
        for (DiskRef disk : newSite.look(newVm).disks()) {
            found.put(disk.disk(), newSite.guestDisk(newVm, disk.disk()));
        }
        newSite.run(newVm, this);
        synchronized (this) {
            // the same VM after a restart of its site: the guest never stopped
            halfDone &= newSite.id().equals(site.id()) && newVm.equals(vm);
            site = newSite;
            vm = newVm;
            disks.clear();
            disks.putAll(found);
        }
    }

    /**
     * Writes a line of JSON for each write, before it is made.
     *
     * @param lines takes the lines
     */
    public synchronized void logTo(Appendable lines) {
        log = Optional.of(lines);
    }

    /**
     * Gives the record.
     *
     * @return what the guest knows
     */
    public GuestRecord record() {
        return record;
    }

    /**
     * Writes transactions and flushes.
     *
     * @param transactions how many
     */
    public synchronized void write(int transactions) {
        writeUnflushed(transactions);
        flush();
    }

    /**
     * Writes transactions without flushing: a crash may lose any part of them.
     *
     * @param transactions how many
     */
    public synchronized void writeUnflushed(int transactions) {
        for (int i = 0; i < transactions; i++) {
            awaitThaw();
            finish();
            one(false);
            one(true);
        }
    }

    /** Writes the first block of a transaction, flushes, and leaves it at that. */
    public synchronized void writeHalf() {
        awaitThaw();
        finish();
        one(false);
        halfDone = true;
        flush();
    }

    /** Writes the second block of a transaction that is half done; nothing if none is. */
    public synchronized void finish() {
        if (halfDone) {
            // the flag first: if the write fails, the half is lost as in a crash
            halfDone = false;
            one(true);
        }
    }

    /** Makes all that was written durable. */
    public synchronized void flush() {
        disks.values().forEach(VirtualDisk::flush);
        unflushed.clear();
    }

    /**
     * After a crash: writes again what was not flushed, with new numbers, as a file system replays its journal. Afterwards the
     * disks hold the record's present moment, if everything that was flushed is there.
     */
    public synchronized void replay() {
        List<GuestWrite> lost = List.copyOf(unflushed);
        unflushed.clear();
        for (int i = 0; i < lost.size(); i++) {
            GuestWrite write = lost.get(i);
            put(record.add(write.disk(), write.offset(), write.length(), i == lost.size() - 1));
        }
        flush();
    }

    private void one(boolean endsTransaction) {
        List<DiskId> ids = record.disks();
        DiskId disk = ids.get(random.nextInt(ids.size()));
        long size = record.sizeOf(disk);
        long blocks = (size + BLOCK - 1) / BLOCK;
        long block = random.nextInt(Math.toIntExact(blocks));
        long offset = block * BLOCK;
        put(record.add(disk, offset, (int) Math.min(BLOCK, size - offset), endsTransaction));
    }

    private void put(GuestWrite write) {
        unflushed.add(write);
        log.ifPresent(lines -> {
            try {
                lines.append(write.toJson()).append('\n');
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        VirtualDisk disk = disks.get(write.disk());
        if (disk == null) {
            throw new IllegalStateException("VM " + vm + " of site " + site.id() + " has no disk " + write.disk());
        }
        disk.write(write.offset(), write.content());
    }

    /**
     * Compares the disks of the running VM with the record, byte by byte.
     *
     * @return what is wrong; empty if every disk holds the present moment
     */
    public synchronized Optional<String> check() {
        return disks.entrySet().stream()
                .flatMap(each -> record.difference(each.getKey(), record.moment(), each.getValue()).stream())
                .findFirst();
    }

    /**
     * Finds the moment that some disks are at, such as frozen ones, while the guest may write on.
     *
     * @param found all disks of the VM
     * @return the moment; empty if they are torn
     */
    public synchronized Optional<Long> momentOf(Map<DiskId, ? extends VirtualDisk> found) {
        return record.momentOf(found);
    }

    /**
     * Finds the moment that the disks of the running VM are at, and goes there.
     *
     * @return the numbers of the writes that were given up by that
     * @throws IllegalStateException if the disks hold no moment of the record: if they are torn
     */
    public synchronized List<Long> adoptDisks() {
        long moment = record.momentOf(disks)
                .orElseThrow(() -> new IllegalStateException(
                        "VM " + vm + " of site " + site.id() + ": its disks are torn, " + check().orElse("")));
        unflushed.clear();
        return record.goTo(moment);
    }

    @Override
    public synchronized boolean quiesce() {
        finish();
        flush();
        quiet = true;
        return true;
    }

    @Override
    public synchronized void thaw() {
        quiet = false;
        notifyAll();
    }

    @Override
    public synchronized void shutDown() {
        finish();
        flush();
        quiet = true;
    }

    @Override
    public boolean answers() {
        return true;
    }

    private void awaitThaw() {
        while (quiet) {
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while the site held the guest", e);
            }
        }
    }
}
