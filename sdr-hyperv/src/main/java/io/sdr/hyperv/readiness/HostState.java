package io.sdr.hyperv.readiness;

import io.sdr.hyperv.access.HostPath;
import io.sdr.hyperv.host.ClusterFacts;
import io.sdr.hyperv.host.HostFacts;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * A host, as it matters whatever is protected.
 *
 * @param facts what it said of itself
 * @param asked when it was asked, by the engine's clock
 * @param answered when it had answered
 * @param cluster its cluster; asked where its cluster service runs and the module is there
 * @param folders where decisions and replicas are kept
 * @param catalogue how many items its catalogue folder holds
 */
public record HostState(
        HostFacts facts,
        Instant asked,
        Instant answered,
        Fact<ClusterFacts> cluster,
        List<HostPath> folders,
        Fact<Integer> catalogue) {
    static final String HYPER_V = "Hyper-V";
    static final String CLUSTERS = "FailoverClusters";
    private static final String RUNNING = "Running";

    public HostState {
        folders = List.copyOf(folders);
    }

    String name() {
        return facts.fullName();
    }

    boolean has(String module) {
        return facts.modules().containsKey(module);
    }

    boolean runs(String service) {
        return RUNNING.equals(facts.services().get(service));
    }

    boolean clustered() {
        return runs("ClusSvc");
    }

    /** How far its clock is off at least: the answer may have been written at any moment between question and arrival. */
    Duration clockOff() {
        Instant clock = facts.clock();
        if (clock.isBefore(asked)) {
            return Duration.between(clock, asked);
        }
        return clock.isAfter(answered) ? Duration.between(answered, clock) : Duration.ZERO;
    }
}
