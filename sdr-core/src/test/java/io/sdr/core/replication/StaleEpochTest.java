package io.sdr.core.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sdr.api.Consistency;
import io.sdr.api.JobId;
import io.sdr.api.PointId;
import io.sdr.api.SdrException;
import io.sdr.api.Side;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.ReplicaLink;
import io.sdr.api.spi.ReplicaStatus;
import io.sdr.api.spi.ReplicationDriver;
import io.sdr.api.spi.ReversalPlan;
import io.sdr.api.spi.StorageFolder;
import io.sdr.testkit.MemoryFolder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** An engine that another one has left behind, and that has not noticed, changes nothing whatever it calls. */
class StaleEpochTest {
    private static final JobId JOB = new JobId("job");
    private static final JobId OTHER = new JobId("other");

    private final TwoSides two = new TwoSides(11, 100_000, 513);

    /** A method that changes something. */
    private record Change(String name, Call call) {}

    private interface Call {
        void on(ReplicationDriver driver, ReplicaLink link, PointId point, CallContext context);
    }

    private static List<Change> changes() {
        return List.of(
                new Change("establish", (d, link, point, c) -> d.establish(link, TwoSides.RETENTION, c)),
                new Change("replicate", (d, link, point, c) -> d.replicate(link, 3, Consistency.CRASH_CONSISTENT, c)),
                new Change(
                        "replicate again",
                        (d, link, point, c) -> d.replicate(link, 2, Consistency.CRASH_CONSISTENT, c)),
                new Change("downloadAll", (d, link, point, c) -> d.downloadAll(link, 3, c)),
                new Change("replaceInPlace", (d, link, point, c) -> d.replaceInPlace(link, 3, true, c)),
                new Change("beginResync", (d, link, point, c) -> d.beginResync(link, TwoSides.RETENTION, false, c)),
                new Change("pause", (d, link, point, c) -> d.pause(link, c)),
                new Change("process", (d, link, point, c) -> d.process(link, c)),
                new Change("closeReception", (d, link, point, c) -> d.closeReception(link, 9, c)),
                new Change("bringTo", (d, link, point, c) -> d.bringTo(link, OTHER, point, c)),
                new Change("bringToUnverified", (d, link, point, c) -> d.bringToUnverified(link, OTHER, point, c)),
                new Change("giveBack", (d, link, point, c) -> d.giveBack(link, JOB, false, c)),
                new Change("commit", (d, link, point, c) -> d.commit(link, JOB, c)),
                new Change("tidy", (d, link, point, c) -> d.tidy(link, c)),
                new Change("beginReversal", (d, link, point, c) -> d.beginReversal(link, TwoSides.RETENTION, c)),
                new Change("keepAsItStood", (d, link, point, c) -> d.keepAsItStood(link, TwoSides.RETENTION, c)),
                new Change("undoReversal", (d, link, point, c) -> d.undoReversal(link, c)),
                new Change("keepAsDisks", (d, link, point, c) -> d.keepAsDisks(link, c)),
                new Change("dissolveTarget", (d, link, point, c) -> d.dissolveTarget(link, true, c)));
    }

    private static List<String> files(StorageFolder folder, String path) {
        List<String> all = new ArrayList<>();
        folder.list().forEach(each -> all.add(path + each));
        folder.children().forEach(each -> all.addAll(files(folder.child(each), path + each + "/")));
        return all;
    }

    private List<String> files() {
        List<String> all = new ArrayList<>();
        for (Side side : Side.values()) {
            MemoryFolder root = two.roots.get(side);
            all.addAll(files(root, side + "/"));
        }
        return all;
    }

    private void refuses(String name, Consumer<CallContext> call) {
        List<String> before = files();
        ReplicaStatus status = two.status(Side.RECOVERY);
        SdrException refused = catchThrowableOfType(SdrException.class, () -> call.accept(two.call()));
        assertThat(refused).as("%s", name).isNotNull();
        assertThat(refused.code()).as("%s: %s", name, refused).isEqualTo("STALE_EPOCH");
        assertThat(files()).as("%s", name).isEqualTo(before);
        assertThat(two.status(Side.RECOVERY)).as("%s", name).isEqualTo(status);
    }

    /** At a target whose reception was closed to older epochs. */
    @TestFactory
    List<DynamicTest> nothingIsChangedAtAClosedReplica() {
        two.start();
        two.driver.establish(two.linkTo(Side.RECOVERY), TwoSides.RETENTION, two.call());
        two.write(3);
        PointId point = two.cycle().id();
        two.write(3);
        two.cycle();
        two.bringTo(JOB, point);
        two.epoch = 5;
        two.driver.closeReception(two.linkTo(Side.RECOVERY), 5, two.call());
        two.epoch = 4;
        List<DynamicTest> tests = new ArrayList<>();
        for (Change each : changes()) {
            tests.add(DynamicTest.dynamicTest(
                    each.name(),
                    () -> refuses(
                            each.name(), call -> each.call().on(two.driver, two.linkTo(Side.RECOVERY), point, call))));
        }
        return tests;
    }

    /** At a side that was the source and became the target since: what an old engine takes for the source's marks is a replica. */
    @Test
    void aReplicaIsNotTakenForWhatASourceKeeps() {
        two.start();
        two.driver.establish(two.linkTo(Side.RECOVERY), TwoSides.RETENTION, two.call());
        two.write(3);
        PointId point = two.cycle().id();
        two.stop();
        two.failOver(JOB, point);
        two.driver.commit(two.linkTo(Side.RECOVERY), JOB, two.call());
        ReversalPlan unused = two.reverse();
        two.write(3);
        two.cycle();
        two.epoch = 1;
        assertThat(two.status(Side.PRIMARY).points()).hasSize(2);
        refuses("dissolveSource", call -> two.driver.dissolveSource(two.linkTo(Side.RECOVERY), call));
        assertThat(two.status(Side.PRIMARY).points()).hasSize(2);
    }
}
