package io.sdr.hyperv.access;

import io.sdr.hyperv.transport.PowerShellTransport;

/**
 * A VMM server, as a site is told of it. Scripts run on its own machine, where the VMM console must be installed. Immutable.
 *
 * <pre>{@code
 * VmmAccess.of("vmm-01", transport, "C:\\sdr\\catalogue")
 * }</pre>
 */
public final class VmmAccess {
    private final String name;
    private final PowerShellTransport transport;
    private final HostPath catalogue;

    private VmmAccess(String name, PowerShellTransport transport, HostPath catalogue) {
        this.name = name;
        this.transport = transport;
        this.catalogue = catalogue;
    }

    /**
     * Names a VMM server.
     *
     * @param name its machine's name, for messages
     * @param transport the way to PowerShell on it; whoever made it closes it
     * @param catalogue a folder on it, which must be there: the numbers of decisions are noted in it, so that no call of an older one
     *     changes anything in VMM
     * @return the server
     * @throws io.sdr.api.InvalidRequestException code {@code INVALID_PATH}
     */
    public static VmmAccess of(String name, PowerShellTransport transport, String catalogue) {
        return new VmmAccess(name, transport, HostPath.of(catalogue));
    }

    /**
     * Gives its name.
     *
     * @return the name
     */
    public String name() {
        return name;
    }

    /**
     * Gives the way to PowerShell.
     *
     * @return the transport
     */
    public PowerShellTransport transport() {
        return transport;
    }

    /**
     * Gives the folder in which the numbers of decisions are noted.
     *
     * @return its path on the server
     */
    public HostPath catalogue() {
        return catalogue;
    }

    /** Names the server. */
    @Override
    public String toString() {
        return name;
    }
}
