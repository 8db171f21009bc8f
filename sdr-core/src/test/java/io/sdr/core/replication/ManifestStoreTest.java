package io.sdr.core.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sdr.api.CorruptException;
import io.sdr.api.JobId;
import io.sdr.api.spi.Access;
import io.sdr.api.spi.CycleStatistics;
import io.sdr.api.spi.ForwardingFolder;
import io.sdr.api.spi.RangeSet;
import io.sdr.api.spi.ReplicaStatus.Role;
import io.sdr.api.spi.StorageException;
import io.sdr.api.spi.StorageFile;
import io.sdr.api.spi.StorageFolder;
import io.sdr.core.replication.Manifest.Active;
import io.sdr.core.replication.Manifest.Holder;
import io.sdr.core.replication.Manifest.Layers;
import io.sdr.core.replication.Manifest.Undo;
import io.sdr.core.replication.Manifest.Unfinished;
import io.sdr.testkit.MemoryFolder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.node.ObjectNode;

/** What a manifest may say, and how it is found while others publish. */
class ManifestStoreTest {
    private static final int SIZE = 90_000;
    private static final Layers LAYERS = new Layers(Optional.empty(), "layer.x.1.d0.run");

    private final MemoryFolder folder = new MemoryFolder();
    private final ReplicaHarness h = new ReplicaHarness(folder, SIZE);

    /** Cycles 1 to 3 applied, 4 and 5 received. */
    @BeforeEach
    void build() {
        h.establish(ReplicaHarness.KEEP_ALL);
        byte[][] before = {new byte[SIZE]};
        for (int i = 1; i <= 5; i++) {
            byte[][] after = ReplicaHarness.copy(before);
            Arrays.fill(after[0], i * 5000, i * 5000 + 9000, (byte) i);
            h.receive(i, before, after);
            before = after;
            if (i == 3) {
                h.replica.process(h.open(), name -> false);
            }
        }
    }

    /** Something that a manifest cannot say. */
    private record Lie(String what, Consumer<Manifest.Edit> told) {
        @Override
        public String toString() {
            return what;
        }
    }

    static Stream<Lie> lies() {
        return Stream.of(
                new Lie("more applied than received", edit -> edit.applied = 6),
                new Lie("less than nothing applied", edit -> edit.applied = -1),
                new Lie("less received than the cycles named", edit -> edit.received = 4),
                new Lie("applying what comes later", edit -> edit.applying = 5),
                new Lie("applying again", edit -> edit.applying = 1),
                new Lie("going back forward", edit -> edit.unwindTo = 4),
                new Lie("going back to nowhere", edit -> edit.unwindTo = -2),
                new Lie("cycles in disorder", edit -> edit.cycles.add(0, edit.cycles.get(edit.cycles.size() - 1))),
                new Lie("a cycle twice", edit -> edit.cycles.add(edit.cycles.get(edit.cycles.size() - 1))),
                new Lie("points in disorder", edit -> edit.points.add(edit.points.get(0))),
                new Lie("a point that was not received", edit -> {
                    Manifest.Point last = edit.points.get(edit.points.size() - 1);
                    edit.dropCyclesAfter(4);
                    edit.points.add(last);
                }),
                new Lie(
                        "undo that leads nowhere",
                        edit -> edit.undo.set(0, new Undo(2, 2, List.of("undo.2-2.d0.seg")))),
                new Lie("undo with a hole", edit -> edit.undo.remove(1)),
                new Lie(
                        "undo of a cycle that was not applied",
                        edit -> edit.undo.add(new Undo(3, 4, List.of("undo.3-4.d0.seg")))),
                new Lie("undo without a file for each disk", edit -> edit.undo.set(1, new Undo(1, 2, List.of()))),
                new Lie("a disk too few", edit -> edit.disks.clear()),
                new Lie(
                        "a disk without size",
                        edit -> edit.disks.replaceAll(each -> new Manifest.Disk(
                                each.id(), each.format(), 0, each.base(), each.brought(), each.identity()))),
                new Lie(
                        "a hold of more disks than there are",
                        edit -> edit.holders.put(
                                new JobId("x"),
                                new Holder(edit.points.get(0).id(), 1, "t", 1, List.of(LAYERS, LAYERS)))),
                new Lie(
                        "a hold of no disks",
                        edit -> edit.holders.put(
                                new JobId("x"), new Holder(edit.points.get(0).id(), 1, "t", 1, List.of()))),
                new Lie(
                        "active layers for other disks",
                        edit -> edit.active = Optional.of(new Active(Optional.empty(), List.of(LAYERS, LAYERS)))),
                new Lie(
                        "an unfinished cycle of other disks",
                        edit -> edit.unfinished = Optional.of(unfinished(List.of(), List.of("sha"), List.of("redo")))),
                new Lie(
                        "an unfinished cycle of which nothing has arrived",
                        edit -> edit.unfinished =
                                Optional.of(unfinished(List.of(RangeSet.EMPTY), List.of(), List.of()))),
                new Lie(
                        "an unfinished cycle without digests for all its segments",
                        edit -> edit.unfinished = Optional.of(
                                unfinished(List.of(RangeSet.EMPTY), List.of("sha"), List.of("redo", "redo")))),
                new Lie("an unfinished cycle of an active VM", edit -> {
                    edit.role = Role.ACTIVE;
                    edit.unfinished = Optional.of(unfinished(List.of(RangeSet.EMPTY), List.of("sha"), List.of("redo")));
                }),
                new Lie("divergence of other disks", edit -> {
                    edit.divergence.add(RangeSet.EMPTY);
                    edit.divergence.add(RangeSet.EMPTY);
                }));
    }

