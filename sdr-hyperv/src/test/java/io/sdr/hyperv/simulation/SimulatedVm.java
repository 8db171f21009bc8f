package io.sdr.hyperv.simulation;

import io.sdr.api.spi.VirtualDisk;
import io.sdr.testkit.Workload;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** A VM of a simulated host. What tests set here an administrator or the guest would do. */
public final class SimulatedVm {
    /** Names of Hyper-V's enumeration {@code VMState}. */
    public enum Power {
        Off,
        Running,
        Stopping,
        Saved,
        Paused,
        /** Off, and its storage cannot be reached. */
        OffCritical
    }

    /** Two kinds of entries of a host's log. */
    enum Edge {
        START,
        END
    }

    private static final String VERSION = "9.0";

    final String id;
    final List<SimulatedDrive> drives = new ArrayList<>();
    final List<SimulatedAdapter> adapters = new ArrayList<>();
    final List<SimulatedSnapshot> snapshots = new ArrayList<>();
    final List<ReferencePoint> references = new ArrayList<>();
    final VmPower power = new VmPower(this);
    final ReplicaEnd replica = new ReplicaEnd(this);
    SimulatedHost host;
    String name;
    String notes = "";
    String automaticStart = "StartIfRunning";
    long automaticStartDelay;
    String version = VERSION;
    String checkpointType = "Production";
    int generation = 2;
    long processors = 1;
    long memoryBytes = 1L << 30;
    boolean dynamicMemory;
    /** Hyper-V has bounds of every VM, used or not. */
    long minimumMemory = 512L << 20;

    long maximumMemory = 1L << 40;
    boolean secureBoot = true;
    boolean shielded;
    boolean tpm;
    String secureBootTemplate = "MicrosoftWindows";
    String folder = "";
    String firstBoot = "";
    final Instant created;
    /** Of which replica it is the test VM. */
    Optional<String> testOf = Optional.empty();
    /** SCSI controllers. */
    int controllers = 1;
    /** Places of its DVD drives, such as {@code IDE 1 0}. */
    final List<String> dvds = new ArrayList<>();

    Optional<SimulatedCluster> cluster = Optional.empty();
    long clusterPriority = 2000;
    /** Integration services that are off, such as VSS. */
    final java.util.Set<String> disabledServices = new java.util.HashSet<>();
    /** Whether its integration services offer a shutdown. */
    boolean offersShutdown = true;

    private Optional<Workload> guest = Optional.empty();

    SimulatedVm(SimulatedHost host, String id, String name) {
        this.host = host;
        this.id = id;
        this.name = name;
        this.created = host.clock();
    }

    public String id() {
        return id;
    }

    public String name() {
        return name;
    }

    /** Where it is now. */
    public SimulatedHost host() {
        return host;
    }

    public String notes() {
        return notes;
    }

    public String automaticStart() {
        return automaticStart;
    }

    public Power state() {
        return power.state();
    }

    public boolean runs() {
        return state() == Power.Running;
    }

    /** Name of Hyper-V's {@code VMReplicationMode}. */
    public String replicationMode() {
        return replica.mode().name();
    }

    /** Name of Hyper-V's {@code VMReplicationState}. */
    public String replicationState() {
        return replica.state().name();
    }

    public List<SimulatedDrive> drives() {
        return List.copyOf(drives);
    }

    public List<SimulatedAdapter> adapters() {
        return List.copyOf(adapters);
    }

    /** Adds an adapter that is connected to a switch. */
    public SimulatedAdapter addAdapter(String adapterName, SimulatedSwitch network) {
        SimulatedAdapter adapter = newAdapter(adapterName);
        adapter.connect(Optional.of(network), OptionalInt.empty());
        return adapter;
    }

    private SimulatedAdapter newAdapter(String adapterName) {
        SimulatedAdapter added = new SimulatedAdapter(host.world().newId(), adapterName);
        adapters.add(added);
        return added;
    }

    /** The adapter of a name; added, disconnected, if it has none. */
    public SimulatedAdapter giveAdapter(String adapterName) {
        return Adapters.find(this, adapterName).orElseGet(() -> newAdapter(adapterName));
    }

    /** Takes away the adapters of other names. */
    public void keepAdapters(List<String> names) {
        adapters.removeIf(adapter -> !names.contains(adapter.name));
    }

    /** Adds an empty disk at the next place of the first SCSI controller. */
    public SimulatedDrive addDisk(String path, long sizeBytes) {
        synchronized (host.world()) {
            host.disks().create(path, sizeBytes, 0, 0);
            return attach("SCSI", 0, drives.size(), path);
        }
    }

    public SimulatedDrive attach(String type, int number, int location, String path) {
        SimulatedDrive drive =
                new SimulatedDrive(type, number, location, path, host.world().newId(), host.trackingOf(path));
        drives.add(drive);
        return drive;
    }

    /** A disk as the guest sees it: it may be used while the VM runs, whatever files lie below it. */
    public VirtualDisk guestDisk(int number) {
        return new GuestDisk(this, drives.get(number));
    }

