package io.sdr.hyperv.simulation;

import io.sdr.api.Timekeeper;
import io.sdr.hyperv.powershell.ScriptCatalogue;
import io.sdr.hyperv.transport.PowerShellTransport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.BiConsumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Hyper-V hosts of two sites, behind the transports that real ones are reached by. Their disks are real VHDX files, their
 * catalogues real folders; time passes as the given clock says. It is derived from what the scripts ask of Hyper-V, not from the
 * Java code that runs them. Thread-safe: one script at a time.
 *
 * <pre>{@code
 * SimulatedWorld world = SimulatedWorld.in(folder, new VirtualTime());
 * SimulatedHost east = world.newHost("east", "hv-e1.example.net");
 * SimulatedVm web = east.newVm("web-01");
 * web.addDisk("D:\\VMs\\web-01\\os.vhdx", 8 << 20);
 * web.start();
 * PowerShellTransport transport = world.transport("hv-e1.example.net");
 * …
 * world.check();
 * }</pre>
 */
public final class SimulatedWorld implements AutoCloseable {
    private final Path folder;
    private final Timekeeper time;
    private final Map<String, SimulatedHost> hosts = new LinkedHashMap<>();
    private final Map<String, String> scripts = new HashMap<>();
    private final Map<String, Handler> handlers = new HashMap<>();
    private final ScriptContracts contracts = new ScriptContracts();
    private final List<String> violations = new ArrayList<>();
    private final List<String> touches = new ArrayList<>();
    private final List<String> log = new ArrayList<>();
    private final DiskUse diskUse = new DiskUse(this);
    private final ReplicaNetwork replicaNetwork = new ReplicaNetwork(this);
    private final SplittableRandom random = new SplittableRandom(20_260);
    private BiConsumer<String, SimulatedHost> watcher = (script, host) -> {};
    private long changes;
    private long changesLeft = Long.MAX_VALUE;
    private String stopAt = "";

    private SimulatedWorld(Path folder, Timekeeper time) {
        this.folder = folder;
        this.time = time;
        ScriptCatalogue catalogue = new ScriptCatalogue();
        catalogue.names().forEach(name -> scripts.put(catalogue.script(name).text(), name));
        InventoryHandlers.register(handlers);
        FactHandlers.register(handlers);
        VmHandlers.register(handlers);
        VmMakingHandlers.register(handlers);
        NetworkHandlers.register(handlers);
        AddressHandlers.register(handlers);
        CatalogueHandlers.register(handlers);
        DiskHandlers.register(handlers);
        CheckpointHandlers.register(handlers);
        VmmHandlers.register(handlers);
        ReplicationHandlers.register(handlers);
        FailoverHandlers.register(handlers);
    }

    /**
     * Makes a world without hosts.
     *
     * @param folder takes all its files; empty
     * @param time its clock
     */
    public static SimulatedWorld in(Path folder, Timekeeper time) {
        return new SimulatedWorld(folder, time);
    }

    public Timekeeper time() {
        return time;
    }

    /** Adds a host with the folders {@code D:\VMs}, {@code D:\Replica} and {@code D:\sdr\catalogue}. */
    public SimulatedHost newHost(String site, String name) {
        SimulatedHost host = new SimulatedHost(this, site, name, folder.resolve(name));
        for (String each : List.of("D:\\VMs", "D:\\Replica", "D:\\sdr\\catalogue", "D:\\sdr\\replica")) {
            makeFolder(host.real(each));
        }
        hosts.put(name, host);
        return host;
    }

    /** Joins hosts of a site to a cluster; {@code C:\ClusterStorage\} is the same folder on all of them then. */
    public SimulatedCluster newCluster(String name, String domain, String broker, SimulatedHost... nodes) {
        SimulatedCluster cluster = new SimulatedCluster(name, domain, broker);
        Path shared = folder.resolve(name);
        for (SimulatedHost node : nodes) {
            cluster.nodes.add(node);
            node.cluster = java.util.Optional.of(cluster);
            node.shareStorage(shared);
            node.settings().modules.put("FailoverClusters", "2.0.0.0");
            node.settings().services.put("ClusSvc", "Running");
        }
        makeFolder(shared.resolve("Volume1").resolve("sdr").resolve("catalogue"));
        return cluster;
    }

