package io.sdr.hyperv.host;

import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.VmConfiguration;
import io.sdr.hyperv.powershell.Arguments;
import io.sdr.hyperv.powershell.ScriptAnswer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Power and configuration of a host's VMs. Every change looks first; done already is done. Thread-safe. */
public final class HostVms {
    /** Hyper-V's default. */
    private static final String IF_IT_RAN = "StartIfRunning";
    /** A cluster's medium priority, its default. */
    private static final long MEDIUM = 2000;

    private final HostScripts host;

    public HostVms(HostScripts host) {
        this.host = host;
    }

    /** Looks at VMs; one that is not on this host is missing. */
    public List<SeenVm> observe(Collection<VmId> vms, CallContext context) {
        return look(vms, context).vms();
    }

    /** Looks at VMs, and at what the host's log tells of them. */
    public LookedAt look(Collection<VmId> vms, CallContext context) {
        Arguments arguments =
                host.catalogue().with("vms", vms.stream().map(VmId::value).toList());
        ScriptAnswer answer = host.run("vm-observe", arguments, context);
        Map<VmId, LoggedLife> lives = new HashMap<>();
        answer.each("lives").forEach(each -> lives.put(Reading.vm(each, "vm"), LoggedLife.of(each)));
        return new LookedAt(answer.each("vms").stream().map(SeenVm::of).toList(), lives);
    }

    /** Finds the VMs that carry a tag of the context's item. */
    public List<SeenVm> tagged(CallContext context) {
        return host.run("vm-tagged", host.inCatalogue(context), context).each("vms").stream()
                .map(SeenVm::of)
                .toList();
    }

    /** Starts it and hands the addresses over that were noted for its guest. Refused with code {@code START_LOCKED} while it is locked. */
    public SeenVm start(VmId vm, CallContext context) {
        return change("vm-start", host.guarded(vm, context), context);
    }

    /** Asks the guest. Refused with code {@code GUEST_SILENT} if it offers no shutdown. */
    public SeenVm shutDown(VmId vm, CallContext context) {
        return change("vm-shut-down", host.guarded(vm, context), context);
    }

    /** Takes the power away. Refused with code {@code VM_SAVED} if it has a saved state. */
    public SeenVm turnOff(VmId vm, CallContext context) {
        return change("vm-turn-off", host.guarded(vm, context), context);
    }

    public SeenVm lock(VmId vm, CallContext context) {
        return change("vm-lock", host.guarded(vm, context), context);
    }

    public SeenVm unlock(VmId vm, CallContext context) {
        return change("vm-unlock", host.guarded(vm, context), context);
    }

    /** Keeps the host and its cluster from starting it by themselves; how they were set is noted before. */
    public SeenVm closeBootGate(VmId vm, CallContext context) {
        return bootGate(vm, true, context);
    }

    /** Lets the host and its cluster start it again as they were set; where nothing was noted, if it ran when they went down. */
    public SeenVm openBootGate(VmId vm, CallContext context) {
        return bootGate(vm, false, context);
    }

    private SeenVm bootGate(VmId vm, boolean closed, CallContext context) {
        return change(
                "vm-boot-gate",
                host.guarded(vm, context)
                        .with("closed", closed)
                        .with("action", IF_IT_RAN)
                        .with("priority", MEDIUM),
                context);
    }

    /** Describes VMs; one that is not on this host is missing. */
    public List<DescribedVm> describe(Collection<VmId> vms, CallContext context) {
        Arguments arguments =
                Arguments.none().with("vms", vms.stream().map(VmId::value).toList());
        return host.run("vm-describe", arguments, context).each("vms").stream()
                .map(DescribedVm::of)
                .toList();
    }

    /** Writes what it is for into its notes. */
    public SeenVm tag(VmId vm, String role, CallContext context) {
        return change("vm-tag", host.guarded(vm, context).with("role", role), context);
    }

    /**
     * Makes a VM without disks, off, tagged for the context's item and the role, with the configuration's adapters; one that is there
     * is returned. Refused with code {@code SEVERAL_TAGGED} if there are more, and with {@code UNKNOWN_NETWORK} before anything is
     * made.
     *
     * @param locked whether it is locked against start
     */
    public SeenVm create(
            String name,
            String role,
            String folder,
            VmConfiguration configuration,
            boolean locked,
            CallContext context) {
        return change(
                "vm-create",
                HostNetworks.adapters(size(host.guarded(context), configuration), configuration.adapters())
                        .with("name", name)
                        .with("role", role)
                        .with("folder", folder)
                        .with("generation", configuration.firmware().equals("bios") ? 1 : 2)
                        .with("lock", locked),
                context);
    }

    /** Deletes a VM that was made for the context's item and the role; its files stay. Missing is done. */
    public void delete(VmId vm, String role, CallContext context) {
        host.run("vm-delete", host.guarded(vm, context).with("role", role), context);
    }

    /** Gives a VM that is off its size. Refused with code {@code VM_RUNNING} if it is not off. */
    public SeenVm resize(VmId vm, VmConfiguration configuration, CallContext context) {
        return change("vm-configure", size(host.guarded(vm, context), configuration), context);
    }

    /**
     * Gives a VM that is off exactly these disks. Refused with code {@code VM_RUNNING}, {@code CHECKPOINT_EXISTS}, {@code DISK_MERGING}, {@code DISK_ATTACHED}
     * or {@code DISK_MISSING} before anything changes.
     *
     * @param names what each is called, without blanks
     */
    public SeenVm attach(VmId vm, List<PlacedDisk> disks, List<String> names, CallContext context) {
        List<Arguments> each = new ArrayList<>();
        for (int i = 0; i < disks.size(); i++) {
            each.add(disks.get(i).arguments().with("name", names.get(i)));
        }
        return change("vm-attach", host.guarded(vm, context).withEach("disks", each), context);
    }

    /** Takes it off every network, running or not. */
    public SeenVm disconnect(VmId vm, CallContext context) {
        return change("vm-disconnect", host.guarded(vm, context), context);
    }

    private SeenVm change(String script, Arguments arguments, CallContext context) {
        return SeenVm.of(host.run(script, arguments, context));
    }

    private static Arguments size(Arguments arguments, VmConfiguration configuration) {
        Arguments size = arguments
                .with("processors", configuration.processors())
                .with("memoryBytes", configuration.memoryBytes())
                .with("secureBoot", configuration.secureBoot())
                .with("secureBootTemplate", configuration.secureBootTemplate().orElse(DescribedVm.USUAL_TEMPLATE));
        return configuration
                .dynamicMemory()
                .map(memory ->
                        size.with("minimumBytes", memory.minimumBytes()).with("maximumBytes", memory.maximumBytes()))
                .orElseGet(() -> size.without("minimumBytes").without("maximumBytes"));
    }
}
