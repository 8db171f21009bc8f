package io.sdr.hyperv.simulation;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A simulated Hyper-V host. Its drives {@code C:}, {@code D:} … are folders of the real file system. */
public final class SimulatedHost {
    private final SimulatedWorld world;
    private final String name;
    private final String site;
    private final WindowsFiles files;
    private final DiskStore disks;
    private final Checkpoints checkpoints;
    private final HostSettings settings = new HostSettings();
    private final Map<String, Remembered> remembered = new HashMap<>();
    final Map<String, SimulatedVm> vms = new TreeMap<>();
    final List<SimulatedSwitch> switches = new ArrayList<>();
    Optional<SimulatedCluster> cluster = Optional.empty();
    Optional<SimulatedVmm> vmm = Optional.empty();
    private final HostLog log;
    private final List<String> lostVolumes = new ArrayList<>();
    private Duration skew = Duration.ZERO;
    private Instant bootTime;
    private boolean up = true;
    private boolean reachable = true;

    /** What change tracking knows of a disk that no VM has now, and how its file looked. */
    private record Remembered(Tracking tracking, String fingerprint) {}

    SimulatedHost(SimulatedWorld world, String site, String name, Path root) {
        this.world = world;
        this.site = site;
        this.name = name;
        this.files = new WindowsFiles(root);
        this.disks = new DiskStore(files);
        this.checkpoints = new Checkpoints();
        this.bootTime = world.time().now();
        this.log = new HostLog(bootTime);
    }

    /** A volume of the host is lost, or back: Hyper-V does not reach the files of VMs there. */
    public void loseVolume(String path, boolean lost) {
        if (lost) {
            lostVolumes.add(path.toUpperCase(Locale.ROOT));
        } else {
            lostVolumes.remove(path.toUpperCase(Locale.ROOT));
        }
    }

    boolean isLost(String path) {
        return lostVolumes.stream().anyMatch(path.toUpperCase(Locale.ROOT)::startsWith);
    }

    /** Its log of starts and ends of VMs. */
    public HostLog log() {
        return log;
    }

    public SimulatedWorld world() {
        return world;
    }

    /** Its full DNS name. */
    public String name() {
        return name;
    }

    public String site() {
        return site;
    }

    /** What facts and replication settings it has. */
    public HostSettings settings() {
        return settings;
    }

    /** Its clock. */
    public Instant clock() {
        return world.time().now().plus(skew);
    }

    /** When it was started. */
    Instant bootTime() {
        return bootTime;
    }

    /** Sets its clock fast, or slow with a negative value. */
    public void setClockSkew(Duration value) {
        skew = value;
    }

    /** Whether anybody reaches it; it goes on if not. */
    public void setReachable(boolean value) {
        reachable = value;
    }

    boolean isUp() {
        return up;
    }

    /** Whether it answers: it is up and can be reached. */
    public boolean answers() {
        return up && reachable;
    }

    /** The power fails: every VM is off at once. */
    public void powerFails() {
        synchronized (world) {
            up = false;
            vms.values().forEach(vm -> vm.power.die());
        }
    }

    /** The power is back: VMs start as they are set. */
    public void powerReturns() {
        synchronized (world) {
            up = true;
            bootTime = clock();
            vms.values().stream()
                    .filter(vm -> vm.automaticStart.equals("Start") || vm.automaticStart.equals("StartIfRunning"))
                    .toList()
                    .forEach(vm -> {
                        try {
                            vm.power.start("Start-VM");
                        } catch (HostError stays) {
                            // What Hyper-V cannot start stays off; it tells the event log.
                        }
                    });
        }
    }

    /** The real file or folder of a path of this host. */
    public Path real(String path) {
        return files.real(path);
    }

    /** A disk's parent lies in another folder: it is told, and nobody here can open the disk. */
    public void setParent(String path, String parent) {
        disks.setParent(path, parent);
    }

    /** Hyper-V forgot its jobs, as it does some minutes after their end. */
    public void forgetJobs() {
        checkpoints.forgetJobs();
    }

    void shareStorage(Path folder) {
        files.share(folder);
    }

    DiskStore disks() {
        return disks;
    }

    DiskUse diskUse() {
        return world.diskUse();
    }

    Checkpoints checkpoints() {
        return checkpoints;
    }

    /** Makes a VM, off, without disks and adapters. */
    public SimulatedVm newVm(String vmName) {
        synchronized (world) {
            SimulatedVm vm = new SimulatedVm(this, world.newId(), vmName);
            vm.folder = settings.vmFolder + "\\" + vmName;
            vms.put(vm.id, vm);
            return vm;
        }
    }

    /** An administrator deletes a VM that is off, with the files of its disks. */
    public void delete(SimulatedVm vm) {
        synchronized (world) {
            vms.remove(vm.id);
            vm.drives.stream()
                    .flatMap(drive -> disks().chain(drive.path()).stream())
                    .forEach(path -> {
                        diskUse().release(this, path);
                        disks().delete(path);
                    });
        }
    }

    /** Adds a switch to the outside. */
    public SimulatedSwitch newSwitch(String switchName) {
        SimulatedSwitch made = new SimulatedSwitch(world.newId(), switchName, "External", "");
        switches.add(made);
        return made;
    }

    public List<SimulatedSwitch> switches() {
        return List.copyOf(switches);
    }

    public List<SimulatedVm> vms() {
        return List.copyOf(vms.values());
    }

    public Optional<SimulatedVm> find(String id) {
        return Optional.ofNullable(vms.get(id.toLowerCase(Locale.ROOT)));
    }

    /** The VM of a name; fails if there is not exactly one. */
    public SimulatedVm vm(String vmName) {
        List<SimulatedVm> found =
                vms.values().stream().filter(vm -> vm.name.equals(vmName)).toList();
        if (found.size() != 1) {
            throw new IllegalArgumentException(found.size() + " VMs " + vmName + " on " + name);
        }
        return found.get(0);
    }

    /** The change tracking of a disk's file that is attached: Hyper-V keeps it in a file beside it. */
    Tracking trackingOf(String path) {
        Remembered before = remembered.remove(path.toLowerCase(Locale.ROOT));
        if (before != null && before.fingerprint().equals(DiskUse.fingerprint(real(path)))) {
            return before.tracking();
        }
        return new Tracking();
    }

    /** A drive is taken out of its VM. */
    void detached(SimulatedDrive drive) {
        if (drive.diskNumber().isEmpty() && disks.exists(drive.path())) {
            remembered.put(
                    drive.path().toLowerCase(Locale.ROOT),
                    new Remembered(drive.tracking, DiskUse.fingerprint(real(drive.path()))));
        }
    }

    /** How the file of a VM that is off looked when it went off: what is changed then was not tracked. */
    void remember(String path) {
        // Only for disks of VMs that are off: their tracking must not outlive a change by somebody else.
        vms.values().stream()
                .flatMap(vm -> vm.drives.stream())
                .filter(drive -> drive.path().equalsIgnoreCase(path))
                .forEach(drive -> drive.seen(DiskUse.fingerprint(real(path))));
    }
}
