package io.sdr.hyperv.access;

import io.sdr.hyperv.transport.PowerShellTransport;

/**
 * A Hyper-V host, or a node of a cluster, as its site is told of it. Immutable; the withers give copies.
 *
 * <pre>{@code
 * HyperVHost.of("hv-01", transport, FolderMapping.of("D:\\", Path.of("\\\\hv-01\\sdr-d")), "D:\\sdr")
 * }</pre>
 */
public final class HyperVHost {
    private final String name;
    private final PowerShellTransport transport;
    private final DataPath files;
    private final HostPath catalogue;
    private final HostPath replicas;

    private HyperVHost(
            String name, PowerShellTransport transport, DataPath files, HostPath catalogue, HostPath replicas) {
        this.name = name;
        this.transport = transport;
        this.files = files;
        this.catalogue = catalogue;
        this.replicas = replicas;
    }

    /**
     * Names a host.
     *
     * @param name its computer name, as its cluster calls it
     * @param transport the way to PowerShell on it; whoever made it closes it
     * @param files the way to its files
     * @param folder the library's folder there, on a volume of the host or, in a cluster, on a shared one: decisions are kept under it
     *     in {@code catalogue}, which must be there, and replicas in {@code replicas}
     * @return the host
     * @throws io.sdr.api.InvalidRequestException code {@code INVALID_PATH}
     */
    public static HyperVHost of(String name, PowerShellTransport transport, DataPath files, String folder) {
        HostPath path = HostPath.of(folder);
        return new HyperVHost(name, transport, files, path.child("catalogue"), path.child("replicas"));
    }

    /**
     * Keeps decisions elsewhere.
     *
     * @param folder the folder on the host; it must be there
     * @return a copy
     * @throws io.sdr.api.InvalidRequestException code {@code INVALID_PATH}
     */
    public HyperVHost withCatalogue(String folder) {
        return new HyperVHost(name, transport, files, HostPath.of(folder), replicas);
    }

    /**
     * Keeps replicas elsewhere. Disks of protected VMs should be on the same volume: a failback moves them there.
     *
     * @param folder the folder on the host
     * @return a copy
     * @throws io.sdr.api.InvalidRequestException code {@code INVALID_PATH}
     */
    public HyperVHost withReplicas(String folder) {
        return new HyperVHost(name, transport, files, catalogue, HostPath.of(folder));
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
     * Gives the way to its files.
     *
     * @return the data path
     */
    public DataPath files() {
        return files;
    }

    /**
     * Gives the folder of decisions.
     *
     * @return its path on the host
     */
    public HostPath catalogue() {
        return catalogue;
    }

    /**
     * Gives the folder of replicas.
     *
     * @return its path on the host
     */
    public HostPath replicas() {
        return replicas;
    }

    /** Names the host. */
    @Override
    public String toString() {
        return name;
    }
}
