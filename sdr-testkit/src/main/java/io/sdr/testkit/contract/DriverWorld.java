package io.sdr.testkit.contract;

import io.sdr.api.ReplicationPolicy;
import io.sdr.api.Side;
import io.sdr.api.VmId;
import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.ReplicationDriver;
import io.sdr.api.spi.SiteProvider;
import io.sdr.api.spi.VirtualDisk;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Two sites and a driver between them, as the author of a {@code ReplicationDriver} offers them to the suite. Each test opens a
 * world of its own and closes it.
 */
public interface DriverWorld extends AutoCloseable {
    /**
     * Gives a site.
     *
     * @param side which
     * @return the site that is open now
     */
    SiteProvider site(Side side);

    /**
     * Gives the driver under test.
     *
     * @return the driver that is open now
     */
    ReplicationDriver driver();

    /** Opens driver and sites again: in order, or after a {@link #dieAt death}. VMs go on running. */
    void reopen();

    /**
     * Makes a VM that runs at a side, with an idle guest and disks of zeros.
     *
     * @param side where
     * @param name its name
     * @param sizesBytes the sizes of its disks
     * @return the VM
     */
    VmId createRunningVm(Side side, String name, List<Long> sizesBytes);

    /**
     * Gives a disk of a VM that runs, as its guest sees it.
     *
     * @param side where
     * @param vm the VM
     * @param disk its number, from 0
     * @return the disk; the caller closes it
     */
    VirtualDisk guestDisk(Side side, VmId vm, int disk);

    /**
     * Opens a disk that no running VM has, for reading, past the provider.
     *
     * @param side where
     * @param disk the disk
     * @return the disk; the caller closes it
     */
    VirtualDisk inspect(Side side, DiskRef disk);

    /**
     * Opens a disk of a VM that is off, for reading, past the provider. Only asked of drivers that keep disks attached, whose layers a
     * {@link DiskRef} need not name.
     *
     * @param side where
     * @param vm the VM
     * @param disk its number, from 0
     * @return the disk; the caller closes it
     */
    default VirtualDisk inspect(Side side, VmId vm, int disk) {
        return inspect(side, SiteObservations.disks(site(side).vms(), vm).get(disk));
    }

    /**
     * Lets a side forget what changed on a VM's disks.
     *
     * @param side where
     * @param vm the VM
     */
    void loseTracking(Side side, VmId vm);

    /**
     * Cuts a side off, or connects it again.
     *
     * @param side which
     * @param answers whether it answers
     */
    void contact(Side side, boolean answers);

    /**
     * Counts the calls that the driver made to a side and that may change something.
     *
     * @param side which
     * @return the number so far
     */
    long calls(Side side);

    /**
     * Lets everything die at a call: the driver's call throws, and nothing works until {@link #reopen}.
     *
     * @param side whose call
     * @param call which one, counted from 1 from now
     * @param acted whether the call acts before everything dies
     */
    void dieAt(Side side, long call, boolean acted);

    /**
     * Lets time go by.
     *
     * @param duration how long
     */
    void pass(Duration duration);

    /**
     * Tells which sizes disks may have; two of them.
     *
     * @return the sizes in bytes, between 128 KiB and 16 MiB
     */
    default List<Long> diskSizes() {
        return List.of(300_001L, 131_072L);
    }

    /**
     * Tells how the suite's VMs are replicated. Of a driver that runs its cycles by its own clock, {@code pointEvery} is given to make
     * a point.
     *
     * @return the policy; by default each cycle's point is kept
     */
    default ReplicationPolicy policy() {
        return ReplicationPolicy.defaults().pointsKept(100).pointEvery(Duration.ZERO);
    }

    /**
     * Gives the power switch of a side's storage.
     *
     * @param side whose
     * @return empty if its power cannot be cut: then nothing of that is tried
     */
    default Optional<PowerCut> powerCut(Side side) {
        return Optional.empty();
    }

    @Override
    void close();
}