    private static void makeFolder(Path path) {
        try {
            Files.createDirectories(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public SimulatedHost host(String name) {
        SimulatedHost host = hosts.get(name);
        if (host == null) {
            throw new IllegalArgumentException("no host " + name);
        }
        return host;
    }

    public List<SimulatedHost> hosts() {
        return List.copyOf(hosts.values());
    }

    /** All VMs of all hosts. */
    public List<SimulatedVm> vms() {
        return hosts.values().stream().flatMap(host -> host.vms().stream()).toList();
    }

    /** The way to a host. */
    public PowerShellTransport transport(String host) {
        return new SimulationTransport(host(host));
    }

    /** Adds handlers of scripts, or replaces them. */
    public void handle(String script, Handler handler) {
        handlers.put(script, handler);
    }

    /**
     * Lets a test act before each script: move a VM, take a host down, change a disk.
     *
     * @param value hears the script's name and the host; replaces the one before
     */
    public synchronized void beforeScript(BiConsumer<String, SimulatedHost> value) {
        watcher = value;
    }

    /** What the handlers read and answered. */
    public ScriptContracts contracts() {
        return contracts;
    }

    /** The scripts that were run, as {@code vm-start hv-e1.example.net}. */
    public synchronized List<String> log() {
        return List.copyOf(log);
    }

    /** Counts the changes that passed their guards. */
    public synchronized long changes() {
        return changes;
    }

    /** Fails if somebody did what nobody must do: wrote to the disk of a running VM, or to one that Hyper-V Replica carries. */
    public synchronized void check() {
        for (SimulatedVm vm : vms()) {
            if (vm.power.holdsDisks()) {
                vm.drives.stream()
                        .filter(drive -> drive.diskNumber().isEmpty())
                        .forEach(drive -> diskUse.check(vm.host, drive.path(), "the disk of running VM " + vm.name));
            }
            vm.replica.look();
        }
        if (!violations.isEmpty()) {
            throw new AssertionError(String.join("\n", violations));
        }
    }

    /** A disk's file was opened through a share of its host. */
    public synchronized void touchedDisk(String what) {
        touches.add(what);
    }

    /** Which disks' files were opened past the hosts: where Hyper-V Replica carries the data, none may be. */
    public synchronized List<String> touchedDisks() {
        return List.copyOf(touches);
    }

    /** What {@link #check} would fail for, as far as it was noticed. Takes it off the list. */
    public synchronized List<String> takeViolations() {
        List<String> taken = List.copyOf(violations);
        violations.clear();
        return taken;
    }

    void violated(String what) {
        violations.add(what);
    }

    void acts() {
        if (changesLeft == 0) {
            throw HostError.refuse("STOPPED", "the script was ended before a change");
        }
        changesLeft--;
        changes++;
    }

    /** A script has come to a place at which a test may end it. */
    void passes(String place) {
        if (place.equals(stopAt)) {
            throw HostError.refuse("STOPPED", "the script was ended at " + place);
        }
    }

    /** Ends scripts at a place; an empty text for nowhere. */
    public synchronized void stopAt(String place) {
        stopAt = place;
    }

    /** Ends scripts before a change, after so many others; {@link Long#MAX_VALUE} for never. */
    public synchronized void stopAfterChanges(long count) {
        changesLeft = count;
    }

    DiskUse diskUse() {
        return diskUse;
    }

    ReplicaNetwork replicaNetwork() {
        return replicaNetwork;
    }

    /** Cuts the line between the hosts that Hyper-V Replica uses, or mends it. */
    public synchronized void cutReplicaLine(boolean cut) {
        replicaNetwork.cut(cut);
    }

    /** Nothing that Hyper-V Replica sends arrives, though both sides reach each other; or it does again. */
    public synchronized void stallReplication(boolean stalls) {
        replicaNetwork.stall(stalls);
    }

    /** How fast first copies and comparisons of Hyper-V Replica are, in bytes a second. */
    public synchronized void setReplicaCopySpeed(long bytesPerSecond) {
        replicaNetwork.copyBytesPerSecond(bytesPerSecond);
    }

    /** A new GUID; the same world makes the same ones. */
    String newId() {
        return new UUID((random.nextLong() & ~0xF000L) | 0x4000L, (random.nextLong() & ~(3L << 62)) | (2L << 62))
                .toString();
    }

    String nameOf(String text) {
        String name = scripts.get(text);
        if (name == null) {
            throw new AssertionError("no script of the catalogue: " + text);
        }
        return name;
    }

    ObjectNode run(String script, JsonNode arguments, SimulatedHost host) {
        Handler handler = handlers.get(script);
        if (handler == null) {
            throw new AssertionError("the simulation has no handler for " + script);
        }
        log.add(script + " " + host.name());
        watcher.accept(script, host);
        ObjectNode data = handler.answer(new Asked(arguments, name -> contracts.read(script, name)), host);
        contracts.answered(script, data);
        return data;
    }

    /** Ends replication. */
    @Override
    public synchronized void close() {
        replicaNetwork.close();
    }
}
