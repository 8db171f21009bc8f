package io.sdr.hyperv.host;

import io.sdr.hyperv.powershell.ScriptAnswer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The cluster that a host belongs to.
 *
 * @param name its name
 * @param nodes the states of its nodes by their names, such as {@code Up}
 * @param volumes where its shared volumes are mounted, such as {@code C:\ClusterStorage\Volume1}
 * @param brokers the DNS names of its Hyper-V Replica Broker
 */
public record ClusterFacts(String name, Map<String, String> nodes, List<String> volumes, List<String> brokers) {
    public ClusterFacts {
        nodes = Map.copyOf(nodes);
        volumes = List.copyOf(volumes);
        brokers = List.copyOf(brokers);
    }

    static ClusterFacts of(ScriptAnswer answer) {
        Map<String, String> nodes = new HashMap<>();
        answer.each("nodes").forEach(each -> nodes.put(each.text("name"), each.text("state")));
        return new ClusterFacts(answer.text("cluster"), nodes, answer.texts("volumes"), answer.texts("brokers"));
    }
}
