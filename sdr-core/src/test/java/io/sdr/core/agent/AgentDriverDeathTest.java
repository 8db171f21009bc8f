package io.sdr.core.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.sdr.api.OutcomeUnknownException;
import io.sdr.api.RecoveryPoint;
import io.sdr.api.RetryableException;
import io.sdr.api.SdrException;
import io.sdr.api.Side;
import io.sdr.api.spi.ReplicaLink;
import io.sdr.api.spi.StorageFolder;
import io.sdr.core.agent.AgentDriverWorld.CrashGround;
import io.sdr.core.agent.AgentDriverWorld.Way;
import io.sdr.testkit.CrashFolder;
import io.sdr.testkit.ForgetfulFolder;
import io.sdr.testkit.MemoryFolder;
import io.sdr.testkit.SimulatedDeath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The target's machine dies with its agent before changes that the driver makes there, while the engine and the source live on. What
 * was not forced is lost, kept or torn; an agent is started again on what is found, the engine calls again, and it ends as without
 * the death. With {@code -Dsdr.stress=true} before each change, else before some 60, spread evenly.
 */
class AgentDriverDeathTest {
    private static final boolean STRESS = Boolean.getBoolean("sdr.stress");
    private static final int DEATHS = 60;
    private static final int DISK_BYTES = 200_001;

    @TempDir
    private Path temp;

    private TestCertificates certificates;
    private final Map<Side, Path> roots = new EnumMap<>(Side.class);

    private final Optional<Thread.UncaughtExceptionHandler> before =
            Optional.ofNullable(Thread.getDefaultUncaughtExceptionHandler());

    @AfterEach
    void restore() {
        Thread.setDefaultUncaughtExceptionHandler(before.orElse(null));
    }

    @BeforeEach
    void prepare() throws IOException {
        Thread.setDefaultUncaughtExceptionHandler((thread, e) -> {
            if (!(e instanceof SimulatedDeath)) { // which is how each thread of a dead machine ends
                before.ifPresent(each -> each.uncaughtException(thread, e));
            }
        });
        certificates = AgentDriverWorld.certificates(temp);
        for (Side side : Side.values()) {
            roots.put(
                    side,
                    Files.createDirectories(temp.resolve(AgentDriverWorld.name(side)))
                            .toRealPath());
        }
    }

    /**
     * One thing that the engine asks for.
     *
     * @param cycle which cycle it sends; 0 for none. The guest writes before it
     */
    private record Act(String name, long cycle, Consumer<AgentRelation> call) {}

    private static List<Act> acts() {
        return List.of(
                new Act("establish", 0, AgentRelation::establish),
                new Act("first cycle", 1, relation -> relation.cycle(1)),
                new Act("second cycle", 2, relation -> relation.cycle(2)),
                new Act("process", 0, AgentRelation::process),
                new Act("bring to an older point", 0, relation -> relation.bringTo(pointOf(relation, 1))),
                new Act("third cycle, while held", 3, relation -> relation.cycle(3)),
                new Act("give back", 0, AgentRelation::giveBack),
                new Act("process what waited", 0, AgentRelation::process),
                new Act("bring to the latest", 0, relation -> relation.bringTo(pointOf(relation, 3))),
                new Act("commit", 0, AgentRelation::commit));
    }

    private static RecoveryPoint pointOf(AgentRelation relation, long sequence) {
        return relation.status().points().stream()
                .filter(each -> each.sequence() == sequence)
                .findFirst()
                .orElseThrow();
    }

    /** How things stand between two acts: the storage of both sites, and what the source had at each cycle. */
    private record Situation(Map<Side, MemoryFolder> storage, Optional<ReplicaLink> link, Map<Long, byte[]> contents) {}

    private static final Situation NOTHING = new Situation(
            Map.of(Side.PRIMARY, new MemoryFolder(), Side.RECOVERY, new MemoryFolder()), Optional.empty(), Map.of());

    /** A world that goes on from a situation. */
    private final class Life implements AutoCloseable {
        private final Map<Side, CrashGround> grounds = new EnumMap<>(Side.class);
        private final Map<Long, byte[]> contents;
        private final AgentDriverWorld world;
        private final AgentRelation relation;

        Life(Situation from, UnaryOperator<StorageFolder> storage) {
            from.storage().forEach((side, folder) -> grounds.put(side, ground(side, folder)));
            contents = new HashMap<>(from.contents());
            world = new AgentDriverWorld(
                    grounds, certificates, Way.STRAIGHT, Way.STRAIGHT, storage, AgentDriverWorld.DEADLINE);
            relation = from.link()
                    .map(link -> new AgentRelation(world, DISK_BYTES, link))
                    .orElseGet(() -> new AgentRelation(world, DISK_BYTES));
        }

