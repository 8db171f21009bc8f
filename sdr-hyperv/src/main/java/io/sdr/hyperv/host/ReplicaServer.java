package io.sdr.hyperv.host;

import io.sdr.hyperv.powershell.Arguments;
import java.util.Optional;

/**
 * The other end of Hyper-V Replica, as this host reaches it.
 *
 * @param name its DNS name; of a cluster that of its Replica Broker; never an address
 * @param port 80 for Kerberos and 443 for certificates, unless the server was set up otherwise
 * @param thumbprint this host's certificate; empty for Kerberos
 */
public record ReplicaServer(String name, int port, Optional<String> thumbprint) {
    Arguments addTo(Arguments arguments) {
        return addThumbprint(arguments.with("server", name))
                .with("port", port)
                .with("authentication", thumbprint.isPresent() ? "Certificate" : "Kerberos");
    }

    Arguments addThumbprint(Arguments arguments) {
        return thumbprint.isPresent()
                ? arguments.with("thumbprint", thumbprint.get())
                : arguments.without("thumbprint");
    }
}
