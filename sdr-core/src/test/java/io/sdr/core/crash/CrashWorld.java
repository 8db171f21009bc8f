package io.sdr.core.crash;

import io.sdr.api.Side;
import io.sdr.api.SiteRecovery;
import io.sdr.api.spi.SiteProvider;
import io.sdr.core.engine.StoreObserver;
import io.sdr.core.engine.TestEngines;
import io.sdr.core.replication.SdrReplicationDriverFactory;
import io.sdr.core.store.SqliteCrash;
import io.sdr.testkit.CrashFolder;
import io.sdr.testkit.Fault;
import io.sdr.testkit.FolderSite;
import io.sdr.testkit.InMemorySite;
import io.sdr.testkit.MemoryFolder;
import io.sdr.testkit.SimulatedProcess;
import io.sdr.testkit.SimulatedSite;
import io.sdr.testkit.SiteOptions;
import io.sdr.testkit.VirtualTime;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;

/** One process: two sites and an engine on a real SQLite file, over what an earlier process left. */
final class CrashWorld implements AutoCloseable {
    private static final int COMMITS_PER_CHECKPOINT = 9;

    private final Path folder;
    private final int incarnation;
    private final boolean mirrored;
    private final SimulatedProcess process = new SimulatedProcess();
    private final VirtualTime time;
    private final Map<Side, CrashFolder> storage = new EnumMap<>(Side.class);
    private final Map<Side, SimulatedSite> sites = new EnumMap<>(Side.class);
    private final SqliteCrash crash;
    private final Watch watch;
    private final Rig rig;
    private final Runnable lost;
    private SiteRecovery engine;
    private BiConsumer<String, String> onIntent = (job, step) -> {};
    private int ids;

    private CrashWorld(Snapshot from, Path folder, Rig rig, Opener opener) {
        this.folder = folder;
        this.rig = rig;
        this.incarnation = from.incarnation() + 1;
        this.mirrored = from.mirrored();
        this.time = new VirtualTime(from.now());
        for (Side side : Side.values()) {
            SiteOptions options =
                    SiteOptions.named(from.siteName(side)).time(time).process(process);
            sites.put(side, opener.open(this, side, options));
        }
        this.watch = new Watch(sites, Life.ITEM, rig.tamper().get());
        watch.look("opening");
        from.restoreStore(folder.resolve("store"));
        this.crash = SqliteCrash.open(folder.resolve("store"), process, COMMITS_PER_CHECKPOINT);
        this.lost = rig.storeLosesCommits() ? crash.forgetForces() : () -> {};
    }

    /** Opens sites and store; {@link #start} opens the engine, so that a death can be armed before. */
    static CrashWorld open(Snapshot from, Path folder, Rig rig) {
        return new CrashWorld(from, folder, rig, (world, side, options) -> {
            CrashFolder root = CrashFolder.over(from.sites().get(side), world.process);
            world.storage.put(side, root);
            return InMemorySite.open(options, rig.storage().apply(root));
        });
    }

    /** The same in real folders, which are filled with what was found. Such a process does not die. */
    static CrashWorld inFolders(Snapshot from, Path folder) {
        return new CrashWorld(from, folder, Rig.REAL, (world, side, options) -> {
            Path root = folder.resolve("site-" + side);
            from.restoreSite(side, root);
            return FolderSite.open(options, root);
        });
    }

    private interface Opener {
        SimulatedSite open(CrashWorld world, Side side, SiteOptions options);
    }

    /** Opens the engine, which goes on with what the store holds. */
    CrashWorld start() {
        List<SiteProvider> watched = List.of(watch.over(Side.PRIMARY), watch.over(Side.RECOVERY));
        StoreObserver observer = new StoreObserver() {
            @Override
            public void stepIntended(String job, String step) {
                onIntent.accept(job, step);
            }
        };
        engine = TestEngines.open(
                watched,
                new SdrReplicationDriverFactory(),
                rig.operations().get(),
                crash.store(),
                time,
                this::newId,
                observer);
        return this;
    }

    private String newId() {
        return "id" + incarnation + "x" + ++ids;
    }

    VirtualTime time() {
        return time;
    }

    SiteRecovery engine() {
        return engine;
    }

    SimulatedSite site(Side side) {
        return sites.get(side);
    }

    Watch watch() {
        return watch;
    }

    void onIntent(BiConsumer<String, String> listener) {
        onIntent = listener;
    }

    // ---- counting and dying

    /** Where the process stands: what a death is counted from. */
    Position position() {
        Map<Side, Integer> calls = new EnumMap<>(Side.class);
        Map<Side, Long> operations = new EnumMap<>(Side.class);
        for (Side side : Side.values()) {
            calls.put(side, sites.get(side).faults().log().size());
            operations.put(side, storage.containsKey(side) ? storage.get(side).operations() : 0);
        }
        return new Position(crash.commits(), crash.checkpoints(), calls, operations);
    }

    record Position(int commits, int checkpoints, Map<Side, Integer> calls, Map<Side, Long> operations) {}

    /** Lets the process die at a moment that is counted from now. */
    void arm(Death death) {
        if (death instanceof Death.AtStore at) {
            boolean checkpoint = at.moment() == SqliteCrash.Moment.IN_CHECKPOINT
                    || at.moment() == SqliteCrash.Moment.AFTER_CHECKPOINT;
            crash.dieAt(at.moment(), at.number() + (checkpoint ? crash.checkpoints() : crash.commits()));
        } else if (death instanceof Death.AtCall at) {
            sites.get(at.side()).faults().at(at.number(), at.after() ? new Fault.DiesAfter() : new Fault.DiesBefore());
        } else if (death instanceof Death.AtStorage at) {
            CrashFolder root = storage.get(at.side());
            root.dieBefore(root.operations() + at.number());
        }
    }

    /** What is found after the power went, now or when the process died. */
    Snapshot afterPowerCut(long seed) {
        process.kill();
        lost.run();
        Path found = folder.resolve("found");
        new Snapshot(Map.of(), Map.of(), time.now(), 0, mirrored).restoreStore(found);
        crash.cutPower(found, seed);
        Map<Side, MemoryFolder> left = new EnumMap<>(Side.class);
        storage.forEach((side, root) -> left.put(side, root.afterCrash(side == Side.PRIMARY ? seed : ~seed)));
        Duration dark = Duration.ofSeconds(new SplittableRandom(seed).nextInt(120));
        return new Snapshot(left, Snapshot.readStore(found), time.now().plus(dark), incarnation, mirrored);
    }

    /** Ends in order and gives what is durable. */
    Snapshot orderlyEnd() {
        close();
        Map<Side, MemoryFolder> left = new EnumMap<>(Side.class);
        storage.forEach((side, root) -> left.put(side, root.afterOrderlyEnd()));
        return new Snapshot(left, Snapshot.readStore(folder.resolve("store")), time.now(), incarnation, mirrored);
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            engine.close();
            sites.values().forEach(SimulatedSite::close);
        }
        crash.store().close();
    }
}