    public void setNotes(String value) {
        notes = value;
    }

    public void setGeneration(int value) {
        generation = value;
    }

    public void setSize(long newProcessors, long newMemoryBytes) {
        processors = newProcessors;
        memoryBytes = newMemoryBytes;
    }

    public void setSecureBoot(boolean value) {
        secureBoot = value;
    }

    public void setAutomaticStart(String action) {
        setAutomaticStart(action, automaticStartDelay);
    }

    public void setAutomaticStart(String action, long delay) {
        if (!List.of("Nothing", "StartIfRunning", "Start").contains(action)) {
            throw HostError.shell("CannotConvertArgumentNoMessage", "InvalidArgument", action);
        }
        automaticStart = action;
        automaticStartDelay = delay;
    }

    /** How its host and its cluster start it, such as {@code Start 30 3000}. */
    public String boots() {
        return automaticStart + " " + automaticStartDelay + " " + clusterPriority;
    }

    public void setClusterPriority(long value) {
        clusterPriority = value;
    }

    public void setVersion(String value) {
        version = value;
    }

    public void setCheckpointType(String value) {
        checkpointType = value;
    }

    public void setShielded(boolean value) {
        shielded = value;
    }

    public void setTpm(boolean value) {
        tpm = value;
    }

    public void setSecureBootTemplate(String value) {
        secureBootTemplate = value;
    }

    public void setDynamicMemory(long minimumBytes, long maximumBytes) {
        dynamicMemory = true;
        minimumMemory = minimumBytes;
        maximumMemory = maximumBytes;
    }

    public void setOffersShutdown(boolean value) {
        offersShutdown = value;
    }

    /** Turns an integration service off: {@code VSS}, {@code Heartbeat}, {@code KVP}. */
    public void disableService(String service) {
        disabledServices.add(service);
    }

    /** How long the guest takes to shut down. */
    public void setShutdownTakes(Duration value) {
        power.shutdownTakes = value;
    }

    /** The guest is asked to shut down and does not. */
    public void setIgnoresShutdown(boolean value) {
        power.ignoresShutdown = value;
    }

    /** Whether the guest's heartbeat is heard while it runs. */
    public void setHeartbeat(boolean value) {
        power.heartbeat = value;
    }

    /** Lets something write in the guest: it is asked before application-consistent checkpoints and when it is shut down. */
    public void run(Workload workload) {
        guest = Optional.of(workload);
    }

    Optional<Workload> guest() {
        return guest;
    }

    /** Starts it, as an administrator would: no lock of this library stops him. */
    public void start() {
        synchronized (host.world()) {
            power.start("Start-VM");
        }
    }

    public void turnOff() {
        synchronized (host.world()) {
            power.turnOff();
        }
    }

    /** The host's log is emptied: nobody knows any more when it started and ended. */
    public void forgetLog() {
        host.log().empty();
    }

    /** Saves it: its memory goes to a file. */
    public void save() {
        synchronized (host.world()) {
            power.save();
        }
    }

    /** A user's checkpoint. */
    public void checkpoint(String checkpointName) {
        synchronized (host.world()) {
            host.checkpoints().freeze(this, checkpointName, SimulatedSnapshot.Type.Standard, false);
        }
    }

    /** A backup product freezes it, as this library does; gives what ends the backup. */
    public Runnable backUp() {
        synchronized (host.world()) {
            SimulatedSnapshot made =
                    host.checkpoints().freeze(this, name + " - other", SimulatedSnapshot.Type.Recovery, false);
            return () -> {
                synchronized (host.world()) {
                    if (!snapshots.contains(made)) {
                        throw new AssertionError("somebody took the snapshot of a backup away");
                    }
                    host.checkpoints().drop(this, made);
                }
            };
        }
    }

    /** A backup product made a mark for its own change tracking. */
    public void markForBackup() {
        synchronized (host.world()) {
            SimulatedSnapshot made =
                    host.checkpoints().freeze(this, name + " - other", SimulatedSnapshot.Type.Recovery, false);
            ReferencePoint unused = host.checkpoints().convert(this, made);
        }
    }

    /** What change tracking knew is lost, as after a crash of the host; a primary of Hyper-V Replica asks to be compared then. */
    public void loseTracking() {
        drives.forEach(drive -> drive.tracking.lose());
        if (replica.mode() == ReplicaEnd.Mode.Primary && replica.is(ReplicaEnd.State.Replicating)) {
            replica.become(ReplicaEnd.State.WaitingForStartResynchronize);
        }
    }

    /** Enlarges a disk of the VM, which is off, as Hyper-V's manager does. */
    public void growDisk(SimulatedDrive drive, long sizeBytes) {
        host.disks().grow(drive.path(), sizeBytes);
        if (replica.mode() != ReplicaEnd.Mode.None) {
            replica.watch();
        }
    }

    /** Takes all disks away from a VM that is off. */
    public void detachAll() {
        drives.clear();
    }

    Instant now() {
        return host.world().time().now();
    }
}
