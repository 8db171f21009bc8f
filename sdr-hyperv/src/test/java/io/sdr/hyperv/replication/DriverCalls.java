package io.sdr.hyperv.replication;

import io.sdr.api.Consistency;
import io.sdr.api.ItemId;
import io.sdr.api.JobId;
import io.sdr.api.PointId;
import io.sdr.api.ReplicationPolicy;
import io.sdr.api.Side;
import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.CycleResult;
import io.sdr.api.spi.Endpoint;
import io.sdr.api.spi.HeldPoint;
import io.sdr.api.spi.ReplicaLink;
import io.sdr.api.spi.ReplicationDriver;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/** Every method of the driver that may change something, as one call with fixed arguments. */
final class DriverCalls {
    static final ItemId ITEM = new ItemId("item-1");
    static final VmId VM = new VmId("00000000-0000-0000-0000-000000000001");
    static final JobId JOB = new JobId("job-1");
    static final JobId DRILL = new JobId("drill-1");
    static final PointId POINT = new PointId("p1");
    static final long EPOCH = 2;
    static final long SEQUENCE = 5;
    static final ReplicationPolicy POLICY = ReplicationPolicy.defaults();
    private static final ReplicationDriver.Retention RETENTION =
            new ReplicationDriver.Retention(24, Duration.ofHours(1));

    private DriverCalls() {}

    static ReplicationDriver driver(FakePair pair) {
        return new HyperVReplicaDriver(
                new FakeReplicaSite(pair, Side.PRIMARY), new FakeReplicaSite(pair, Side.RECOVERY));
    }

    static ReplicaLink to(Side side) {
        return new ReplicaLink(
                ITEM,
                side,
                new Endpoint(FakeReplicaSite.id(side.other()), VM),
                new Endpoint(FakeReplicaSite.id(side), VM));
    }

    static final ReplicaLink OUT = to(Side.RECOVERY);
    static final ReplicaLink BACK = to(Side.PRIMARY);

    static CallContext call(String token) {
        return CallContext.once(ITEM, EPOCH, token, Instant.MAX);
    }

    /** By name; each answers with a word for what it returned. */
    static Map<String, Function<ReplicationDriver, String>> all() {
        Map<String, Function<ReplicationDriver, String>> calls = new LinkedHashMap<>();
        calls.put("establish", d -> {
            d.establish(OUT, POLICY, call("establish"));
            return "done";
        });
        calls.put("replicate", d -> word(d.replicate(OUT, SEQUENCE, Consistency.CRASH_CONSISTENT, call("cycle"))));
        calls.put(
                "replicate, a later one",
                d -> word(d.replicate(OUT, Long.MAX_VALUE, Consistency.CRASH_CONSISTENT, call("cycle"))));
        calls.put("sendRest", d -> word(d.sendRest(OUT, SEQUENCE, Consistency.CRASH_CONSISTENT, call("rest"))));
        calls.put("takeBackRest", d -> {
            d.takeBackRest(OUT, call("back"));
            return "done";
        });
        calls.put("pause", d -> {
            d.pause(OUT, call("pause"));
            return "done";
        });
        calls.put("beginResync", d -> {
            d.beginResync(OUT, RETENTION, false, call("resync"));
            return "done";
        });
        calls.put("closeReception", d -> {
            d.closeReception(OUT, EPOCH + 1, call("close"));
            return "done";
        });
        calls.put("bringTo a point", d -> point(d.bringTo(OUT, JOB, POINT, call("bring"))));
        calls.put(
                "bringTo the latest",
                d -> point(d.bringTo(OUT, JOB, new PointId(Statuses.LATEST + "1"), call("latest"))));
        calls.put("giveBack", d -> {
            d.giveBack(OUT, JOB, false, call("give"));
            return "done";
        });
        calls.put("giveBack a test", d -> {
            d.giveBack(OUT, DRILL, false, call("give"));
            return "done";
        });
        calls.put("commit", d -> {
            d.commit(OUT, JOB, call("commit"));
            return "done";
        });
        calls.put("openTest", d -> {
            VmId unused = d.openTest(OUT, DRILL, POINT, call("test"));
            return "done";
        });
        calls.put("beginReversal", d -> {
            d.beginReversal(BACK, RETENTION, call("reverse"));
            return "done";
        });
        calls.put("undoReversal", d -> {
            Object unused = d.undoReversal(BACK, call("undo"));
            return "done";
        });
        calls.put("keepAsDisks", d -> {
            d.keepAsDisks(OUT, call("keep"));
            return "done";
        });
        calls.put("dissolve", d -> {
            d.dissolve(OUT, true, call("dissolve"));
            return "done";
        });
        calls.put("dissolveTarget, kept", d -> {
            d.dissolveTarget(OUT, false, call("dissolve"));
            return "done";
        });
        return calls;
    }

    static String run(String name, FakePair pair) {
        return Objects.requireNonNull(all().get(name)).apply(driver(pair));
    }

    private static String word(CycleResult result) {
        return result.getClass().getSimpleName();
    }

    private static String point(HeldPoint held) {
        return "holds " + held.point();
    }

    static final List<String> NAMES = List.copyOf(all().keySet());
}