    private static Unfinished unfinished(List<RangeSet> missing, List<String> digests, List<String> redo) {
        return new Unfinished("mark", missing, digests, redo, CycleStatistics.NONE);
    }

    @ParameterizedTest
    @MethodSource("lies")
    void aManifestThatContradictsItselfIsNamed(Lie lie) {
        Manifest good = h.open();
        Manifest.Edit edit = good.edit();
        lie.told().accept(edit);
        String name = write(ManifestJson.write(edit.build()), edit.generation);
        isNamed(name);
        folder.delete(name);
        assertThat(h.open()).isEqualTo(good);
    }

    @ParameterizedTest
    @MethodSource("lies")
    void norIsItWritten(Lie lie) {
        Manifest good = h.open();
        Manifest.Edit edit = good.edit();
        lie.told().accept(edit);
        List<StorageFolder.Entry> before = folder.list();
        assertThatThrownBy(() -> h.replica.files().store().publish(edit.build()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(ManifestStore.name(edit.generation));
        assertThat(folder.list()).isEqualTo(before);
    }

    @Test
    void aCycleOfAVersionThatKeptNoTokensIsReadWithoutOne() {
        Manifest.Edit edit = h.open().edit();
        edit.cycles.replaceAll(each -> new Manifest.Cycle(
                each.sequence(),
                each.mark(),
                each.time(),
                each.consistency(),
                each.statistics(),
                each.digests(),
                each.redo(),
                Optional.of("job-1.copy")));
        ObjectNode body = ManifestJson.write(edit.build());
        String name = write(body, edit.generation);
        assertThat(h.open().cycles())
                .isNotEmpty()
                .allSatisfy(each -> assertThat(each.token()).contains("job-1.copy"));
        folder.delete(name);
        body.withArray("cycles").forEach(each -> ((ObjectNode) each).remove("token"));
        write(body, edit.generation);
        assertThat(h.open().cycles())
                .isNotEmpty()
                .allSatisfy(each -> assertThat(each.token()).isEmpty());
    }

    @Test
    void valuesThatNoProgramWritesAreNamedToo() {
        Map<String, Consumer<ObjectNode>> changes = new TreeMap<>();
        changes.put("too many points", body -> body.put("pointsKept", 3_000_000_000L));
        changes.put("fewer than no points", body -> body.put("pointsKept", -1));
        changes.put("a job without a name", body -> body.withObject("holders").putObject(""));
        changes.put("another generation", body -> body.put("generation", 7));
        changes.put("no such role", body -> body.put("role", "SPARE"));
        changes.forEach((what, change) -> {
            long next = h.open().generation() + 1;
            ObjectNode body = ManifestJson.write(h.open().edit().build());
            change.accept(body);
            String name = write(body, next);
            isNamed(name);
            folder.delete(name);
        });
    }

    private String write(ObjectNode body, long generation) {
        String name = ManifestStore.name(generation);
        Envelope.write(folder, name, ManifestStore.KIND, body);
        return name;
    }

    private void isNamed(String name) {
        assertThatThrownBy(h::open)
                .isInstanceOf(CorruptException.class)
                .hasMessageContaining(name)
                .extracting(e -> ((CorruptException) e).code())
                .isEqualTo("REPLICA_CORRUPT");
    }

    /** Tried again and again while the disk is full, it must not fill the folder with beginnings. */
    @Test
    void aPublishThatFindsNoRoomLeavesNothing() {
        Manifest good = h.open();
        List<StorageFolder.Entry> before = folder.list();
        folder.limitRoom(folder.usedBytes());
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> h.replica.raiseFloor(good, 9))
                    .isInstanceOf(StorageException.class)
                    .extracting(e -> ((StorageException) e).code())
                    .isEqualTo(StorageException.FULL);
        }
        assertThat(folder.list()).isEqualTo(before);
        folder.limitRoom(Long.MAX_VALUE);
        assertThat(h.replica.raiseFloor(h.open(), 9).epochFloor()).isEqualTo(9);
    }

