package io.sdr.hyperv.host;

import io.sdr.hyperv.powershell.ScriptAnswer;
import java.util.List;
import java.util.Optional;

/**
 * How a host receives Hyper-V Replica.
 *
 * @param enabled whether it does at all
 * @param authentication {@code Kerberos}, {@code Certificate} or {@code CertificateAndKerberos}
 * @param kerberosPort where it listens for Kerberos
 * @param certificatePort where it listens for certificates
 * @param thumbprint the certificate that it shows
 * @param fromAnyServer whether every server that authenticates may send
 * @param folder where replicas lie that no entry places
 * @param entries who may send; of interest only without {@code fromAnyServer}
 */
public record ReplicaReception(
        boolean enabled,
        String authentication,
        int kerberosPort,
        int certificatePort,
        Optional<String> thumbprint,
        boolean fromAnyServer,
        Optional<String> folder,
        List<Entry> entries) {
    private static final int MOST_PORTS = 65_535;

    public ReplicaReception {
        entries = List.copyOf(entries);
    }

    /**
     * Who may send.
     *
     * @param server a full DNS name, or {@code *.} and a domain
     * @param folder where its replicas lie
     */
    public record Entry(String server, Optional<String> folder) {}

    static ReplicaReception of(ScriptAnswer answer) {
        return new ReplicaReception(
                answer.flag("enabled"),
                answer.text("authentication"),
                Reading.small(answer, "kerberosPort", MOST_PORTS),
                Reading.small(answer, "certificatePort", MOST_PORTS),
                Reading.path(answer, "thumbprint"),
                answer.flag("fromAnyServer"),
                Reading.path(answer, "folder"),
                answer.each("entries").stream()
                        .map(each -> new Entry(each.text("server"), Reading.path(each, "folder")))
                        .toList());
    }
}
