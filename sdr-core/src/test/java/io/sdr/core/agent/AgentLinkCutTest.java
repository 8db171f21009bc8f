package io.sdr.core.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sdr.api.OperationFailedException;
import io.sdr.api.Problem;
import io.sdr.api.RecoveryPoint;
import io.sdr.api.RetryableException;
import io.sdr.api.SdrException;
import io.sdr.api.Side;
import io.sdr.api.spi.Access;
import io.sdr.api.spi.CancelFlag;
import io.sdr.api.spi.ForwardingFile;
import io.sdr.api.spi.ForwardingFolder;
import io.sdr.api.spi.ProgressListener;
import io.sdr.api.spi.StorageException;
import io.sdr.api.spi.StorageFile;
import io.sdr.api.spi.StorageFolder;
import io.sdr.core.agent.AgentDriverWorld.CrashGround;
import io.sdr.core.agent.AgentDriverWorld.Way;
import io.sdr.core.agent.Scissors.Cut;
import io.sdr.core.agent.Scissors.Place;
import io.sdr.core.sync.InPlaceSync.Mode;
import io.sdr.core.sync.SourceImage;
import io.sdr.core.sync.TargetImage;
import io.sdr.core.sync.wire.FrameType;
import io.sdr.core.sync.wire.LinkOptions;
import io.sdr.core.sync.wire.SessionOptions;
import io.sdr.core.sync.wire.SyncTerms;
import io.sdr.testkit.CrashFolder;
import io.sdr.testkit.ForgetfulFolder;
import io.sdr.testkit.MemoryFolder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The network breaks before each frame, after its first byte and in its middle, each way, in a sync with an agent and in a cycle whose
 * driver runs at the target's agent: whoever called is told that it may call again, the next call ends it, what was acknowledged
 * survives a crash of the target, and nothing is left open at either end.
 */
class AgentLinkCutTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final int SYNC_BYTES = (1 << 20) + 513;
    private static final int DISK_BYTES = 300_001;
    private static final int PROCESSED_EVERY = 8;
    /** Cuts within frames are thinned out, those between two are not. */
    private static final int WITHIN_ONE_IN = Boolean.getBoolean("sdr.stress") ? 1 : 10;

    private static final String MARK = "b.img.sdr-sync";

    @TempDir
    private Path temp;

    private final Scissors scissors = new Scissors();
    private final List<Forwarder> forwarders = new ArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool(work -> new Thread(work, "cut client"));
    private TestCertificates certificates;
    private final Set<Thread> ofOtherTests =
            Set.copyOf(Thread.getAllStackTraces().keySet());
    private OpenDescriptors descriptors;

    @BeforeEach
    void certificates() throws IOException {
        certificates = AgentDriverWorld.certificates(temp);
        descriptors = new OpenDescriptors(temp);
    }

    @AfterEach
    void nothingIsLeft() throws InterruptedException {
        forwarders.forEach(Forwarder::close);
        threads.shutdown();
        for (Thread each : Thread.getAllStackTraces().keySet()) {
            if (!ofOtherTests.contains(each) && each.getName().matches("(agent|forwarder|cut client).*")) {
                each.join(LONG.toMillis()); // one that is about to end counts as ended
                assertThat(each.isAlive()).as("%s is left", each).isFalse();
            }
        }
        assertThat(descriptors.left()).isEmpty();
    }

    private int cuttable(String way, Side agent, int port) {
        Forwarder forwarder = Forwarder.ofFrames(port, AgentDriverWorld.name(agent), certificates, scissors.on(way));
        forwarders.add(forwarder);
        return forwarder.port();
    }

    /** Cuts at a place; tells whether it was reached. */
    private interface Trial {
        boolean at(Cut cut) throws Exception;
    }

    private static void everywhere(String way, Trial trial) throws Exception {
        for (boolean asking : new boolean[] {true, false}) {
            int frame = 0;
            while (trial.at(new Cut(way, asking, frame, Place.BEFORE))) {
                if (frame % WITHIN_ONE_IN == 0) {
                    trial.at(new Cut(way, asking, frame, Place.AFTER_THE_FIRST_BYTE));
                    trial.at(new Cut(way, asking, frame, Place.IN_THE_MIDDLE));
                }
                frame++;
            }
            assertThat(frame)
                    .as("frames on the way %s, asking: %s", way, asking)
                    .isGreaterThan(3);
        }
    }

    // ---- a sync

    /** A sync of a disk here and one at an agent, whose target forgets in a crash. */
    private final class Sync implements AutoCloseable {
        private final boolean toAgent;
        private final UnaryOperator<StorageFolder> storage;
        private final byte[] content = new byte[SYNC_BYTES];
        private final byte[] old;
        private final MemoryFolder source;
        private final MemoryFolder stale;
        private final AtomicReference<StorageFolder> atAgent = new AtomicReference<>();
        private final BlockingQueue<Optional<SdrException>> ends = new LinkedBlockingQueue<>();
        private final SyncAgent agent;
        private final int straight;
        private final int cuttable;

        Sync(boolean toAgent, UnaryOperator<StorageFolder> storage) throws IOException {
            this.toAgent = toAgent;
            this.storage = storage;
            new Random(1).nextBytes(content);
            Arrays.fill(content, 300_000, 600_000, (byte) 0);
            old = content.clone();
            for (int at = 0; at < SYNC_BYTES; at += 150_007) {
                old[at]++;
            }
            source = disk("a.img", content);
            stale = disk("b.img", old);
            for (String name :
                    List.of("a.img", "b.img")) { // there must be files of these names; what counts is the storage
                Files.write(temp.resolve(name), new byte[1]);
            }
            agent = SyncAgent.start(
                    new AgentConfiguration(
                            "127.0.0.1",
                            0,
                            certificates.identity("west"),
                            Set.of(TestCertificates.principal("engine")),
                            Set.of(),
                            Map.of(),
                            Map.of(
                                    "a", new AgentConfiguration.Disk(temp.resolve("a.img"), Access.READ),
                                    "b", new AgentConfiguration.Disk(temp.resolve("b.img"), Access.WRITE)),
                            LONG),
                    new AgentOptions().on(path -> atAgent.get()).heardBy((peer, failure) -> ends.add(failure)));
            straight = agent.port();
            cuttable = cuttable("sync", Side.RECOVERY, straight);
        }

        private static MemoryFolder disk(String name, byte[] content) {
            MemoryFolder folder = new MemoryFolder();
            try (StorageFile file = folder.create(name)) {
                file.write(0, ByteBuffer.wrap(content));
            }
            return folder;
        }

        /** Syncs with what the target's storage holds; gives how the agent ended. */
        private Optional<SdrException> run(StorageFolder target, int port) throws InterruptedException {
            StorageFolder seen = storage.apply(target);
            atAgent.set(toAgent ? seen : source);
            SyncTerms terms = new SyncTerms(Mode.DELTA, false, true, true);
            LinkOptions links = new LinkOptions(threads, LONG);
            SessionOptions options = new SessionOptions(new SecureRandom(), CancelFlag.NEVER, ProgressListener.NONE);
            try (AgentClient client =
                    AgentClient.connect("localhost", port, certificates.identity("engine"), links, subject -> true)) {
                if (toAgent) {
                    client.send(
                            SourceImage.of(temp.resolve("a.img"), path -> source),
                            client.offer("b", Access.WRITE),
                            terms,
                            options);
                } else {
                    client.receive(
                            client.offer("a", Access.READ),
                            TargetImage.of(temp.resolve("b.img"), path -> seen),
                            terms,
                            options);
                }
            } finally {
                Optional<SdrException> end = ends.poll(LONG.toSeconds(), TimeUnit.SECONDS);
                assertThat(end).as("the agent's end").isNotNull();
            }
            return Optional.empty();
        }

        boolean cutAt(Cut cut) throws InterruptedException {
            CrashFolder target = CrashFolder.over(stale);
            scissors.cutAt(cut);
            SdrException failure = catchThrowableOfType(SdrException.class, () -> run(target, cuttable));
            boolean reached = scissors.rest();
            if (failure != null) {
                assertThat(reached).as("%s: %s", cut, failure).isTrue();
                boolean half = failure.code().equals("SYNC_INCOMPLETE") && isMarked(target);
                assertThat(half || failure instanceof RetryableException)
                        .as("%s: %s", cut, failure)
                        .isTrue();
            }
            assertThat(target.openFiles()).as("%s", cut).isEmpty();
            for (long seed = 1; seed <= 3; seed++) {
                MemoryFolder found = target.afterCrash(seed);
                byte[] bytes = bytes(found);
                if (failure == null) {
                    assertThat(isMarked(found))
                            .as("%s: acknowledged and marked", cut)
                            .isFalse();
                    assertThat(Arrays.equals(bytes, content))
                            .as("%s: acknowledged and lost", cut)
                            .isTrue();
                }
                assertThat(isMarked(found) || Arrays.equals(bytes, content) || Arrays.equals(bytes, old))
                        .as("%s: unmarked, so it is whole", cut)
                        .isTrue();
            }
            goOn(cut, cut.frame() % 2 == 0 ? target : CrashFolder.over(target.afterCrash(cut.frame())));
            return reached;
        }

        /** The same sync again, in this process's life or the next one. */
        private void goOn(Cut cut, CrashFolder target) throws InterruptedException {
            Optional<SdrException> unused = run(target, straight);
            MemoryFolder found = target.afterCrash(cut.frame());
            assertThat(Arrays.equals(bytes(found), content))
                    .as("%s, and again", cut)
                    .isTrue();
            assertThat(isMarked(found)).isFalse();
            assertThat(target.openFiles()).isEmpty();
        }

        private static boolean isMarked(StorageFolder folder) {
            return folder.find(MARK).isPresent();
        }

        private static byte[] bytes(StorageFolder folder) {
            try (StorageFile file = folder.open("b.img", Access.READ)) {
                ByteBuffer all = ByteBuffer.allocate(Math.toIntExact(file.size()));
                int unused = file.read(0, all);
                return all.array();
            }
        }

        @Override
        public void close() {
            agent.close();
        }
    }

    private void cutSync(boolean toAgent, UnaryOperator<StorageFolder> storage) throws Exception {
        try (Sync sync = new Sync(toAgent, storage)) {
            everywhere("sync", sync::cutAt);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aSyncGoesOnAfterEachCut(boolean toAgent) throws Exception {
        cutSync(toAgent, UnaryOperator.identity());
        assertThat(scissors.types())
                .contains(
                        FrameType.HELLO,
                        FrameType.OFFER,
                        FrameType.HANDLE,
                        FrameType.JOIN,
                        FrameType.START,
                        FrameType.READY,
                        FrameType.GO,
                        FrameType.UNIT_TAGS)
                .hasSizeGreaterThan(11); // the order of the others is not the same each time
        assertThat(scissors.cuts()).as("cuts").isGreaterThan(25);
    }

    /** What forgets to force the target before it says that it is done is found. */
    @Test
    void aSyncThatIsAcknowledgedBeforeItIsDurableIsFound() {
        assertThatThrownBy(() -> cutSync(true, folder -> new ForgetfulFolder(folder, "b.img"::equals)))
                .isInstanceOf(AssertionError.class);
    }

    /** What takes an old mark for a sync that was nearly done, and leaves out what it promises, is found. */
    @Test
    void aSyncThatTrustsAnOldMarkIsFound() throws Exception {
        AtomicBoolean full = new AtomicBoolean(true);
        UnaryOperator<StorageFolder> storage =
                folder -> full.get() ? new FullFolder(folder) : new TrustingFolder(folder);
        try (Sync sync = new Sync(true, storage)) {
            CrashFolder target = CrashFolder.over(sync.stale);
            assertThat(catchThrowable(() -> sync.run(target, sync.straight))).isInstanceOf(SdrException.class);
            assertThat(Sync.isMarked(target)).isTrue();
            full.set(false);
            assertThatThrownBy(() -> sync.goOn(new Cut("sync", true, 0, Place.BEFORE), target))
                    .isInstanceOf(OperationFailedException.class)
                    .hasMessageContaining("SYNC_INCOMPLETE");
        }
    }

    /** Has no room for anything in the target. */
    private static final class FullFolder extends ForwardingFolder {
        FullFolder(StorageFolder inner) {
            super(inner);
        }

        @Override
        protected StorageFolder wrap(StorageFolder child) {
            return child;
        }

        @Override
        protected StorageFile wrap(String name, StorageFile file) {
            return name.equals("b.img")
                    ? new ForwardingFile(file) {
                        @Override
                        public void write(long position, ByteBuffer from) {
                            throw new StorageException(Problem.of(StorageException.FULL)
                                    .attempted("write to " + name)
                                    .state("there is no room")
                                    .remedy("make room"));
                        }
                    }
                    : file;
        }
    }

    /** Leaves out what is written to a target that was marked before. */
    private static final class TrustingFolder extends ForwardingFolder {
        private final boolean marked;

        TrustingFolder(StorageFolder inner) {
            super(inner);
            this.marked = inner.find(MARK).isPresent();
        }

        @Override
        protected StorageFolder wrap(StorageFolder child) {
            return child;
        }

        @Override
        protected StorageFile wrap(String name, StorageFile file) {
            return marked && name.equals("b.img")
                    ? new ForwardingFile(file) {
                        @Override
                        public void write(long position, ByteBuffer from) {
                            from.position(from.limit());
                        }
                    }
                    : file;
        }
    }

    // ---- a cycle

    private static final String TO_TARGET = "engine to target";
    private static final String TO_SOURCE = "engine to source";
    private static final String BETWEEN = "target to source";

    /** How a cycle finds what to send. */
    private enum Cycle {
        /** What changed. */
        CHANGES,
        /** Everything. */
        WHOLE,
        /** What differs, of everything. */
        COMPARED;

        RecoveryPoint of(AgentRelation relation, long sequence) {
            return switch (this) {
                case CHANGES -> relation.cycle(sequence);
                case WHOLE -> relation.whole(sequence);
                case COMPARED -> relation.compared(sequence);
            };
        }
    }

    /** A relation over ways that can be cut. */
    private final class Relation implements AutoCloseable {
        private final Map<Side, CrashGround> grounds = new EnumMap<>(Side.class);
        private final AgentDriverWorld world;
        private final AgentRelation relation;
        private final Map<Long, byte[]> contents = new HashMap<>();
        private long sequence;

        Relation(UnaryOperator<StorageFolder> storage) throws IOException {
            for (Side side : Side.values()) {
                Path root = Files.createDirectories(temp.resolve("root-" + AgentDriverWorld.name(side)));
                grounds.put(side, new CrashGround(root.toRealPath(), CrashFolder.over(new MemoryFolder())));
            }
            Way engine = (side, port) -> cuttable(side == Side.RECOVERY ? TO_TARGET : TO_SOURCE, side, port);
            Way peers = (side, port) -> side == Side.PRIMARY ? cuttable(BETWEEN, side, port) : port;
            world = new AgentDriverWorld(grounds, certificates, engine, peers, storage, LONG);
            relation = new AgentRelation(world, DISK_BYTES);
            relation.establish();
        }

        boolean cutAt(Cut cut) {
            return cutAt(cut, Cycle.CHANGES);
        }

        boolean cutAt(Cut cut, Cycle cycle) {
            sequence++;
            relation.write(3, 5000);
            contents.put(sequence, relation.content());
            for (Side side : Side.values()) {
                world.port(side).disconnect();
            }
            int failures = relation.failures();
            scissors.cutAt(cut);
            RecoveryPoint point = cycle.of(relation, sequence);
            boolean reached = scissors.rest();
            assertThat(point.sequence()).isEqualTo(sequence);
            assertThat(reached || relation.failures() == failures)
                    .as("%s: failed without a cut", cut)
                    .isTrue();
            try (FoundReplica found = new FoundReplica(
                    relation.link, grounds.get(Side.RECOVERY).storage().afterCrash(sequence))) {
                assertThat(found.status().received())
                        .as("%s: acknowledged and lost", cut)
                        .isEqualTo(sequence);
                found.check(contents, sequence % PROCESSED_EVERY == 0 ? 1 : sequence);
            }
            assertThat(relation.status().received()).isEqualTo(sequence);
            if (sequence % PROCESSED_EVERY == 0) {
                relation.process();
            }
            return reached;
        }

        int failures() {
            return relation.failures();
        }

        /** Nothing stays open at the target between two calls. */
        void checkClosed() {
            for (Side side : Side.values()) {
                world.port(side).disconnect();
            }
            world.close();
            grounds.values()
                    .forEach(each -> assertThat(each.storage().openFiles()).isEmpty());
        }

        @Override
        public void close() {
            world.close();
        }
    }

    @ParameterizedTest
    @EnumSource(Cycle.class)
    void aCycleGoesOnAfterEachCut(Cycle cycle) throws Exception {
        int failures;
        try (Relation relation = new Relation(UnaryOperator.identity())) {
            for (String way : List.of(TO_TARGET, BETWEEN, TO_SOURCE)) {
                everywhere(way, cut -> relation.cutAt(cut, cycle));
            }
            failures = relation.failures();
            relation.checkClosed();
        }
        assertThat(scissors.types())
                .contains(
                        FrameType.HELLO,
                        FrameType.CALL,
                        FrameType.RETURN,
                        FrameType.DIFFERENCES,
                        FrameType.BEGIN,
                        FrameType.DATA);
        assertThat(scissors.cuts()).as("cuts").isGreaterThan(60);
        assertThat(failures).isGreaterThan(scissors.cuts() / 2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"redo.", "manifest.", ForgetfulFolder.FOLDER})
    void aCycleThatIsAcknowledgedBeforeItIsDurableIsFound(String forgotten) {
        Throwable found = catchThrowable(() -> {
            try (Relation relation =
                    new Relation(folder -> new ForgetfulFolder(folder, name -> name.startsWith(forgotten)))) {
                everywhere(TO_TARGET, relation::cutAt);
            }
        });
        assertThat(found).isInstanceOfAny(AssertionError.class, SdrException.class);
    }
}
