package io.sdr.hyperv.host;

import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.VmConfiguration;
import io.sdr.hyperv.powershell.Arguments;
import java.util.Collection;
import java.util.List;

/** Power and configuration of a host's VMs. Every change looks first; done already is done. Thread-safe. */
final class HostVms {
    private static final long NO_AUTO_START = 0;

    private final HostScripts host;

    HostVms(HostScripts host) {
        this.host = host;
    }

    /** Looks at VMs; one that is not on this host is missing. */
    List<SeenVm> observe(Collection<VmId> vms, CallContext context) {
        Arguments arguments = host.inCatalogue(context)
                .with("vms", vms.stream().map(VmId::value).toList());
        return host.run("vm-observe", arguments, context).each("vms").stream()
                .map(SeenVm::of)
                .toList();
    }

    /** Finds the VMs that carry a tag of the context's item. */
    List<SeenVm> tagged(CallContext context) {
        return host.run("vm-tagged", host.inCatalogue(context), context).each("vms").stream()
                .map(SeenVm::of)
                .toList();
    }

    /** Starts it. Refused with code {@code START_LOCKED} while it is locked. */
    SeenVm start(VmId vm, CallContext context) {
        return change("vm-start", host.guarded(vm, context), context);
    }

    /** Asks the guest. Refused with code {@code GUEST_SILENT} if it offers no shutdown. */
    SeenVm shutDown(VmId vm, CallContext context) {
        return change("vm-shut-down", host.guarded(vm, context), context);
    }

    /** Takes the power away. Refused with code {@code VM_SAVED} if it has a saved state. */
    SeenVm turnOff(VmId vm, CallContext context) {
        return change("vm-turn-off", host.guarded(vm, context), context);
    }

    SeenVm lock(VmId vm, CallContext context) {
        return change("vm-lock", host.guarded(vm, context), context);
    }

    SeenVm unlock(VmId vm, CallContext context) {
        return change("vm-unlock", host.guarded(vm, context), context);
    }

    /** Keeps the host and its cluster from starting it by themselves. */
    SeenVm closeBootGate(VmId vm, CallContext context) {
        return change(
                "vm-boot-gate",
                host.guarded(vm, context).with("automaticStart", "Nothing").with("clusterPriority", NO_AUTO_START),
                context);
    }

    /** Writes what it is for into its notes. */
    SeenVm tag(VmId vm, String role, CallContext context) {
        return change("vm-tag", host.guarded(vm, context).with("role", role), context);
    }

    /**
     * Makes a VM without disks and adapters, off, tagged for the context's item and the role; one that is there is returned. Refused
     * with code {@code SEVERAL_TAGGED} if there are more.
     */
    SeenVm create(String name, String role, String folder, VmConfiguration configuration, CallContext context) {
        return change(
                "vm-create",
                size(host.guarded(context), configuration)
                        .with("name", name)
                        .with("role", role)
                        .with("folder", folder)
                        .with("generation", configuration.firmware().equals("bios") ? 1 : 2),
                context);
    }

    /** Deletes a VM that was made for the context's item and the role; its files stay. Missing is done. */
    void delete(VmId vm, String role, CallContext context) {
        host.run("vm-delete", host.guarded(vm, context).with("role", role), context);
    }

    /** Gives a VM that is off its size. Refused with code {@code VM_RUNNING} if it is not off. */
    SeenVm resize(VmId vm, VmConfiguration configuration, CallContext context) {
        return change("vm-configure", size(host.guarded(vm, context), configuration), context);
    }

    /** Gives a VM that is off exactly these disks. */
    SeenVm attach(VmId vm, List<PlacedDisk> disks, CallContext context) {
        return change(
                "vm-attach",
                host.guarded(vm, context)
                        .withEach(
                                "disks",
                                disks.stream().map(PlacedDisk::arguments).toList()),
                context);
    }

    /** Takes it off every network, running or not. */
    SeenVm disconnect(VmId vm, CallContext context) {
        return change("vm-disconnect", host.guarded(vm, context), context);
    }

    private SeenVm change(String script, Arguments arguments, CallContext context) {
        return SeenVm.of(host.run(script, arguments, context));
    }

    private static Arguments size(Arguments arguments, VmConfiguration configuration) {
        return arguments
                .with("processors", configuration.processors())
                .with("memoryBytes", configuration.memoryBytes())
                .with("secureBoot", configuration.secureBoot());
    }
}
