package io.sdr.testkit;

import io.sdr.api.InvalidRequestException;
import io.sdr.api.ItemId;
import io.sdr.api.OperationFailedException;
import io.sdr.api.Problem;
import io.sdr.api.SiteId;
import io.sdr.api.Timekeeper;
import io.sdr.api.VmId;
import io.sdr.api.spi.Access;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.SiteCapabilities;
import io.sdr.api.spi.StorageFile;
import io.sdr.api.spi.StorageFolder;
import io.sdr.api.spi.VirtualDisk;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the parts of a simulated site share. Its own lock guards VMs and attached disks and is taken before a disk's lock; a guest
 * that writes takes its disk's lock only.
 */
final class SiteState {
    /** Where a disk file lies. */
    record Place(StorageFolder folder, String file) {}

    static final String VMS = "vms";
    static final String REPLICAS = "replicas";
    static final String CHECKPOINTS = "checkpoints";

    private static final String SITE = "site";
    private static final String VM = "vm";
    private static final String IMPORTING = "importing";

    final SiteId id;
    final StorageFolder root;
    final Timekeeper time;
    final Faults faults;
    final Formats formats;
    final List<String> clouds;
    final EpochStore epochs;
    final Checkpoints checkpoints;
    final SiteNetworks networks;
    final boolean tellsOffSince;
    private final SortedMap<String, VmRecord> vms = new TreeMap<>();
    private final Map<String, TrackedDisk> disks = new HashMap<>();
    private final Map<VmId, Workload> workloads = new HashMap<>();
    private final Set<String> openForWriting = new HashSet<>();
    private Duration skew = Duration.ZERO;

    SiteState(SiteOptions options, StorageFolder root) {
        this.id = options.id();
        this.root = root;
        this.time = options.time();
        this.faults = new Faults(id, time, options.process());
        this.formats = new Formats(options.format());
        this.clouds = options.clouds();
        requireSameSite();
        this.epochs = new EpochStore(root.child("catalogue"));
        this.checkpoints = new Checkpoints(root.child(CHECKPOINTS), id);
        this.networks = new SiteNetworks(this, options.networks());
        this.tellsOffSince = !options.without().contains(SiteCapabilities.Flag.OFF_SINCE);
        for (String vm : root.child(VMS).children()) {
            loadVm(new VmId(vm));
        }
    }

    /** One folder is one site: two sites on the same files would overwrite each other's disks. */
    private void requireSameSite() {
        StateDocument document = new StateDocument(root, SITE);
        Optional<String> owner = document.read().map(text -> Fields.parse(text).get("id"));
        if (owner.isEmpty()) {
            document.write(new Fields().put("id", id).put("nextVm", 1).text());
        } else if (!owner.get().equals(id.value())) {
            throw invalid(
                    "OTHER_SITE",
                    "open site " + id + " on " + root.describe(),
                    "that folder is site " + owner.get(),
                    "give each site a folder of its own");
        }
    }

    private void loadVm(VmId vm) {
        StorageFolder folder = folder(vm);
        Optional<String> text = new StateDocument(folder, VM).read();
        text.ifPresent(present -> vms.put(vm.value(), VmRecord.parse(id, vm, present)));
        if (text.isEmpty() && folder.find(IMPORTING).isPresent()) {
            discard(vm);
        } else if (text.isEmpty()) {
            root.child(VMS).deleteChild(vm.value()); // unless disks lie in it that outlived their VM
        } else {
            folder.delete(IMPORTING);
        }
    }

    // ---- clock and rules

    Instant clock() {
        return time.now().plus(skew);
    }

    void skew(Duration value) {
        skew = value;
    }

    /** Refuses a change of an engine that is out of date or too late. */
    void guard(CallContext context) {
        long highest = epochs.highest(context.item());
        if (context.epoch() < highest) {
            throw refused(
                    "STALE_EPOCH",
                    "act for item " + context.item() + " under epoch " + context.epoch(),
                    "the site knows epoch " + highest,
                    "read the item again");
        }
        inTime(context);
    }

