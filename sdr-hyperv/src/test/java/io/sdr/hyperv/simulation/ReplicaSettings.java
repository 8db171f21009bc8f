package io.sdr.hyperv.simulation;

import java.time.Duration;
import java.util.List;

/**
 * How a primary replicates.
 *
 * @param server the name of the other side
 * @param port its port
 * @param authentication Kerberos or Certificate
 * @param thumbprint this side's certificate; empty for Kerberos
 * @param compression whether it compresses
 * @param frequency how often it sends
 * @param pointsKept how many points are kept beside the latest
 * @param consistentEveryHours every how many hours a point is application-consistent; 0 for never
 * @param resyncFrom from which minute of the day it may resynchronise by itself; -1 for never
 * @param resyncUntil until which
 * @param excluded the files of disks that are left out
 */
record ReplicaSettings(
        String server,
        int port,
        String authentication,
        String thumbprint,
        boolean compression,
        Duration frequency,
        int pointsKept,
        int consistentEveryHours,
        int resyncFrom,
        int resyncUntil,
        List<String> excluded) {
    private static final List<Long> FREQUENCIES = List.of(30L, 300L, 900L);

    /** What the cmdlets refuse by themselves. */
    void check(String command) {
        boolean known = FREQUENCIES.contains(frequency.toSeconds())
                && pointsKept >= 0
                && pointsKept <= 24
                && consistentEveryHours >= 0
                && consistentEveryHours <= 12
                && List.of("Kerberos", "Certificate").contains(authentication);
        if (!known) {
            throw HostError.cmdlet("InvalidParameter", "InvalidArgument", HostError.FAILED, command, toString());
        }
        if (server.matches("[0-9.]+|.*:.*")) {
            throw HostError.cmdlet(
                    "InvalidParameter", "InvalidArgument", HostError.FAILED, command, "an address is no server name");
        }
        if (authentication.equals("Certificate") && thumbprint.isEmpty()) {
            throw HostError.cmdlet("InvalidParameter", "InvalidArgument", HostError.FAILED, command, "no certificate");
        }
    }

    ReplicaSettings to(String newServer, String newThumbprint) {
        return new ReplicaSettings(
                newServer,
                port,
                authentication,
                newThumbprint,
                compression,
                frequency,
                pointsKept,
                consistentEveryHours,
                resyncFrom,
                resyncUntil,
                excluded);
    }
}
