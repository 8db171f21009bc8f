package io.sdr.testkit.contract;

import io.sdr.api.VmId;
import io.sdr.api.spi.DiskAccess;
import io.sdr.api.spi.DiskFormat;
import io.sdr.api.spi.SiteProvider;
import io.sdr.api.spi.VirtualDisk;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One site as the author of a provider offers it to the suites: the provider, and what an administrator, a guest and a bad network
 * do to it. Each test opens a world of its own and closes it. Only the calls of {@link #site} are under test; what is done here
 * goes past it.
 */
public interface SiteWorld extends AutoCloseable {
    /**
     * Gives the provider.
     *
     * @return the provider that is open now
     */
    SiteProvider site();

    /**
     * Closes the provider in order and opens it again, as after a restart of the engine. VMs go on running, guests keep their
     * disks; disks that {@link #guestDisk} gave before are not used any more.
     */
    void reopen();

    /**
     * Makes a VM as an administrator does, without a tag, in the default cloud, and starts it. Its guest is idle: it answers,
     * has nothing to finish, and follows a shutdown at once. Its disks are {@link VirtualDisk} of zeros.
     *
     * @param name its name
     * @param sizesBytes the sizes of its disks
     * @return the VM
     */
    VmId createRunningVm(String name, List<Long> sizesBytes);

    /**
     * Gives a disk of a VM that runs, as its guest sees it. Closing it does not stop the guest.
     *
     * @param vm the VM
     * @param disk its number, from 0
     * @return the disk
     */
    VirtualDisk guestDisk(VmId vm, int disk);

    /**
     * Starts a VM as an administrator does who uses the hypervisor's own tools and means it: a lock that is only the engine's
     * does not stop him.
     *
     * @param vm the VM
     */
    void startAsAdministrator(VmId vm);

    /** Lets all hosts of the site go down without warning and come up again, as after a power failure. */
    void restartHosts();

    /**
     * Lets a guest ignore requests to shut down, or follow them again.
     *
     * @param vm the VM
     * @param ignores whether it ignores them
     */
    void guestIgnoresShutDown(VmId vm, boolean ignores);

    /**
     * Lets a guest hang, or answer again.
     *
     * @param vm the VM
     * @param hangs whether it hangs
     */
    void guestHangs(VmId vm, boolean hangs);

    /**
     * Cuts the site off, or connects it again. VMs run on.
     *
     * @param answers whether it answers
     */
    void contact(boolean answers);

    /** Lets the next change act and its answer be lost. */
    void loseNextAnswer();

    /**
     * Lets time go by, for the site's clock and its guests.
     *
     * @param duration how long
     */
    void pass(Duration duration);

    /**
     * Gives the format of the site's disks.
     *
     * @return the format
     */
    DiskFormat format();

    /**
     * Tells which sizes disks may have here. The suites make VMs with these disks; the odder the sizes, the more is found.
     *
     * @return two sizes in bytes, between 256 KiB and 16 MiB
     */
    default List<Long> diskSizes() {
        return List.of(400_003L, 262_656L);
    }

    /**
     * Opens what a provider gives as the way to a disk.
     *
     * @param access the way
     * @return the open disk
     */
    default VirtualDisk open(DiskAccess access) {
        if (access instanceof DiskAccess.InProcess inProcess) {
            return inProcess.open();
        }
        throw new UnsupportedOperationException("override SiteWorld.open to reach " + access);
    }

    /**
     * Gives the means to cut the power of the storage, where the author has them; without them the tests of durability are
     * skipped, and said to be.
     *
     * @return the means
     */
    default Optional<PowerCut> powerCut() {
        return Optional.empty();
    }

    @Override
    void close();
}