    /** What a death left before it was published goes with the rest. */
    @Test
    void deletingAllTakesWhatWasNeverPublished() {
        h.open();
        String unborn = "manifest.7.0f8fad5b-d9cb-469f-a165-70867728950e.tmp";
        folder.create(unborn).close();
        h.replica.files().store().deleteAll();
        assertThat(folder.list()).noneMatch(each -> each.name().startsWith("manifest."));
    }

    /** Between the look into the folder and the read, others publish and delete what was the highest. */
    @Test
    void aReadThatIsOvertakenLooksAgain() {
        Manifest before = h.open();
        StorageFolder overtaking = new ForwardingFolder(folder) {
            private boolean done;

            @Override
            public StorageFile open(String name, Access access) {
                if (!done) {
                    done = true;
                    for (int i = 0; i < 2; i++) {
                        h.replica.raiseFloor(h.open(), h.open().epochFloor() + 1);
                    }
                    assertThat(folder.find(name)).isEmpty();
                }
                return super.open(name, access);
            }
        };
        Manifest found = new ManifestStore(overtaking).read().orElseThrow();
        assertThat(found.generation()).isEqualTo(before.generation() + 2);
        assertThat(found).isEqualTo(h.open());
    }

    /** A name that is listed and cannot be opened is no race, however often one looks. */
    @Test
    void aReadDoesNotLookAgainForEver() {
        int[] opened = {0};
        StorageFolder broken = new ForwardingFolder(folder) {
            @Override
            public StorageFile open(String name, Access access) {
                opened[0]++;
                return super.open("not-" + name, access);
            }
        };
        assertThatThrownBy(() -> new ManifestStore(broken).read())
                .isInstanceOf(StorageException.class)
                .extracting(e -> ((StorageException) e).code())
                .isEqualTo(StorageException.MISSING);
        assertThat(opened[0]).isBetween(2, 20);
    }

    /** Writes scattered over a disk make more ranges than a manifest may have: what may differ is told in wider ones. */
    @Test
    void scatteredDivergenceIsWidened() {
        RangeSet.Builder scattered = new RangeSet.Builder();
        long size = 4096L * 3 * Candidates.MOST_RANGES;
        for (long offset = 0; offset < size; offset += 8192) {
            scattered.add(offset, 4096);
        }
        RangeSet exact = scattered.build();
        Manifest.Edit edit = h.open().edit();
        edit.disks = List.of(edit.disks.get(0).withSize(size));
        edit.divergence = List.of(exact);
        RangeSet kept = edit.build().divergence().get(0);
        assertThat(kept.count()).isLessThanOrEqualTo(Candidates.MOST_RANGES);
        assertThat(exact.minus(kept).isEmpty()).isTrue();
        edit.divergence = List.of(kept);
        assertThat(edit.build().divergence()).containsExactly(kept);
    }
}
