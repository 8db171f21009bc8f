package io.sdr.api.spi;

import io.sdr.api.VmId;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Power and configuration of VMs. Every change looks first, acts only if needed, and returns what it then sees, so it may be
 * called again. Its effect is durable on return. A change that finds the context's epoch below the site's highest, or its
 * moment {@code notAfter} past, is refused with {@link io.sdr.api.OperationFailedException}, code {@code STALE_EPOCH} or
 * {@code TOO_LATE}, before anything happens. A lost answer throws {@link io.sdr.api.OutcomeUnknownException}. A VM that does
 * not exist throws {@link io.sdr.api.InvalidRequestException}, code {@code UNKNOWN_VM}, except where noted.
 */
public interface VmControl {
    /**
     * Looks at VMs.
     *
     * @param vms which
     * @param context the call
     * @return what was seen; a VM that does not exist is missing from the map
     * @throws io.sdr.api.RetryableException if the site does not answer
     */
    Map<VmId, VmObservation> observe(Collection<VmId> vms, CallContext context);

    /**
     * Starts a VM. Refused with code {@code START_LOCKED} while it is locked.
     *
     * @param vm the VM
     * @param context the call
     * @return what is seen then
     */
    VmObservation start(VmId vm, CallContext context);

    /**
     * Asks the guest to shut down. Returns at once; the guest may take its time or never follow.
     *
     * @param vm the VM
     * @param context the call
     * @return what is seen then
     */
    VmObservation shutDown(VmId vm, CallContext context);

    /**
     * Takes the power away.
     *
     * @param vm the VM
     * @param context the call
     * @return what is seen then
     */
    VmObservation turnOff(VmId vm, CallContext context);

    /**
     * Locks a VM against start. A running VM goes on running.
     *
     * @param vm the VM
     * @param context the call
     * @return what is seen then
     */
    VmObservation lockStart(VmId vm, CallContext context);

    /**
     * Takes the lock away.
     *
     * @param vm the VM
     * @param context the call
     * @return what is seen then
     */
    VmObservation unlockStart(VmId vm, CallContext context);

    /**
     * Says whether the host starts a VM by itself when it comes up. What runs goes on running.
     *
     * @param vm the VM
     * @param on whether it does
     * @param context the call
     * @return what is seen then
     */
    VmObservation automaticStart(VmId vm, boolean on, CallContext context);

    /**
     * Connects or disconnects network adapters of a VM, whether it runs or not. Adapters are told by their names; others of the VM
     * stay as they are, and one that the VM does not have is left out. Refused with
     * {@link io.sdr.api.InvalidRequestException}, code {@code UNKNOWN_NETWORK}, for a network that the site does not have.
     *
     * @param vm the VM
     * @param adapters what of each is used: its name and its connection
     * @param context the call
     * @return what is seen then
     */
    VmObservation connect(VmId vm, List<NetworkAdapter> adapters, CallContext context);

    /**
     * Makes a VM without disks, off and locked against start, not started by its host, with its adapters disconnected, tagged with
     * the context's item. If one with this tag exists, it is returned as it is.
     *
     * @param name its name
     * @param cloud the cloud; empty for the default
     * @param configuration the rest
     * @param context the call
     * @return what is seen then
     */
    VmObservation createPlaceholder(
            String name, Optional<String> cloud, VmConfiguration configuration, CallContext context);

    /**
     * Gives a VM that is off this configuration: size, secure boot, network adapters with their connections and, where
     * {@link SiteCapabilities.Flag#GUEST_ADDRESSES} is claimed, the addresses that the guest gets at its next start. The firmware
     * stays what it is. Afterwards the inventory describes the VM so. Refused with code {@code VM_RUNNING} while it runs, and with
     * {@link io.sdr.api.InvalidRequestException}, code {@code UNKNOWN_NETWORK}, for a network that the site does not have.
     *
     * @param vm the VM
     * @param configuration what it shall be
     * @param context the call
     * @return what is seen then
     */
    VmObservation configure(VmId vm, VmConfiguration configuration, CallContext context);

    /**
     * Finds the VMs that were made for the context's item.
     *
     * @param context the call
     * @return what was seen of each
     */
    List<VmObservation> tagged(CallContext context);

    /**
     * Deletes a VM that was made for the context's item; its disk files stay. Missing is done; a VM without the tag is refused,
     * code {@code NOT_TAGGED}, as is one that runs, code {@code VM_RUNNING}.
     *
     * @param vm the VM
     * @param context the call
     */
    void deleteTagged(VmId vm, CallContext context);

    /**
     * Gives a VM that is off exactly these disks.
     *
     * @param vm the VM
     * @param disks the disks, in order; empty detaches all
     * @param context the call
     * @return what is seen then
     */
    VmObservation attach(VmId vm, List<DiskRef> disks, CallContext context);

    /**
     * Puts a VM that a replication driver made into a cloud; there already is done. Only asked of sites that have clouds. Does nothing
     * by default.
     *
     * @param vm the VM
     * @param cloud the cloud's name
     * @param context the call
     */
    default void place(VmId vm, String cloud, CallContext context) {}
}