    void inTime(CallContext context) {
        if (clock().isAfter(context.notAfter())) {
            throw refused(
                    "TOO_LATE",
                    "act for item " + context.item(),
                    "it is " + clock() + " here, the call was good until " + context.notAfter(),
                    "look at the site, then call again");
        }
    }

    static OperationFailedException refused(String code, String attempted, String why, String remedy) {
        return new OperationFailedException(Problem.of(code)
                .attempted(attempted)
                .state(why + "; nothing was changed")
                .remedy(remedy));
    }

    static InvalidRequestException invalid(String code, String attempted, String why, String remedy) {
        return new InvalidRequestException(Problem.of(code)
                .attempted(attempted)
                .state(why + "; nothing was changed")
                .remedy(remedy));
    }

    // ---- VMs

    synchronized Collection<VmRecord> all() {
        return List.copyOf(vms.values());
    }

    synchronized Optional<VmRecord> find(VmId vm) {
        return Optional.ofNullable(vms.get(vm.value())).map(this::settled);
    }

    synchronized VmRecord require(VmId vm) {
        return find(vm).orElseThrow(() ->
                invalid("UNKNOWN_VM", "find VM " + vm + " at site " + id, "there is none", "name an existing VM"));
    }

    /** A guest that was asked to shut down does so when its time has come. */
    private VmRecord settled(VmRecord vm) {
        if (vm.running && vm.offAt.isPresent() && !time.now().isBefore(vm.offAt.get())) {
            Optional<Workload> guest = Optional.ofNullable(workloads.get(vm.id));
            try {
                guest.ifPresent(Workload::shutDown);
                return switchOff(vm, true, vm.offAt.get().plus(skew));
            } finally {
                guest.ifPresent(Workload::thaw);
            }
        }
        return vm;
    }

    VmRecord switchOff(VmRecord vm, boolean cleanly) {
        return switchOff(vm, cleanly, clock());
    }

    private VmRecord switchOff(VmRecord vm, boolean cleanly, Instant since) {
        vm.disks.forEach(disk -> disk(disk).powerOff());
        VmRecord off = vm.copy();
        off.running = false;
        off.cleanlyOff = cleanly;
        off.offAt = Optional.empty();
        off.offSince = Optional.of(since);
        off.heldAtBoot = false;
        return store(off);
    }

    /** Keeps a VM as it is now. Durable on return. */
    synchronized VmRecord store(VmRecord vm) {
        new StateDocument(folder(vm.id), VM).write(vm.text());
        vms.put(vm.id.value(), vm);
        return vm;
    }

    /** Takes an id that was never used and a folder for its disks, which vanishes unless {@link #imported} is called. */
    synchronized VmId newVm() {
        StateDocument document = new StateDocument(root, SITE);
        long next = Fields.parse(document.read().orElseThrow()).number("nextVm");
        document.write(new Fields().put("id", id).put("nextVm", next + 1).text());
        VmId vm = new VmId(String.format("vm-%06d", next));
        StorageFolder folder = folder(vm);
        try (StorageFile marker = folder.create(IMPORTING)) {
            marker.force();
        }
        folder.force();
        return vm;
    }

    synchronized VmRecord imported(VmRecord vm) {
        VmRecord stored = store(vm);
        folder(vm.id).delete(IMPORTING);
        folder(vm.id).force();
        return stored;
    }

    /** Deletes a VM that did not come to be, with its disks; the marker goes last. */
    void discard(VmId vm) {
        StorageFolder folder = folder(vm);
        for (StorageFolder.Entry file : folder.list()) {
            if (!file.name().equals(IMPORTING)) {
                folder.delete(file.name());
            }
        }
        folder.force();
        folder.delete(IMPORTING);
        folder.force();
        root.child(VMS).deleteChild(vm.value());
    }

