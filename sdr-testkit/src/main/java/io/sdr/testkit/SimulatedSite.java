package io.sdr.testkit;

import io.sdr.api.DiskId;
import io.sdr.api.RetryableException;
import io.sdr.api.SdrException;
import io.sdr.api.SiteId;
import io.sdr.api.VmId;
import io.sdr.api.spi.Access;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.Contact;
import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.Disks;
import io.sdr.api.spi.Inventory;
import io.sdr.api.spi.ProgressListener;
import io.sdr.api.spi.SiteCapabilities;
import io.sdr.api.spi.SiteCatalogue;
import io.sdr.api.spi.SiteProvider;
import io.sdr.api.spi.StorageFolder;
import io.sdr.api.spi.TestObjects;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.api.spi.VmConfiguration;
import io.sdr.api.spi.VmControl;
import io.sdr.api.spi.VmDescription;
import io.sdr.api.spi.VmObservation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A site without a hypervisor: VMs, disks, checkpoints, change tracking and catalogue in a storage folder. Everything survives a
 * restart: open a site again on the same folder. A VM that ran when the site was closed still runs; what its guest wrote since
 * its last flush without an orderly {@link #close} makes change tracking of that disk unknown.
 *
 * <p>Besides what an engine sees ({@link SiteProvider}) there is what an administrator and a test do: make and import VMs, act
 * behind the engine's back, lose contact, let things fail ({@link #faults}). These calls do not pass the gate of faults.
 */
public abstract sealed class SimulatedSite implements SiteProvider, AutoCloseable permits InMemorySite, FolderSite {
    private static final Set<SiteCapabilities.Flag> ABILITIES = Set.of(
            SiteCapabilities.Flag.CHANGED_RANGES,
            SiteCapabilities.Flag.APPLICATION_CONSISTENT,
            SiteCapabilities.Flag.HEARTBEAT,
            SiteCapabilities.Flag.OFF_SINCE,
            SiteCapabilities.Flag.ISOLATED_NETWORK,
            SiteCapabilities.Flag.GUEST_ADDRESSES);

    private final SiteState state;
    private final SiteInventory inventory;
    private final SiteVms vms;
    private final SiteDisks disks;
    private final SiteCatalogueGate catalogue;
    private final SiteCapabilities capabilities;
    private final SiteTestObjects testObjects;

    SimulatedSite(SiteOptions options, StorageFolder root) {
        this.state = new SiteState(options, root);
        this.inventory = new SiteInventory(state);
        this.vms = new SiteVms(state);
        this.disks = new SiteDisks(state);
        this.catalogue = new SiteCatalogueGate(state);
        Set<SiteCapabilities.Flag> able = new HashSet<>(ABILITIES);
        able.removeAll(options.without());
        this.capabilities = new SiteCapabilities(able);
        this.testObjects = new SiteTestObjects(state, vms, capabilities);
    }

    @Override
    public final SiteId id() {
        return state.id;
    }

    @Override
    public final SiteCapabilities capabilities() {
        return capabilities;
    }

    @Override
    public final Contact contact(CallContext context) {
        try {
            return state.faults.pass("contact", Faults.Kind.CONTACT, "", () -> new Contact.Reachable(state.clock()));
        } catch (SdrException e) {
            return new Contact.Unreachable(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public final Inventory inventory() {
        return inventory;
    }

    @Override
    public final VmControl vms() {
        return vms;
    }

    @Override
    public final Disks disks() {
        return disks;
    }

    @Override
    public final TestObjects testObjects() {
        return testObjects;
    }

    @Override
    public final SiteCatalogue catalogue() {
        return catalogue;
    }

    /**
     * Gives the script of what goes wrong, and the list of calls.
     *
     * @return the faults
     */
    public final Faults faults() {
        return state.faults;
    }

    // ---- what an administrator does

    /**
     * Makes a VM with empty disks {@code disk0}, {@code disk1}, … in the default cloud. It is off.
     *
     * @param name its name
     * @param sizesBytes the sizes of its disks
     * @return the VM
     */
    public final VmDescription createVm(String name, long... sizesBytes) {
        List<Long> sizes = new ArrayList<>();
        for (long size : sizesBytes) {
            sizes.add(size);
        }
        return createVm(name, Optional.empty(), sizes);
    }

    /**
     * Makes a VM with empty disks {@code disk0}, {@code disk1}, … It is off.
     *
     * @param name its name
     * @param cloud its cloud; empty for the default
     * @param sizesBytes the sizes of its disks
     * @return the VM
     */
    public final VmDescription createVm(String name, Optional<String> cloud, List<Long> sizesBytes) {
        return new ImageImport(state).empty(name, cloud, sizesBytes).description();
    }

    /**
     * Makes a VM with disks {@code disk0}, {@code disk1}, … that hold copies of images. The images are only read. If it fails,
     * nothing is left. It is off.
     *
     * @param name its name
     * @param cloud its cloud; empty for the default
     * @param images the content of its disks
     * @param progress hears how far it is, in bytes read
     * @return the VM
     * @throws io.sdr.api.InvalidRequestException if an image is missing, empty, not readable or changes while it is read
     */
    public final VmDescription importVm(
            String name, Optional<String> cloud, List<DiskImage> images, ProgressListener progress) {
        images.forEach(this::check);
        return new ImageImport(state).images(name, cloud, images, progress).description();
    }

    /**
     * Makes a VM in the default cloud with disks {@code disk0}, {@code disk1}, … that hold copies of images.
     *
     * @param name its name
     * @param images the content of its disks
     * @return the VM
     */
    public final VmDescription importVm(String name, DiskImage... images) {
        return importVm(name, Optional.empty(), List.of(images), ProgressListener.NONE);
    }

    /** Refuses an image that must not be used here. */
    void check(DiskImage image) {
        // any image will do
    }

    /**
     * Finds a VM.
     *
     * @param name its name
     * @return the VM
     * @throws IllegalArgumentException if there is none of that name, or more than one
     */
    public final VmDescription vm(String name) {
        List<VmDescription> found = state.all().stream()
                .filter(vm -> vm.name.equals(name))
                .map(VmRecord::description)
                .toList();
        if (found.size() != 1) {
            throw new IllegalArgumentException(found.size() + " VMs named '" + name + "' at site " + state.id);
        }
        return found.get(0);
    }

    /**
     * Describes a VM: also what its adapters are connected to.
     *
     * @param vm the VM
     * @return the description
     */
    public final VmDescription describe(VmId vm) {
        return state.require(vm).description();
    }

    /**
     * Changes a VM's configuration as an administrator does, whether it runs or not.
     *
     * @param vm the VM
     * @param configuration what it shall be; its firmware stays
     * @throws io.sdr.api.InvalidRequestException code {@code UNKNOWN_NETWORK}
     */
    public final void configureBehindTheBack(VmId vm, VmConfiguration configuration) {
        synchronized (state) {
            state.networks.check("configure VM " + vm, configuration);
            change(vm, record -> record.configuration = configuration.withFirmware(record.configuration.firmware()));
        }
    }

    /**
     * Looks at all VMs, in the order of their ids.
     *
     * @return what is seen
     */
    public final List<VmObservation> allVms() {
        return state.all().stream().map(vm -> vms.seen(state.require(vm.id))).toList();
    }

    /**
     * Looks at a VM.
     *
     * @param vm the VM
     * @return what is seen
     */
    public final VmObservation look(VmId vm) {
        return vms.seen(state.require(vm));
    }

    /**
     * Starts a VM as an administrator does: the lock against start holds.
     *
     * @param vm the VM
     */
    public final void powerOn(VmId vm) {
        synchronized (state) {
            VmRecord unused = vms.start(state.require(vm), false);
        }
    }

    /**
     * Starts a VM though it is locked.
     *
     * @param vm the VM
     */
    public final void startBehindTheBack(VmId vm) {
        synchronized (state) {
            VmRecord unused = vms.start(state.require(vm), true);
        }
    }

    /**
     * Takes the power from a VM.
     *
     * @param vm the VM
     */
    public final void turnOffBehindTheBack(VmId vm) {
        synchronized (state) {
            VmRecord found = state.require(vm);
            if (found.running) {
                VmRecord unused = state.switchOff(found, false);
            }
        }
    }

    /**
     * Lets all hosts go down without warning and come up again: VMs that ran start again if their automatic start is on, and are off
     * and held if it is not.
     */
    public final void restartHosts() {
        synchronized (state) {
            for (VmRecord each : state.all()) {
                VmRecord found = state.require(each.id);
                if (found.running) {
                    VmRecord off = state.switchOff(found, false);
                    if (off.automaticStart) {
                        VmRecord unused = vms.start(off, true);
                    } else {
                        change(off.id, record -> record.heldAtBoot = true);
                    }
                }
            }
        }
    }

    /**
     * Sets whether a VM is started when its host comes up. It is for VMs that an administrator made.
     *
     * @param vm the VM
     * @param on whether it is
     */
    public final void automaticStartBehindTheBack(VmId vm, boolean on) {
        change(vm, record -> record.automaticStart = on);
    }

    /**
     * Forgets since when a VM that is off is off, as a host does that was set up anew.
     *
     * @param vm the VM
     */
    public final void forgetOffSince(VmId vm) {
        change(vm, record -> record.offSince = Optional.empty());
    }

    /**
     * Enlarges a disk of a VM that is off. What was written to it before stays known to change tracking.
     *
     * @param vm the VM
     * @param disk which of its disks
     * @param sizeBytes the new size
     * @throws IllegalStateException if the VM runs, a checkpoint of the disk exists, or the disk is a layer
     */
    public final void growDisk(VmId vm, DiskId disk, long sizeBytes) {
        synchronized (state) {
            VmRecord found = state.require(vm);
            if (found.running) {
                throw new IllegalStateException("VM " + vm + " runs");
            }
            VmRecord changed = found.copy();
            changed.disks = found.disks.stream()
                    .map(each -> each.disk().equals(disk) ? state.grow(each, sizeBytes) : each)
                    .toList();
            VmRecord unused = state.store(changed);
        }
    }

    /**
     * Forgets what was changed on the disks of a VM that is off, as a host does that was restored.
     *
     * @param vm the VM
     */
    public final void loseTracking(VmId vm) {
        synchronized (state) {
            VmRecord found = state.require(vm);
            if (found.running) {
                throw new IllegalStateException("VM " + vm + " runs");
            }
            found.disks.forEach(disk -> state.writtenOffline(disk.locator()));
        }
    }

    /**
     * Deletes a VM that is off, with the disks that are attached to it.
     *
     * @param vm the VM
     */
    public final void deleteBehindTheBack(VmId vm) {
        synchronized (state) {
            VmRecord found = state.require(vm);
            if (found.running) {
                throw new IllegalStateException("VM " + vm + " runs");
            }
            state.delete(found);
            for (DiskRef disk : found.disks) {
                SiteState.Place place = state.place(disk);
                state.formats.named(disk.format()).delete(place.folder(), place.file());
            }
            // A VM's checkpoints, and what tells its changes since, are part of it.
            for (Checkpoints.Held held : state.checkpoints.list()) {
                if (held.checkpoint().vm().equals(vm)) {
                    state.checkpoints.delete(held.checkpoint().id());
                    state.checkpoints.clear(held.checkpoint().id());
                }
            }
        }
    }

    /**
     * Lets the guest ignore requests to shut down, or follow them again.
     *
     * @param vm the VM
     * @param ignores whether it ignores them
     */
    public final void guestIgnoresShutDown(VmId vm, boolean ignores) {
        change(vm, record -> record.ignoresShutDown = ignores);
    }

    /**
     * Lets the guest take its time to shut down. By default it is off at once.
     *
     * @param vm the VM
     * @param duration how long
     */
    public final void guestShutsDownWithin(VmId vm, Duration duration) {
        change(vm, record -> record.shutDownTakes = duration);
    }

    /**
     * Lets the guest hang: no heartbeat, no application-consistent checkpoint, no shutdown.
     *
     * @param vm the VM
     * @param hangs whether it hangs
     */
    public final void guestHangs(VmId vm, boolean hangs) {
        change(vm, record -> record.hangs = hangs);
    }

    /**
     * Lets the next starts fail: {@code OperationFailedException}, code {@code START_FAILED}.
     *
     * @param vm the VM
     * @param count how many
     */
    public final void failNextStarts(VmId vm, int count) {
        change(vm, record -> record.startsToFail = count);
    }

    private void change(VmId vm, Consumer<VmRecord> change) {
        synchronized (state) {
            VmRecord changed = state.require(vm).copy();
            change.accept(changed);
            VmRecord unused = state.store(changed);
        }
    }

    /**
     * Sets how far the site's clock is ahead of the engine's.
     *
     * @param skew how far; negative for behind
     */
    public final void clockSkew(Duration skew) {
        state.skew(skew);
    }

    /** Lets the site answer to nothing, until {@link #restoreContact}. Its VMs run on. */
    public final void loseContact() {
        state.faults.loseContact();
    }

    /** Lets the site answer again. */
    public final void restoreContact() {
        state.faults.restoreContact();
    }

    // ---- what a guest does

    /**
     * Gives a disk as the guest in the VM sees it. It works while the VM runs.
     *
     * @param vm the VM
     * @param disk which of its disks
     * @return the disk
     */
    public final VirtualDisk guestDisk(VmId vm, DiskId disk) {
        synchronized (state) {
            DiskRef ref = state.require(vm).disks.stream()
                    .filter(each -> each.disk().equals(disk))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("VM " + vm + " has no disk " + disk));
            return new GuestDisk(state.disk(ref));
        }
    }

    /**
     * Puts a workload into a VM. A VM without one is an idle guest: it answers, has nothing to finish and shuts down when asked.
     *
     * @param vm the VM
     * @param workload the workload
     */
    public final void run(VmId vm, Workload workload) {
        state.workload(vm, Optional.of(workload));
    }

    /**
     * Takes the workload out of a VM.
     *
     * @param vm the VM
     */
    public final void stopWorkload(VmId vm) {
        state.workload(vm, Optional.empty());
    }

    /**
     * Opens a disk for verification, past the gate of faults.
     *
     * @param disk a disk of this site that no running VM has
     * @return the disk, for reading
     * @throws RetryableException if it cannot be opened
     */
    public final VirtualDisk inspect(DiskRef disk) {
        return state.openOffline(disk, Access.READ);
    }

    /**
     * Gives the folder in which the site keeps everything, past the gate of faults.
     *
     * @return the folder
     */
    public final StorageFolder root() {
        return state.root;
    }

    /** Flushes what guests wrote and closes all files, as an orderly restart does. VMs that run still run afterwards. */
    @Override
    public final void close() {
        state.close();
    }
}
