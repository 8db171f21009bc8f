package io.sdr.hyperv.host;

import io.sdr.hyperv.powershell.ScriptAnswer;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * Facts of a host.
 *
 * @param name its name
 * @param domain its DNS domain, or its workgroup
 * @param domainJoined whether it belongs to a domain
 * @param build the build number of its Windows, such as 20348
 * @param powershell the version of its PowerShell, such as 5.1.20348.1
 * @param clock its clock at that moment
 * @param processors its logical processors
 * @param memoryBytes its memory
 * @param mayManage whether the account is in its Hyper-V Administrators or Administrators
 * @param readsVmLog whether the account may read the log of when VMs started and ended
 * @param modules the versions of the PowerShell modules Hyper-V, FailoverClusters and VirtualMachineManager that it has
 * @param services the states of its services vmms, ClusSvc and SCVMMService, as far as they run
 */
public record HostFacts(
        String name,
        String domain,
        boolean domainJoined,
        String build,
        String powershell,
        Instant clock,
        int processors,
        long memoryBytes,
        boolean mayManage,
        boolean readsVmLog,
        Map<String, String> modules,
        Map<String, String> services) {
    private static final int MOST_PROCESSORS = 8192;

    public HostFacts {
        modules = Map.copyOf(modules);
        services = Map.copyOf(services);
    }

    /** Its full DNS name, as far as it has one. */
    public String fullName() {
        return domainJoined ? name + "." + domain : name;
    }

    static HostFacts of(ScriptAnswer answer) {
        return new HostFacts(
                answer.text("host"),
                answer.text("domain"),
                answer.flag("domainJoined"),
                answer.text("build"),
                answer.text("powershell"),
                answer.moment("clock"),
                Reading.small(answer, "processors", MOST_PROCESSORS),
                Reading.count(answer, "memoryBytes"),
                answer.flag("administrator") || answer.flag("hyperVAdministrator"),
                answer.flag("vmLog"),
                pairs(answer, "modules", "version"),
                pairs(answer, "services", "status"));
    }

    private static Map<String, String> pairs(ScriptAnswer answer, String list, String value) {
        Map<String, String> pairs = new HashMap<>();
        answer.each(list).forEach(each -> pairs.put(each.text("name"), each.text(value)));
        return pairs;
    }
}
