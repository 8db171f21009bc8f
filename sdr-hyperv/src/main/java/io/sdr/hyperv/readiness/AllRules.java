package io.sdr.hyperv.readiness;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All rules by what they look at, for documentation and tests. */
public final class AllRules {
    private AllRules() {}

    /** Gives them under the heading of their page. */
    public static Map<String, List<? extends Rule<?>>> byHeading() {
        Map<String, List<? extends Rule<?>>> all = new LinkedHashMap<>();
        all.put("Each host", HostRules.ALL);
        all.put("A host that does not answer, beside others that do", HostRules.SILENT);
        all.put("The VM to protect", SourceRules.ALL);
        all.put("The way to disks and replicas", DataPathRules.ALL);
        all.put("The place of the replica", TargetRules.ALL);
        all.put("The VM at the other site", GuestRules.ALL);
        all.put("Two sites that replicate by Hyper-V Replica", PairRules.ALL);
        all.put("Hosts that replicate by Hyper-V Replica, at both sites", ReplicaRules.ALL);
        all.put("VMM", VmmRules.ALL);
        return all;
    }
}
