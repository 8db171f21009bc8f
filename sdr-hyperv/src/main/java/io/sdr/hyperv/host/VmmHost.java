package io.sdr.hyperv.host;

import io.sdr.hyperv.powershell.ScriptAnswer;
import java.util.Optional;

/**
 * A host as VMM knows it.
 *
 * @param id its id in VMM
 * @param name its full DNS name
 * @param state VMM's word for how it is; {@code OK} if it answers VMM
 * @param available whether VMM places VMs on it
 * @param cluster the name of its cluster
 * @param group its host group, as a path
 * @param freeMemoryMebibytes its free memory
 */
public record VmmHost(
        String id,
        String name,
        String state,
        boolean available,
        Optional<String> cluster,
        String group,
        long freeMemoryMebibytes) {
    static VmmHost of(ScriptAnswer answer) {
        return new VmmHost(
                Reading.guid(answer, "host"),
                answer.text("name"),
                answer.text("state"),
                answer.flag("available"),
                Reading.path(answer, "cluster"),
                answer.text("group"),
                Reading.count(answer, "freeMemoryMebibytes"));
    }
}