    /** Deletes a VM; disk files stay. */
    synchronized void delete(VmRecord vm) {
        vm.disks.forEach(disk -> detached(disk.locator()));
        new StateDocument(folder(vm.id), VM).delete();
        vms.remove(vm.id.value());
        workloads.remove(vm.id);
        root.child(VMS).deleteChild(vm.id.value());
    }

    StorageFolder folder(VmId vm) {
        return root.child(VMS).child(vm.value());
    }

    synchronized void workload(VmId vm, Optional<Workload> workload) {
        workload.ifPresentOrElse(present -> workloads.put(vm, present), () -> workloads.remove(vm));
    }

    synchronized Optional<Workload> workload(VmId vm) {
        return Optional.ofNullable(workloads.get(vm));
    }

    /** Checks a cloud; none asked for gives the first one, where there are any. */
    Optional<String> cloudFor(Optional<String> wanted) {
        if (wanted.isPresent() && !clouds.contains(wanted.get())) {
            throw invalid(
                    "UNKNOWN_CLOUD",
                    "use cloud '" + wanted.get() + "' of site " + id,
                    "it has the clouds " + clouds,
                    "name one of these");
        }
        return wanted.isPresent() ? wanted : clouds.stream().findFirst();
    }

    // ---- disks

    StorageFolder replicaFolder(ItemId item) {
        return root.child(REPLICAS).child(item.value());
    }

    Place place(DiskRef disk) {
        String[] parts = disk.locator().split("/", -1);
        if (!disk.site().equals(id)
                || parts.length != 3
                || !(parts[0].equals(VMS) || parts[0].equals(REPLICAS))
                || parts[1].isEmpty()
                || parts[2].isEmpty()) {
            throw invalid(
                    "UNKNOWN_DISK",
                    "find disk " + disk.locator() + " of site " + disk.site(),
                    "it is not a disk of site " + id,
                    "use a disk reference that this site gave");
        }
        return new Place(root.child(parts[0]).child(parts[1]), parts[2]);
    }

    /** Finds the VM that a disk file is attached to. */
    synchronized Optional<VmRecord> owner(String locator) {
        return attachedTo(locator).map(this::settled);
    }

    private Optional<VmRecord> attachedTo(String locator) {
        return vms.values().stream()
                .filter(vm -> vm.disks.stream().anyMatch(disk -> disk.locator().equals(locator)))
                .findFirst();
    }

    /** Gives the one object through which an attached disk is used. */
    synchronized TrackedDisk disk(DiskRef ref) {
        return disks.computeIfAbsent(ref.locator(), locator -> {
            Place place = place(ref);
            long sizeBytes = attachedTo(locator).stream()
                    .flatMap(vm -> vm.disks.stream())
                    .filter(each -> each.locator().equals(locator))
                    .findFirst()
                    .orElse(ref) // a checkpoint may know it from before it grew
                    .sizeBytes();
            ChangeTracking tracking = ChangeTracking.open(trackingFolder(locator), checkpoints.moments(locator));
            TrackedDisk disk = new TrackedDisk(
                    place.folder(), place.file(), formats.named(ref.format()), sizeBytes, tracking, checkpoints);
            for (Checkpoints.Held held : checkpoints.list()) {
                List<DiskRef> frozen = held.checkpoint().disks();
                for (int i = 0; held.frozen() && i < frozen.size(); i++) {
                    if (frozen.get(i).locator().equals(locator)) {
                        String checkpoint = held.checkpoint().id();
                        disk.freeze(checkpoint, checkpoints.preimages(checkpoint, frozen.get(i), i));
                    }
                }
            }
            if (attachedTo(locator).map(vm -> vm.running).orElse(false)) {
                disk.powerOn();
            }
            return disk;
        });
    }

    private StorageFolder trackingFolder(String locator) {
        String name = locator.replace('/', '~');
        return root.child("tracking")
                .child(
                        name.length() <= 200
                                ? name
                                : name.substring(0, 190) + "~" + Integer.toHexString(name.hashCode()));
    }

