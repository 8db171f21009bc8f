package io.sdr.hyperv.host;

import io.sdr.api.ItemId;
import io.sdr.api.spi.StorageFolder;
import io.sdr.hyperv.access.DataPath;
import io.sdr.hyperv.access.HostPath;

/** One host of a site: the typed calls to it, the way to its files, and the folders that are the library's there. Thread-safe. */
public final class SiteHost {
    private final String name;
    private final HostScripts scripts;
    private final DataPath files;
    private final HostPath replicas;

    /**
     * Makes one.
     *
     * @param name the host's name, as its cluster calls it
     * @param scripts runs scripts there
     * @param files the way to its files
     * @param replicas the folder under which replicas, and VMs that are made for items, are kept
     */
    public SiteHost(String name, HostScripts scripts, DataPath files, HostPath replicas) {
        this.name = name;
        this.scripts = scripts;
        this.files = files;
        this.replicas = replicas;
    }

    public String name() {
        return name;
    }

    /** Tells whether a name, long or short, is this host's: clusters use the short one, VMM the long one. */
    public boolean isNamed(String other) {
        return name.equalsIgnoreCase(other) || shortName(name).equalsIgnoreCase(shortName(other));
    }

    private static String shortName(String name) {
        int dot = name.indexOf('.');
        return dot < 0 ? name : name.substring(0, dot);
    }

    public DataPath files() {
        return files;
    }

    /** The folder of decisions, as a path on the host. */
    public HostPath catalogueFolder() {
        return scripts.catalogueFolder();
    }

    public HostPath replicas() {
        return replicas;
    }

    /** The folder of an item's replica, as a path on the host. */
    public HostPath replica(ItemId item) {
        return replicas.child(HostScripts.name(item));
    }

    /** The folder of an item's replica, as this process reaches it. */
    public StorageFolder replicaFolder(ItemId item) {
        return files.folder(replica(item));
    }

    public HostVms vms() {
        return new HostVms(scripts);
    }

    public HostDisks disks() {
        return new HostDisks(scripts);
    }

    public HostCheckpoints checkpoints() {
        return new HostCheckpoints(scripts);
    }

    public HostNetworks networks() {
        return new HostNetworks(scripts);
    }

    public HostInventory inventory() {
        return new HostInventory(scripts);
    }

    public HostCatalogue catalogue() {
        return new HostCatalogue(scripts);
    }

    public HostReplica replication() {
        return new HostReplica(scripts);
    }

    @Override
    public String toString() {
        return name;
    }
}
