package io.sdr.hyperv.replication;

import io.sdr.api.BandwidthSchedule;
import io.sdr.api.Finding;
import io.sdr.api.InvalidRequestException;
import io.sdr.api.NativeReplication;
import io.sdr.api.Problem;
import io.sdr.api.ReplicationPolicy;
import io.sdr.hyperv.host.RelationSettings;
import java.time.Duration;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A policy in the terms of Hyper-V Replica.
 *
 * @param settings what may be changed later, too
 * @param certificate whether hosts prove who they are by certificates; else by Kerberos
 * @param port where replica servers listen
 * @param excluded the ids of the disks that are left out
 */
record RelationPolicy(RelationSettings settings, boolean certificate, int port, List<String> excluded) {
    private static final Set<Duration> FREQUENCIES =
            Set.of(Duration.ofSeconds(30), Duration.ofMinutes(5), Duration.ofMinutes(15));
    private static final Duration BETWEEN_POINTS = Duration.ofHours(1);
    private static final int MOST_POINTS = 24;
    private static final int KERBEROS_PORT = 80;
    private static final int CERTIFICATE_PORT = 443;

    RelationPolicy {
        excluded = List.copyOf(excluded);
    }

    /** What a policy asks that Hyper-V Replica cannot do. */
    static List<Finding> findings(ReplicationPolicy policy) {
        List<Finding> findings = new ArrayList<>();
        if (!FREQUENCIES.contains(policy.every())) {
            findings.add(refused("a cycle every " + policy.every(), "30 s, 5 min or 15 min"));
        }
        if (policy.pointsKept() > MOST_POINTS) {
            findings.add(refused(policy.pointsKept() + " points kept", "0 to " + MOST_POINTS));
        }
        if (policy.pointsKept() > 0 && !policy.pointEvery().equals(BETWEEN_POINTS)) {
            findings.add(refused("a point every " + policy.pointEvery(), "a point every hour"));
        }
        Duration consistent = policy.applicationConsistentEvery();
        if (!consistent.equals(Duration.ofHours(consistent.toHours()))) {
            findings.add(refused("application-consistent every " + consistent, "whole hours, 1 to 12, or never"));
        }
        if (policy.pointsKept() == 0 && !consistent.isZero()) {
            findings.add(refused("application-consistent points, but none kept", "at least one point kept"));
        }
        if (!policy.bandwidth().equals(BandwidthSchedule.unlimited())) {
            findings.add(refused("a limited bandwidth", "no limit; the hosts' own QoS policies do"));
        }
        return findings;
    }

    private static Finding refused(String observed, String required) {
        return Finding.blocker(
                "POLICY_NOT_SUPPORTED",
                "policy",
                observed,
                "Hyper-V Replica knows " + required,
                "choose what it knows, or DriverChoice.SDR");
    }

    /** Refused with code {@code POLICY_NOT_SUPPORTED}. */
    static RelationPolicy of(ReplicationPolicy policy) {
        List<Finding> findings = findings(policy);
        if (!findings.isEmpty()) {
            throw new InvalidRequestException(Problem.of("POLICY_NOT_SUPPORTED")
                    .attempted("replicate with Hyper-V Replica")
                    .state(String.join(
                                    "; ",
                                    findings.stream().map(Finding::describe).toList()) + "; nothing was changed")
                    .remedy("choose what it knows, or DriverChoice.SDR"));
        }
        NativeReplication its = policy.nativeReplication();
        return new RelationPolicy(
                new RelationSettings(
                        policy.every(),
                        policy.pointsKept(),
                        (int) policy.applicationConsistentEvery().toHours(),
                        its.isCompressed(),
                        its.automaticResync().map(NativeReplication.Window::from),
                        its.automaticResync().map(NativeReplication.Window::until)),
                its.usesCertificates(),
                port(policy),
                its.excluded().stream().map(io.sdr.api.DiskId::value).toList());
    }

    /** Where replica servers listen. */
    static int port(ReplicationPolicy policy) {
        NativeReplication its = policy.nativeReplication();
        return its.port().orElse(its.usesCertificates() ? CERTIFICATE_PORT : KERBEROS_PORT);
    }

    ObjectNode write() {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("frequencySeconds", settings.frequency().toSeconds());
        body.put("pointsKept", settings.pointsKept());
        body.put("consistentEveryHours", settings.consistentEveryHours());
        body.put("compression", settings.compression());
        settings.resyncFrom().ifPresent(from -> body.put("resyncFrom", from.toString()));
        settings.resyncUntil().ifPresent(until -> body.put("resyncUntil", until.toString()));
        body.put("certificate", certificate);
        body.put("port", port);
        ArrayNode disks = body.putArray("excluded");
        excluded.forEach(disks::add);
        return body;
    }

    static RelationPolicy read(JsonNode body) {
        List<String> disks = new ArrayList<>();
        body.required("excluded").forEach(each -> disks.add(each.stringValue()));
        return new RelationPolicy(
                new RelationSettings(
                        Duration.ofSeconds(body.required("frequencySeconds").longValue()),
                        body.required("pointsKept").intValue(),
                        body.required("consistentEveryHours").intValue(),
                        body.required("compression").booleanValue(),
                        time(body, "resyncFrom"),
                        time(body, "resyncUntil")),
                body.required("certificate").booleanValue(),
                body.required("port").intValue(),
                disks);
    }

    private static Optional<LocalTime> time(JsonNode body, String name) {
        return Optional.ofNullable(body.get(name)).map(text -> LocalTime.parse(text.stringValue()));
    }
}
