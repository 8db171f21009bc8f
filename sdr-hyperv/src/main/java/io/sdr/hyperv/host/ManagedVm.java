package io.sdr.hyperv.host;

import io.sdr.api.VmId;
import io.sdr.hyperv.powershell.ScriptAnswer;
import java.util.Optional;

/**
 * A VM as VMM knows it, which is as fresh as VMM's last look.
 *
 * @param vm its id in Hyper-V
 * @param vmmId its id in VMM
 * @param name its name
 * @param host the full DNS name of the host that it is on
 * @param cloud the id of its cloud
 */
public record ManagedVm(VmId vm, String vmmId, String name, Optional<String> host, Optional<String> cloud) {
    static ManagedVm of(ScriptAnswer answer) {
        return new ManagedVm(
                Reading.vm(answer, "vm"),
                Reading.guid(answer, "vmmId"),
                answer.text("name"),
                Reading.path(answer, "host"),
                Reading.path(answer, "cloud").map(cloud -> Reading.guid(answer, "cloud", cloud)));
    }
}
