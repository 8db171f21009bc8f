package io.sdr.core.fault;

import io.sdr.api.DiskId;
import io.sdr.api.InvalidRequestException;
import io.sdr.api.ItemId;
import io.sdr.api.JobId;
import io.sdr.api.ReplicatedItem;
import io.sdr.api.Side;
import io.sdr.api.SiteRecovery;
import io.sdr.api.VmId;
import io.sdr.api.spi.StorageFolder;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.api.spi.VmObservation;
import io.sdr.core.engine.StoreObserver;
import io.sdr.core.engine.TestEngines;
import io.sdr.core.store.SqliteStore;
import io.sdr.testkit.Faults;
import io.sdr.testkit.InMemorySite;
import io.sdr.testkit.MemoryFolder;
import io.sdr.testkit.SimulatedSite;
import io.sdr.testkit.SiteOptions;
import io.sdr.testkit.VirtualTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Two simulated sites in memory, the real engine over a real store, a guest and what it knows. It can be frozen and thawed, so that
 * an operation is run many times from the same beginning, and it watches at every call of a provider what must hold always.
 */
final class FaultWorld implements AutoCloseable {
    static final String VM = "sql-01";
    static final String AFTERWARDS = "afterwards";
    /** Between the wish to cancel a job and the first step that is undone. */
    private static final String CANCEL = "cancel";

    /** Odd sizes: neither multiples of a block nor of a sector. */
    private static final List<Long> SIZES = List.of(150_001L, 70_000L);

    private static final Map<Side, String> NAMES = Map.of(Side.PRIMARY, "east", Side.RECOVERY, "west");
    private static final int GUEST_BLOCK = 4096;

    /** What may be called at first contact while two VMs run: looking, and what ends it. */
    private static final Set<String> CONTAINS = Set.of(
            "contact",
            "vms.observe",
            "vms.lockStart",
            "vms.turnOff",
            "catalogue.createIfAbsent",
            "catalogue.read",
            "catalogue.readHighest");

    /**
     * A call of a provider.
     *
     * @param step the job's step that was at work or undone; {@code request} before the job, {@code afterwards} after it
     * @param side the site
     * @param name the call's name
     * @param nth which one of its name since the operation began
     * @param kind what it may do
     * @param about what it is about
     */
    record Made(String step, Side side, String name, long nth, Faults.Kind kind, String about) {
        /** The call's name and, if it is about a file, that file's name without its folder. */
        String nameAndFile() {
            boolean file = kind == Faults.Kind.STORAGE_CHANGE || kind == Faults.Kind.STORAGE_READ;
            return file ? name + ":" + about.substring(about.lastIndexOf('/') + 1) : name;
        }

        @Override
        public String toString() {
            return step + ": " + name + "#" + nth + " at " + side + " (" + about + ")";
        }
    }

    /** A world at rest: everything durable, and what the guest knows. */
    static final class Frozen {
        private final Map<Side, MemoryFolder> roots = new EnumMap<>(Side.class);
        private final Path store;
        private final Instant now;
        private final int ids;
        private final int writes;
        private final List<byte[]> truth;
        private final Map<String, List<byte[]>> moments;

        private Frozen(FaultWorld world, Path store) {
            world.roots.forEach((side, root) -> roots.put(side, root.copy()));
            this.store = store;
            this.now = world.time.now();
            this.ids = world.ids;
            this.writes = world.writes;
            this.truth = world.remember();
            this.moments = new HashMap<>(world.moments);
        }

        FaultWorld thaw(Path folder) {
            return thaw(folder, Parts.REAL);
        }

        /** With parts that are not what they seem. */
        FaultWorld thaw(Path folder, Parts parts) {
            return new FaultWorld(this, folder, parts);
        }
    }