        private CrashGround ground(Side side, MemoryFolder folder) {
            return new CrashGround(Objects.requireNonNull(roots.get(side)), CrashFolder.over(folder));
        }

        CrashFolder target() {
            return Objects.requireNonNull(grounds.get(Side.RECOVERY)).storage();
        }

        /** The guest writes, if it does before this. */
        void before(Act act) {
            if (act.cycle() > 0) {
                relation.write(act.cycle(), 3, 9000);
                contents.put(act.cycle(), relation.content());
            }
        }

        /** Dies, and comes back. */
        void revive(long seed) {
            CrashGround found = ground(Side.RECOVERY, target().afterCrash(seed));
            grounds.put(Side.RECOVERY, found);
            world.revive(Side.RECOVERY, found);
        }

        String end() {
            try (FoundReplica found = new FoundReplica(relation.link, target().afterCrash(7))) {
                return found.check(contents, 1);
            }
        }

        Situation situation() {
            Map<Side, MemoryFolder> storage = new EnumMap<>(Side.class);
            grounds.forEach((side, each) -> storage.put(side, each.storage().afterOrderlyEnd()));
            return new Situation(storage, Optional.of(relation.link), contents);
        }

        @Override
        public void close() {
            world.close();
        }
    }

    /** What an act does undisturbed: how many changes at the target before it and with it, and how it ends. */
    private record Whole(long before, long after, String end, Situation next) {}

    private Whole whole(Situation now, Act act) {
        Life life = new Life(now, UnaryOperator.identity());
        try {
            life.before(act);
            long before = life.target().operations();
            act.call().accept(life.relation);
            long after = life.target().operations();
            String end = life.end();
            life.close();
            return new Whole(before, after, end, life.situation());
        } finally {
            life.close();
        }
    }

    private int dieAndGoOn(UnaryOperator<StorageFolder> storage) {
        Situation now = NOTHING;
        List<Act> acts = acts();
        List<Whole> all = new ArrayList<>();
        for (int i = 0; i < acts.size(); i++) {
            Whole whole = whole(now, acts.get(i));
            all.add(whole);
            now = whole.next();
        }
        long changes =
                all.stream().mapToLong(each -> each.after() - each.before()).sum();
        long step = STRESS ? 1 : Math.max(1, changes / DEATHS);
        int deaths = 0;
        long passed = 0;
        for (int i = 0; i < acts.size(); i++) {
            Whole whole = all.get(i);
            for (long death = whole.before() + 1; death <= whole.after(); death++) {
                if (passed++ % step == 0) {
                    deaths++;
                    dieAndGoOn(i == 0 ? NOTHING : all.get(i - 1).next(), acts.get(i), death, whole.end(), storage);
                }
            }
        }
        return deaths;
    }

    private void dieAndGoOn(Situation now, Act act, long death, String end, UnaryOperator<StorageFolder> storage) {
        try (Life life = new Life(now, storage)) {
            life.before(act);
            CrashFolder dying = life.target();
            dying.dieBefore(death);
            Throwable told =
                    catchThrowable(() -> life.relation.once(() -> act.call().accept(life.relation)));
            String what = act.name() + ", died before change " + death;
            assertThat(dying.process().isAlive()).as("%s", what).isFalse();
            assertThat(told).as("%s", what).isInstanceOfAny(RetryableException.class, OutcomeUnknownException.class);
            life.revive(death);
            act.call().accept(life.relation);
            assertThat(life.end())
                    .as("%s of\n%s", what, String.join("\n", dying.log()))
                    .isEqualTo(end);
        }
    }

    @Test
    void theTargetDiesAndTheEngineGoesOn() {
        int deaths = dieAndGoOn(UnaryOperator.identity());
        assertThat(deaths).as("deaths").isGreaterThan(DEATHS - 10);
    }

    /** What forgets to force something is found. */
    @ParameterizedTest
    @ValueSource(strings = {"d0.base", ForgetfulFolder.FOLDER})
    void somethingIsNotForced(String forgotten) {
        Throwable found = catchThrowable(
                () -> dieAndGoOn(folder -> new ForgetfulFolder(folder, name -> name.startsWith(forgotten))));
        assertThat(found).isInstanceOfAny(AssertionError.class, SdrException.class);
    }
}
