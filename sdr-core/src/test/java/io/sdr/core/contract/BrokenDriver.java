package io.sdr.core.contract;

import io.sdr.api.PointId;
import io.sdr.api.RecoveryPoint;
import io.sdr.api.RetryableException;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.CycleResult;
import io.sdr.api.spi.CycleStatistics;
import io.sdr.api.spi.ReplicaLink;
import io.sdr.api.spi.ReplicaStatus;
import io.sdr.api.spi.ReplicationDriver;
import io.sdr.api.spi.WholeDiskDigests;
import io.sdr.core.format.RawFormat;
import io.sdr.testkit.contract.SimulatedDriverWorld;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** Drivers that are wrong in one way each, and the test that must notice. */
@SuppressWarnings("ImmutableEnumChecker") // what breaks things keeps no state of its own
enum BrokenDriver {
    ACKNOWLEDGES_WHAT_IT_DID_NOT_SEND("everyPointHoldsItsMoment", driver -> (method, a, good) -> {
        if (method.equals("replicate") && (long) a[1] == 2) {
            RecoveryPoint first = last(driver, (ReplicaLink) a[0], (CallContext) a[3]);
            return new CycleResult.Received(
                    new RecoveryPoint(new PointId("made-up"), 2, first.time(), first.consistency(), false, false),
                    CycleStatistics.NONE);
        }
        return good.call(a);
    }),
    BRINGS_THE_LATEST_WHATEVER_IS_ASKED("everyPointHoldsItsMoment", driver -> (method, a, good) -> {
        if (method.equals("bringTo")) {
            a[2] = last(driver, (ReplicaLink) a[0], (CallContext) a[3]).id();
        }
        return good.call(a);
    }),
    BUILDS_AT_EVERY_CALL("theSameTokenBuildsOnce", driver -> {
        AtomicInteger calls = new AtomicInteger();
        return (method, a, good) -> {
            if (method.equals("bringTo")) {
                a[3] = ((CallContext) a[3]).withToken("call-" + calls.incrementAndGet());
            }
            return good.call(a);
        };
    }),
    NEVER_GIVES_BACK(
            "aTestLeavesThingsAsTheyWere",
            driver -> (method, a, good) -> method.equals("giveBack") ? null : good.call(a)),
    DROPS_WRITES_THAT_SHALL_BE_KEPT("targetWritesAreKeptWhereThatIsClaimed", driver -> (method, a, good) -> {
        if (method.equals("giveBack")) {
            a[2] = false;
        }
        return good.call(a);
    }),
    CALLS_A_GAP_RECEIVED("aLostHistoryIsReported", driver -> (method, a, good) -> {
        Object answer = good.call(a);
        return answer instanceof CycleResult.Gap
                ? new CycleResult.Received(last(driver, (ReplicaLink) a[0], (CallContext) a[3]), CycleStatistics.NONE)
                : answer;
    }),
    CALLS_A_CANCELLED_CYCLE_RECEIVED("aCancelledCycleIsWholeOrNotThere", driver -> {
        java.util.Set<Object> received = new java.util.HashSet<>();
        return (method, a, good) -> {
            if (!method.equals("replicate")) {
                return good.call(a);
            }
            if (((CallContext) a[3]).cancel().isSet()) {
                received.add(a[1]);
            }
            return received.contains(a[1])
                    ? new CycleResult.Received(
                            last(driver, (ReplicaLink) a[0], (CallContext) a[3]), CycleStatistics.NONE)
                    : good.call(a);
        };
    }),
    CALLS_REPLACED_WHAT_IT_DID_NOT_WRITE("disksAreReplacedInPlaceWhereThatIsClaimed", driver -> (method, a, good) -> {
        if (method.equals("replaceInPlace")
                && driver.status(List.of((ReplicaLink) a[0]), (CallContext) a[3])
                        .get(((ReplicaLink) a[0]).item())
                        .held()
                        .isEmpty()) {
            return new CycleResult.Received(last(driver, (ReplicaLink) a[0], (CallContext) a[3]), CycleStatistics.NONE);
        }
        return good.call(a);
    }),
    LEAVES_RECEPTION_OPEN(
            "aClosedReceptionRefuses",
            driver -> (method, a, good) -> method.equals("closeReception") ? null : good.call(a)),
    IGNORES_THE_EPOCH("aClosedReceptionRefuses", driver -> (method, a, good) -> {
        if (method.equals("replicate")) {
            a[3] = ((CallContext) a[3]).withEpoch(1L << 40);
        }
        return good.call(a);
    }),
    IGNORES_THE_DEADLINE("aLateCallChangesNothing", driver -> (method, a, good) -> {
        for (int i = 0; i < a.length; i++) {
            if (a[i] instanceof CallContext call) {
                a[i] = new CallContext(
                        call.item(),
                        call.epoch(),
                        call.token(),
                        call.attempt(),
                        java.time.Instant.MAX,
                        call.cancel(),
                        call.progress());
            }
        }
        return good.call(a);
    }),
    SEES_NO_REPLICA_WITHOUT_CONTACT("withoutTheTargetNothingIsMadeUp", driver -> (method, a, good) -> {
        try {
            return good.call(a);
        } catch (RetryableException e) {
            if (method.equals("status")) {
                Map<Object, Object> none = new HashMap<>();
                ((java.util.Collection<?>) a[0])
                        .forEach(link -> none.put(((ReplicaLink) link).item(), ReplicaStatus.NONE));
                return none;
            }
            throw e;
        }
    }),
    COMPARES_NOTHING("nothingIsLostAndThatIsShown", driver -> (method, a, good) -> {
        Object answer = good.call(a);
        return answer instanceof WholeDiskDigests whole
                ? new WholeDiskDigests(zeros(whole), zeros(whole), whole.bytesRead())
                : answer;
    }),
    NEVER_COMMITS(
            "aCommitLeavesNoPoints", driver -> (method, a, good) -> method.equals("commit") ? null : good.call(a)),
    KEEPS_A_REPLICA(
            "keptDisksHoldWhatWasReceived",
            driver -> (method, a, good) -> method.equals("keepAsDisks") ? null : good.call(a)),
    DELETES_WHAT_IS_KEPT("keptDisksHoldWhatWasReceived", driver -> (method, a, good) -> {
        if (method.equals("keepAsDisks")) {
            driver.dissolveTarget((ReplicaLink) a[0], true, (CallContext) a[1]);
        }
        return good.call(a);
    }),
    ASKS_THE_SOURCE("keptDisksHoldWhatWasReceived", driver -> (method, a, good) -> {
        if (method.equals("dissolveTarget")) {
            driver.dissolveSource((ReplicaLink) a[0], (CallContext) a[2]);
        }
        return good.call(a);
    }),
    LEAVES_MARKS(
            "theSourceIsDissolvedAlone",
            driver -> (method, a, good) -> method.equals("dissolveSource") ? null : good.call(a)),
    LEAVES_THE_RELATION(
            "dissolvingLeavesNothing", driver -> (method, a, good) -> method.equals("dissolve") ? null : good.call(a)),
    LEAVES_THE_REPLICA("dissolvingLeavesNothing", driver -> (method, a, good) -> {
        if (method.equals("dissolve")) {
            a[1] = false;
        }
        return good.call(a);
    });

    private final String test;
    private final Function<ReplicationDriver, Interceptor> how;

    BrokenDriver(String test, Function<ReplicationDriver, Interceptor> how) {
        this.test = test;
        this.how = how;
    }

    private static RecoveryPoint last(ReplicationDriver driver, ReplicaLink link, CallContext call) {
        List<RecoveryPoint> points =
                driver.status(List.of(link), call).get(link.item()).points();
        return points.get(points.size() - 1);
    }

    private static Map<io.sdr.api.DiskId, String> zeros(WholeDiskDigests whole) {
        Map<io.sdr.api.DiskId, String> zeros = new HashMap<>();
        whole.source().keySet().forEach(disk -> zeros.put(disk, "0".repeat(64)));
        return zeros;
    }

    String test() {
        return test;
    }

    SimulatedDriverWorld open() {
        return SimulatedDriverWorld.inMemory(
                new RawFormat(), driver -> Interceptor.before(ReplicationDriver.class, driver, how.apply(driver)));
    }
}