    final VirtualTime time;
    private final Map<Side, MemoryFolder> roots = new EnumMap<>(Side.class);
    private final Map<Side, InMemorySite> sites = new EnumMap<>(Side.class);
    private final Path store;
    private final Map<String, List<byte[]>> moments = new LinkedHashMap<>();
    private final List<Made> calls = new ArrayList<>();
    private final Map<String, Long> counts = new HashMap<>();
    private final List<String> violations = new ArrayList<>();
    private final SiteRecovery engine;
    private final Side activeAtFirst;

    private ItemId item = new ItemId("item-1");
    private int ids;
    private int writes;
    private List<byte[]> truth = new ArrayList<>();
    private boolean listing;
    private String step = "request";
    private boolean twoRunningAccepted;
    private boolean twoRan;
    private Optional<Side> mayRunWhileSilent = Optional.empty();
    private boolean noLossAllowed;
    private Optional<String> cancelAt = Optional.empty();
    private Runnable atCancel = () -> {};

    private FaultWorld(Path folder, VirtualTime time, Map<Side, MemoryFolder> roots, int ids, Parts parts) {
        this.time = time;
        this.roots.putAll(roots);
        this.store = folder;
        this.ids = ids;
        for (Side side : Side.values()) {
            InMemorySite site = InMemorySite.open(
                    SiteOptions.named(NAMES.get(side)).time(time), Objects.requireNonNull(roots.get(side)));
            sites.put(side, site);
            site.faults().watch(call -> watched(side, call));
        }
        this.engine = TestEngines.open(
                List.of(parts.sites().apply(site(Side.PRIMARY)), parts.sites().apply(site(Side.RECOVERY))),
                parts.driverFactory(),
                parts.operations(),
                parts.jobs(),
                SqliteStore.open(store),
                time,
                this::nextId,
                new Watch());
        this.activeAtFirst = active();
    }

    private String nextId() {
        return "job-" + ++ids;
    }

    private FaultWorld(Frozen frozen, Path folder, Parts parts) {
        this(folder, new VirtualTime(frozen.now), copies(frozen, folder), frozen.ids, parts);
        writes = frozen.writes;
        moments.putAll(frozen.moments);
        frozen.truth.forEach(disk -> truth.add(disk.clone()));
    }

