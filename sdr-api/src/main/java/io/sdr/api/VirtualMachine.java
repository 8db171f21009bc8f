package io.sdr.api;

import java.util.List;
import java.util.Optional;

/**
 * A VM of a site, protected or not, as it was when {@link SiteRecovery#virtualMachines} listed it. Immutable. Made by the engine; more
 * components may come, so do not call the constructor or deconstruct it.
 *
 * @param id its id at its site
 * @param name its name; not unique
 * @param place its site, and the cloud that it is in, if any
 * @param host the host that has it, as the site calls it; empty where the site has no hosts
 * @param running whether it runs, or is in any other state in which it may write
 * @param disks its disks, in order
 * @param networks what its adapters are connected to, in their order, each once
 * @param item the item to which it belongs, as the protected VM or as its copy; empty if this engine does not protect it
 * @param madeByEngine whether an engine made it: a copy, or the VM of a drill
 */
public record VirtualMachine(
        VmId id,
        String name,
        Place place,
        Optional<String> host,
        boolean running,
        List<Disk> disks,
        List<NetworkId> networks,
        Optional<ItemId> item,
        boolean madeByEngine) {
    /**
     * A disk of a VM.
     *
     * @param id its id within the VM
     * @param format the format's name, such as {@code vhdx}
     * @param sizeBytes the size that the guest sees, in bytes
     */
    public record Disk(DiskId id, String format, long sizeBytes) {}

    /** Copies the lists. */
    public VirtualMachine {
        disks = List.copyOf(disks);
        networks = List.copyOf(networks);
    }

    /**
     * Tells whether this engine protects it, or keeps it as a copy.
     *
     * @return true if it belongs to an item
     */
    public boolean isProtected() {
        return item.isPresent();
    }

    /**
     * Adds up its disks.
     *
     * @return their sizes in bytes, as the guest sees them
     */
    public long sizeBytes() {
        return disks.stream().mapToLong(Disk::sizeBytes).sum();
    }
}
