package io.sdr.hyperv.host;

import io.sdr.api.VmId;
import io.sdr.hyperv.powershell.ScriptAnswer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What of a VM may stand in the way of protection.
 *
 * @param vm the VM
 * @param name its name
 * @param state its state
 * @param version its configuration version, such as {@code 9.0}
 * @param relation what it is in Hyper-V Replica
 * @param shielded whether it is shielded
 * @param tpm whether it has a virtual TPM
 * @param guestServices its integration services
 * @param checkpoints the types of its checkpoints, such as {@code Standard} or {@code Recovery}
 * @param disks its disks
 */
public record VmFacts(
        VmId vm,
        String name,
        VmState state,
        String version,
        RelationMode relation,
        boolean shielded,
        boolean tpm,
        List<GuestService> guestServices,
        List<String> checkpoints,
        List<Disk> disks) {
    public VmFacts {
        guestServices = List.copyOf(guestServices);
        checkpoints = List.copyOf(checkpoints);
        disks = List.copyOf(disks);
    }

    /**
     * An integration service.
     *
     * @param component its GUID, the same in every VM and language, in small letters
     * @param enabled whether it is offered to the guest
     */
    public record GuestService(String component, boolean enabled) {
        /** Its id is {@code Microsoft:<VM's GUID>\<component's GUID>}. */
        static GuestService of(ScriptAnswer answer) {
            String id = answer.text("service");
            return new GuestService(
                    id.substring(id.lastIndexOf('\\') + 1).toLowerCase(Locale.ROOT), answer.flag("enabled"));
        }
    }

    /**
     * A disk.
     *
     * @param path its file; empty for one that is no file
     * @param passThrough whether it is a disk of the host's
     * @param shared whether several VMs may have it attached
     */
    public record Disk(Optional<String> path, boolean passThrough, boolean shared) {
        static Disk of(ScriptAnswer answer) {
            return new Disk(Reading.path(answer, "path"), answer.flag("passThrough"), answer.flag("shared"));
        }
    }

    static VmFacts of(ScriptAnswer answer) {
        return new VmFacts(
                Reading.vm(answer, "vm"),
                answer.text("name"),
                Reading.named(answer.text("state"), VmState.UNKNOWN),
                answer.text("version"),
                Reading.named(answer.text("replicationMode"), RelationMode.UNKNOWN),
                answer.flag("shielded"),
                answer.flag("tpm"),
                answer.each("guestServices").stream().map(GuestService::of).toList(),
                answer.each("snapshots").stream().map(each -> each.text("type")).toList(),
                answer.each("disks").stream().map(Disk::of).toList());
    }
}
