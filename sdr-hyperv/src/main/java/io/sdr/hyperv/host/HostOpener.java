package io.sdr.hyperv.host;

import io.sdr.hyperv.access.HyperVHost;
import io.sdr.hyperv.access.VmmAccess;
import io.sdr.hyperv.powershell.PowerShellClient;
import io.sdr.hyperv.powershell.ScriptCatalogue;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.function.Supplier;

/**
 * Makes hosts of what users say of them.
 *
 * @param scripts the scripts
 * @param clock tells the present moment
 * @param random draws what begins answer lines
 */
public record HostOpener(ScriptCatalogue scripts, Supplier<Instant> clock, SecureRandom random) {
    /** Makes the calls to a VMM server; nothing is sent to it yet. */
    public HostScripts open(VmmAccess server) {
        return new HostScripts(new PowerShellClient(server.transport(), clock, random), scripts, server.catalogue());
    }

    /** Makes a host; nothing is sent to it yet. */
    public SiteHost open(HyperVHost host) {
        return new SiteHost(
                host.name(),
                new HostScripts(new PowerShellClient(host.transport(), clock, random), scripts, host.catalogue()),
                host.files(),
                host.replicas());
    }
}