    /** From now on somebody else may write a disk: what was known of its changes and its frozen states is given up. */
    synchronized void detached(String locator) {
        owner(locator)
                .flatMap(vm -> vm.disks.stream()
                        .filter(disk -> disk.locator().equals(locator))
                        .findFirst())
                .ifPresent(ref -> {
                    TrackedDisk disk = disk(ref);
                    for (Checkpoints.Held held : checkpoints.list()) {
                        if (held.frozen() && held.moment(locator).isPresent()) {
                            release(held, false);
                        }
                    }
                    disk.tracking().lose("the disk was detached or written without its VM");
                    disk.abandon();
                    disks.remove(locator);
                    if (checkpoints.moments(locator).isEmpty()) {
                        StorageFolder folder = trackingFolder(locator);
                        folder.list().forEach(file -> folder.delete(file.name()));
                    }
                });
    }

    /** Enlarges a disk of a VM that is off; what is known of its changes stays. */
    synchronized DiskRef grow(DiskRef ref, long sizeBytes) {
        boolean frozen = checkpoints.list().stream()
                .anyMatch(held -> held.frozen() && held.moment(ref.locator()).isPresent());
        if (frozen) {
            throw new IllegalStateException("a checkpoint of disk " + ref.locator() + " exists");
        }
        TrackedDisk disk = disks.remove(ref.locator());
        if (disk != null) {
            disk.abandon();
        }
        Place place = place(ref);
        try {
            formats.named(ref.format()).grow(place.folder(), place.file(), sizeBytes);
        } catch (OperationFailedException e) {
            throw new IllegalStateException(e);
        }
        return new DiskRef(ref.site(), ref.disk(), ref.locator(), ref.format(), sizeBytes);
    }

    /** Ends a checkpoint. Nobody reads it. */
    synchronized void release(Checkpoints.Held held, boolean keepMark) {
        String checkpoint = held.checkpoint().id();
        if (keepMark) {
            checkpoints.put(held.asMark());
        } else {
            checkpoints.delete(checkpoint);
        }
        for (DiskRef ref : held.checkpoint().disks()) {
            if (owner(ref.locator()).isPresent()) {
                TrackedDisk disk = disk(ref);
                synchronized (disk) {
                    disk.thaw(checkpoint);
                    disk.tracking().keepOnly(checkpoints.moments(ref.locator()));
                }
            }
        }
        checkpoints.clear(checkpoint);
    }

    /** Somebody writes the disk of a VM that is off: it stays attached, but nothing is known of it any more. */
    synchronized void writtenOffline(String locator) {
        detached(locator);
    }

    synchronized boolean isRead(String locator) {
        TrackedDisk disk = disks.get(locator);
        return disk != null && disk.isRead();
    }

    synchronized boolean isOpenForWriting(String locator) {
        return openForWriting.contains(locator);
    }

    synchronized void openedForWriting(String locator) {
        openForWriting.add(locator);
    }

    synchronized void closedForWriting(String locator) {
        openForWriting.remove(locator);
    }

    /** Takes away what is left of a checkpoint that was given up because it could not be kept. */
    synchronized void sweep(String checkpoint) {
        if (disks.values().stream().noneMatch(disk -> disk.isRead(checkpoint))) {
            disks.values().forEach(disk -> disk.thaw(checkpoint));
            checkpoints.clear(checkpoint);
        }
    }

    /** Opens a disk that no running VM has. */
    VirtualDisk openOffline(DiskRef ref, Access access) {
        Place place = place(ref);
        return formats.named(ref.format()).open(place.folder(), place.file(), access);
    }

    /** Flushes what guests wrote and closes all files. */
    synchronized void close() {
        for (VmRecord vm : vms.values()) {
            for (DiskRef ref : vm.disks) {
                TrackedDisk disk = disks.get(ref.locator());
                if (disk != null) {
                    disk.powerOff();
                }
            }
        }
        disks.values().forEach(TrackedDisk::abandon);
        disks.clear();
    }
}
