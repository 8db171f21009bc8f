package io.sdr.testkit.contract;

import io.sdr.api.Place;
import io.sdr.api.ReplicationPolicy;
import io.sdr.api.Side;
import io.sdr.api.SiteRecovery;
import io.sdr.api.VmId;
import io.sdr.api.spi.SiteProvider;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.api.spi.VmConfiguration;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Two sites and an engine over them, as the traces need them. Everything durable survives {@link #restart}. */
public interface TraceWorld extends AutoCloseable {
    /**
     * Gives the engine.
     *
     * @return the engine that is open now
     */
    SiteRecovery engine();

    /**
     * Gives a site.
     *
     * @param side which
     * @return the site that is open now
     */
    SiteProvider site(Side side);

    /**
     * Tells where VMs of a site are protected.
     *
     * @param side which
     * @return the site, with a cloud where it has such
     */
    default Place place(Side side) {
        return Place.of(site(side).id().value());
    }

    /**
     * Tells how VMs are replicated. Of a driver that runs its cycles by its own clock, {@code pointEvery} is given to make a point.
     *
     * @return the policy; by default sdr's own driver, which replicates when it is asked and keeps each cycle's point
     */
    default ReplicationPolicy policy() {
        return ReplicationPolicy.defaults().every(Duration.ofHours(24)).pointEvery(Duration.ZERO);
    }

    /**
     * Tells which driver that policy means: traces ask of it what it promises, and assert a denial of the rest.
     *
     * @return the name of its factory, which the service loader finds
     */
    default String driver() {
        return "sdr";
    }

    /** Closes engine and sites and opens them again over what is durable; virtual machines go on running. */
    void restart();

    /** Loses the engine with everything that it remembers, and opens another with an empty store over the same sites. */
    void loseEngine();

    /**
     * Rounds a size up to one that a disk of this world can have.
     *
     * @param sizeBytes the size in bytes
     * @return the size that a disk of that size gets
     */
    default long roundUp(long sizeBytes) {
        return sizeBytes;
    }

    /**
     * Makes a VM that runs.
     *
     * @param side where
     * @param name its name
     * @param sizes the sizes of its disks in bytes
     * @return the VM
     */
    VmId createRunningVm(Side side, String name, List<Long> sizes);

    /**
     * Gives a disk of a running VM, as its guest sees it: writes pass through the site's change tracking.
     *
     * @param side where
     * @param vm the VM
     * @param disk its number, from 0
     * @return the disk
     */
    VirtualDisk guestDisk(Side side, VmId vm, int disk);

    /**
     * Opens a disk of a VM for reading, whether it runs or not, without touching anything.
     *
     * @param side where
     * @param vm the VM
     * @param disk its number, from 0
     * @return the disk; the caller closes it
     */
    VirtualDisk inspect(Side side, VmId vm, int disk);

    /**
     * Makes a guest ignore what it is asked, or follow again.
     *
     * @param side where
     * @param vm the VM
     * @param ignores whether it ignores a shutdown
     */
    void guestIgnoresShutDown(Side side, VmId vm, boolean ignores);

    /**
     * Makes the site's power-off fail, or work again.
     *
     * @param side where
     * @param fails whether it fails
     */
    void powerOffFails(Side side, boolean fails);

    /**
     * Makes the next starts of a VM fail.
     *
     * @param side where
     * @param vm the VM
     * @param count how many
     */
    void failNextStarts(Side side, VmId vm, int count);

    /**
     * Enlarges a disk of a VM that is off.
     *
     * @param side where
     * @param vm the VM
     * @param disk its number, from 0
     * @param sizeBytes the new size
     */
    void growDisk(Side side, VmId vm, int disk, long sizeBytes);

    /**
     * Lets the site forget what the guest of a VM that is off changed, as a restored host does.
     *
     * @param side where
     * @param vm the VM
     */
    void loseTracking(Side side, VmId vm);

    /**
     * Deletes a VM that is off, with the disks that are attached to it.
     *
     * @param side where
     * @param vm the VM
     */
    void deleteVm(Side side, VmId vm);

    /**
     * Cuts a site off, or connects it again. It stays cut off over a {@link #restart}.
     *
     * @param side which
     * @param answers whether it answers
     */
    void contact(Side side, boolean answers);

    /**
     * Lets all hosts of a site go down without warning and come up again, whether the site answers or not.
     *
     * @param side which
     */
    void restartHosts(Side side);

    /**
     * Starts a VM as an administrator does who means it, whatever lock the engine has set, whether the site answers or not.
     *
     * @param side where
     * @param vm the VM
     */
    void startBehindTheBack(Side side, VmId vm);

    /**
     * Lets the site forget since when a VM that is off is off, as a host does that was set up anew.
     *
     * @param side where
     * @param vm the VM
     */
    void forgetOffSince(Side side, VmId vm);

    /**
     * Gives a site a power fence that does what it is told to, and opens the engine anew.
     *
     * @param side which
     * @param works whether it takes the power; else it fails
     */
    void powerFence(Side side, boolean works);

    /**
     * Changes a VM's configuration as an administrator does, whether it runs or not. Both sites have the network {@code laboratory};
     * the primary one has {@code production} with the subnets {@code front} and {@code back}, the recovery one
     * {@code production-dr} with the subnets {@code back} and {@code front}.
     *
     * @param side where
     * @param vm the VM
     * @param configuration what it shall be
     */
    void configureByHand(Side side, VmId vm, VmConfiguration configuration);

    /**
     * Makes the site refuse to delete what drills made, or do it again.
     *
     * @param side where
     * @param refuses whether it refuses
     */
    void refusesToDeleteTestObjects(Side side, boolean refuses);

    /**
     * Makes the site refuse to make checkpoints, or do it again.
     *
     * @param side where
     * @param refuses whether it refuses
     */
    void refusesCheckpoints(Side side, boolean refuses);

    /**
     * Makes the site refuse to attach disks, or do it again.
     *
     * @param side where
     * @param refuses whether it refuses
     */
    void refusesAttach(Side side, boolean refuses);

    /**
     * Does something once, in the midst of the next copy from a side: when some of its disks has been read, and not all.
     *
     * @param source the side
     * @param act what is done, on the thread that copies
     * @return whether it will be done; false, which is what this answers by default, if this world cannot
     */
    default boolean duringNextCopy(Side source, Runnable act) {
        return false;
    }

    /**
     * Sets what the probe that the engine knows as {@code log-in} answers.
     *
     * @param missing what is missing; empty if all is well
     */
    void probe(Optional<String> missing);

    /**
     * Lets time go by and runs what is due in it.
     *
     * @param duration how long
     */
    void pass(Duration duration);

    @Override
    void close();
}