    private static Map<Side, MemoryFolder> copies(Frozen frozen, Path folder) {
        Map<Side, MemoryFolder> copies = new EnumMap<>(Side.class);
        frozen.roots.forEach((side, root) -> copies.put(side, root.copy()));
        try (Stream<Path> files = Files.list(frozen.store)) {
            Files.createDirectories(folder);
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return copies;
    }

    /** A running VM at the primary side, with some data, and nothing protected. */
    static FaultWorld fresh(Path folder) {
        Map<Side, MemoryFolder> roots = new EnumMap<>(Side.class);
        for (Side side : Side.values()) {
            roots.put(side, new MemoryFolder(NAMES.get(side) + ":"));
        }
        FaultWorld world = new FaultWorld(folder, new VirtualTime(), roots, 0, Parts.REAL);
        VmId vm = world.site(Side.PRIMARY)
                .createVm(VM, SIZES.stream().mapToLong(Long::longValue).toArray())
                .id();
        world.site(Side.PRIMARY).powerOn(vm);
        SIZES.forEach(size -> world.truth.add(new byte[Math.toIntExact(size)]));
        world.writeAt(Side.PRIMARY, vm, 20);
        return world;
    }

    /** Ends this world in order and keeps what is durable. */
    Frozen freeze() {
        close();
        return new Frozen(this, store);
    }

    @Override
    public void close() {
        engine.close();
        sites.values().forEach(SimulatedSite::close);
    }

    // ---- what there is

    SiteRecovery engine() {
        return engine;
    }

    InMemorySite site(Side side) {
        return Objects.requireNonNull(sites.get(side));
    }

    /** The item's id; it changes when protecting was undone and begins anew. */
    ItemId id() {
        return item;
    }

    void nextItem() {
        item = new ItemId("item-2");
    }

    Optional<ReplicatedItem> item() {
        try {
            return Optional.of(engine.item(item));
        } catch (InvalidRequestException e) {
            return Optional.empty();
        }
    }

    Side active() {
        return item().map(ReplicatedItem::activeSide).orElse(Side.PRIMARY);
    }

    /** The side that was active when this world was thawed. */
    Side activeAtFirst() {
        return activeAtFirst;
    }

    VmId vm(Side side) {
        return site(side).vm(VM).id();
    }

    /** Whether the VM or a copy of it runs there; that of a test failover is neither. */
    boolean isRunning(Side side) {
        return site(side).allVms().stream()
                .filter(VmObservation::isRunning)
                .anyMatch(vm -> vm.vm().equals(vm(side)));
    }

    /** Enlarges the first disk of a VM that is off. */
    void grow(VmId vm) {
        byte[] larger = Arrays.copyOf(truth.get(0), truth.get(0).length + 65_536 + 512);
        site(active()).growDisk(vm, new DiskId("disk0"), larger.length);
        truth.set(0, larger);
    }

    /** Names of everything that lies at a site, without the numbers in them. */
    SortedSet<String> leftAt(Side side) {
        SortedSet<String> names = new TreeSet<>();
        leftBelow(site(side).root(), "", names);
        return names;
    }

    private static void leftBelow(StorageFolder folder, String path, SortedSet<String> names) {
        folder.list().forEach(file -> names.add(withoutNumbers(path + "/" + file.name())));
        folder.children().forEach(child -> leftBelow(folder.child(child), path + "/" + child, names));
    }

    private static String withoutNumbers(String name) {
        return name.replaceAll("e[0-9]+g[0-9]+-[0-9a-f]+|\\.[0-9a-f]{24}|[0-9]+", "*");
    }

    // ---- the guest

    void write(int blocks) {
        writeAt(active(), vm(active()), blocks);
    }

    private void writeAt(Side side, VmId vm, int blocks) {
        SplittableRandom random = new SplittableRandom(1000L + writes++);
        InMemorySite site = site(side);
        for (int i = 0; i < blocks; i++) {
            int disk = random.nextInt(truth.size());
            byte[] content = truth.get(disk);
            int offset = random.nextInt((content.length + GUEST_BLOCK - 1) / GUEST_BLOCK) * GUEST_BLOCK;
            byte[] data = new byte[Math.min(GUEST_BLOCK, content.length - offset)];
            random.nextBytes(data);
            System.arraycopy(data, 0, content, offset, data.length);
            site.guestDisk(vm, new DiskId("disk" + disk)).write(offset, ByteBuffer.wrap(data));
        }
        for (int disk = 0; disk < truth.size(); disk++) {
            site.guestDisk(vm, new DiskId("disk" + disk)).flush();
        }
    }

    private List<byte[]> remember() {
        List<byte[]> copy = new ArrayList<>();
        truth.forEach(disk -> copy.add(disk.clone()));
        return copy;
    }

    /** Keeps what the disks must hold now under a name. */
    void keepMoment(String name) {
        moments.put(name, remember());
    }

    /** The VM went to another moment: that is the truth from now on. */
    void goTo(String moment) {
        if (!moment.equals("now")) {
            truth = new ArrayList<>();
            Objects.requireNonNull(moments.get(moment), moment).forEach(disk -> truth.add(disk.clone()));
        }
    }

    /** The active disks hold the truth from now on, if they hold any known moment. */
    void settle() {
        String moment = momentAt(active());
        if (moment.startsWith("torn")) {
            violate("the active disks are " + moment);
        } else {
            goTo(moment);
        }
    }

    /** Names the moment that the disks of a side's VM hold, or tells how they differ from the truth. */
    String momentAt(Side side) {
        String difference = difference(side, truth);
        if (difference.isEmpty()) {
            return "now";
        }
        for (Map.Entry<String, List<byte[]>> moment : moments.entrySet()) {
            if (difference(side, moment.getValue()).isEmpty()) {
                return moment.getKey();
            }
        }
        return "torn: " + difference;
    }

    private String difference(Side side, List<byte[]> expected) {
        SimulatedSite site = site(side);
        VmObservation vm = site.look(vm(side));
        if (vm.disks().size() != expected.size()) {
            return "VM has " + vm.disks().size() + " disks";
        }
        for (int i = 0; i < expected.size(); i++) {
            byte[] want = expected.get(i);
            try (VirtualDisk disk = vm.isRunning()
                    ? site.guestDisk(vm.vm(), vm.disks().get(i).disk())
                    : site.inspect(vm.disks().get(i))) {
                if (disk.sizeBytes() != want.length) {
                    return "disk " + i + " has " + disk.sizeBytes() + " bytes instead of " + want.length;
                }
                ByteBuffer found = ByteBuffer.allocate(want.length);
                disk.read(0, found);
                int at = found.flip().mismatch(ByteBuffer.wrap(want));
                if (at >= 0) {
                    return "disk " + i + " differs at byte " + at;
                }
            }
        }
        return "";
    }

    // ---- what is watched

    /** From now on calls are listed. */
    void list() {
        calls.clear();
        counts.clear();
        listing = true;
    }

    /** The next job is cancelled, once, when the intent of a step is stored. */
    void cancelAt(String name, Runnable before) {
        cancelAt = Optional.of(name);
        atCancel = before;
    }

    /** The calls of providers since {@link #list}. */
    List<Made> calls() {
        return List.copyOf(calls);
    }

    /** The job of the operation has ended: what is called now is housekeeping. */
    void afterwards() {
        step = AFTERWARDS;
    }

    void acceptTwoRunning(boolean value) {
        twoRunningAccepted = value;
    }

    /** A silent source may run on beside the copy of an unplanned failover, until there is contact again. */
    void allowBesideSilent(Side side) {
        mayRunWhileSilent = Optional.of(side);
    }

    /** At the decision the other side's disks must hold everything that the guest wrote. */
    void forbidLoss(boolean value) {
        noLossAllowed = value;
    }

    /** What was seen that must never be. */
    List<String> violations() {
        return List.copyOf(violations);
    }

    void watched(Side side, Faults.Call call) {
        if (listing) {
            long nth = counts.merge(side + call.name(), 1L, Long::sum);
            calls.add(new Made(step, side, call.name(), nth, call.kind(), call.about()));
        }
        if (call.kind() == Faults.Kind.STORAGE_READ || call.kind() == Faults.Kind.STORAGE_CHANGE) {
            return;
        }
        watchTwoRunning(side, call);
        if (noLossAllowed && call.name().equals("catalogue.createIfAbsent") && step.equals("decide")) {
            String difference = difference(side, truth);
            if (!difference.isEmpty()) {
                violate("a planned failover to " + side + " came to its decision with loss: " + difference);
            }
        }
    }

    private void watchTwoRunning(Side side, Faults.Call call) {
        boolean two = isRunning(Side.PRIMARY) && isRunning(Side.RECOVERY);
        if (!two) {
            twoRan = false;
            return;
        }
        boolean silent = mayRunWhileSilent.isPresent()
                && site(mayRunWhileSilent.get()).faults().isSilent();
        if (!twoRan && !twoRunningAccepted && !silent) {
            violate("two VMs run after " + call + " at " + side + " in step " + step);
        } else if (twoRan && !twoRunningAccepted && !silent && !CONTAINS.contains(call.name())) {
            violate("two VMs still run after " + call + " at " + side + " in step " + step + ", with contact");
        }
        twoRan = true;
    }

    void violate(String what) {
        if (violations.size() < 10) {
            violations.add(what);
        }
    }

    private final class Watch implements StoreObserver {
        @Override
        public void stepIntended(String job, String name) {
            step = name;
            if (cancelAt.equals(Optional.of(name))) {
                cancelAt = Optional.empty();
                step = CANCEL;
                atCancel.run();
                engine.job(new JobId(job)).cancel();
            }
        }

        @Override
        public void undoIntended(String job, String name) {
            step = name;
        }
    }
}
