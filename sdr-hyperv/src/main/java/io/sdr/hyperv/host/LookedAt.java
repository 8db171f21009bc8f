package io.sdr.hyperv.host;

import io.sdr.api.VmId;
import java.util.List;
import java.util.Map;

/**
 * What a host said when it was asked about VMs.
 *
 * @param vms those that are on it
 * @param lives what its log tells of each that was asked about, on it or not
 */
public record LookedAt(List<SeenVm> vms, Map<VmId, LoggedLife> lives) {
    public LookedAt {
        vms = List.copyOf(vms);
        lives = Map.copyOf(lives);
    }
}
