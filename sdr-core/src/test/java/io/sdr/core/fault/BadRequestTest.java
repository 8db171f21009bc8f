package io.sdr.core.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sdr.api.Answer;
import io.sdr.api.CancelFailoverRequest;
import io.sdr.api.ChangePointRequest;
import io.sdr.api.CommitRequest;
import io.sdr.api.Denial;
import io.sdr.api.DiskId;
import io.sdr.api.FailoverPlan;
import io.sdr.api.InvalidRequestException;
import io.sdr.api.ItemId;
import io.sdr.api.Job;
import io.sdr.api.JobId;
import io.sdr.api.Operation;
import io.sdr.api.OperationNotAllowedException;
import io.sdr.api.PointId;
import io.sdr.api.ProtectionRequest;
import io.sdr.api.RecoveryPointSelector;
import io.sdr.api.ReplicateNowRequest;
import io.sdr.api.ReplicatedItem;
import io.sdr.api.ReplicationPolicy;
import io.sdr.api.Request;
import io.sdr.api.RetryableException;
import io.sdr.api.ReverseRequest;
import io.sdr.api.SdrException;
import io.sdr.api.Side;
import io.sdr.api.SiteId;
import io.sdr.api.SiteRecovery;
import io.sdr.api.SyncMode;
import io.sdr.api.VmId;
import io.sdr.testkit.InMemorySite;
import io.sdr.testkit.MemoryFolder;
import io.sdr.testkit.SiteOptions;
import io.sdr.testkit.VirtualTime;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What cannot work is refused with a stable code, by name and with a remedy, and before anything is changed: at no site, in no store. */
class BadRequestTest {
    private static final ItemId ITEM = new ItemId("sql-01");
    private static final ReplicationPolicy POLICY = ReplicationPolicy.defaults();

    @TempDir
    private Path folder;

    private final VirtualTime time = new VirtualTime();
    private final MemoryFolder eastRoot = new MemoryFolder("east:");
    private final MemoryFolder westRoot = new MemoryFolder("west:");
    private InMemorySite east;
    private InMemorySite west;
    private SiteRecovery engine;

    @BeforeEach
    void open() {
        east = InMemorySite.open(SiteOptions.named("east").time(time).clouds("Gold", "Silver"), eastRoot);
        west = InMemorySite.open(SiteOptions.named("west").time(time).clouds("Gold-DR"), westRoot);
        east.powerOn(east.createVm("sql", 200_000).id());
        east.createVm("twin", 10_000);
        east.createVm("twin", 10_000);
        east.createVm("bare");
        engine = SiteRecovery.builder()
                .site(east)
                .site(west)
                .dataDirectory(folder)
                .withoutScheduler()
                .timekeeper(time)
                .build();
    }

    @AfterEach
    void close() {
        engine.close();
        east.close();
        west.close();
    }

    /** Everything that a refusal must leave alone. */
    private List<Object> everything() {
        List<Object> all = new ArrayList<>();
        all.add(Contents.of(eastRoot));
        all.add(Contents.of(westRoot));
        all.add(engine.items());
        all.add(engine.openJobs().stream().map(Job::id).toList());
        engine.items()
                .forEach(item -> all.add(engine.jobs(item, Optional.empty(), 1000).stream()
                        .map(job -> job.id() + " " + job.status())
                        .toList()));
        return all;
    }

    private void refused(Class<? extends SdrException> type, String code, List<String> named, ThrowingCallable call) {
        List<Object> before = everything();
        SdrException refusal = catchThrowableOfType(SdrException.class, call);
        assertThat(refusal).as(code).isNotNull().isInstanceOf(type);
        assertThat(refusal.code()).isEqualTo(code);
        assertThat(refusal.getMessage()).contains(named);
        assertThat(refusal.problem().remedy()).isNotBlank();
        time.runFor(Duration.ofMinutes(10));
        assertThat(everything()).isEqualTo(before);
    }

    private void invalid(String code, List<String> named, ThrowingCallable call) {
        refused(InvalidRequestException.class, code, named, call);
    }

    private static ProtectionRequest sql() {
        return ProtectionRequest.of("sql").from("east").to("west").as(ITEM);
    }

    private void protectSql() {
        engine.protect(sql().policy(POLICY.pointEvery(Duration.ZERO))).await();
        time.runFor(Duration.ofMinutes(1));
    }

    // ---- protecting

    @Test
    void protectingFromOrToNowhere() {
        invalid(
                "UNKNOWN_SITE",
                List.of("north", "east", "west"),
                () -> engine.protect(ProtectionRequest.of("sql").from("north").to("west")));
        invalid(
                "UNKNOWN_SITE",
                List.of("north", "east", "west"),
                () -> engine.protect(ProtectionRequest.of("sql").from("east").to("north")));
        invalid(
                "UNKNOWN_CLOUD",
                List.of("Bronze", "Gold", "Silver", "east"),
                () -> engine.protect(
                        ProtectionRequest.of("sql").from("east", "Bronze").to("west")));
        invalid(
                "UNKNOWN_CLOUD",
                List.of("Gold", "Gold-DR", "west"),
                () -> engine.protect(
                        ProtectionRequest.of("sql").from("east", "Gold").to("west", "Gold")));
        invalid(
                "SAME_PLACE",
                List.of("sql", "east"),
                () -> engine.protect(ProtectionRequest.of("sql").from("east").to("east")));
        invalid(
                "SAME_PLACE",
                List.of("sql", "east"),
                () -> engine.protect(
                        ProtectionRequest.of("sql").from("east", "Gold").to("east", "Gold")));
    }

    @Test
    void protectingWhatIsNotThere() {
        invalid(
                "UNKNOWN_VM",
                List.of("nobody", "east"),
                () -> engine.protect(ProtectionRequest.of("nobody").from("east").to("west")));
        invalid(
                "UNKNOWN_VM",
                List.of("sql", "east"),
                () -> engine.protect(
                        ProtectionRequest.of("sql").from("east", "Silver").to("west")));
        invalid(
                "UNKNOWN_VM",
                List.of("sql", "west"),
                () -> engine.protect(ProtectionRequest.of("sql").from("west").to("east")));
        invalid(
                "AMBIGUOUS_VM",
                List.of("twin", "vm-000002", "vm-000003"),
                () -> engine.protect(ProtectionRequest.of("twin").from("east").to("west")));
        invalid(
                "NO_DISKS",
                List.of("bare"),
                () -> engine.protect(ProtectionRequest.of("bare").from("east").to("west")));
    }

    @Test
    void protectingTwice() {
        protectSql();
        invalid(
                "ALREADY_PROTECTED",
                List.of("sql-01"),
                () -> engine.protect(ProtectionRequest.of("sql").from("east").to("west")));
        invalid(
                "ALREADY_PROTECTED",
                List.of("sql-01"),
                () -> engine.protect(
                        ProtectionRequest.of("vm-000001").from("east", "Gold").to("west")));
        VmId copy = engine.item(ITEM).vms().get(Side.RECOVERY);
        invalid(
                "ALREADY_PROTECTED",
                List.of("sql-01"),
                () -> engine.protect(
                        ProtectionRequest.of(String.valueOf(copy)).from("west").to("east")));
        invalid(
                "ITEM_EXISTS",
                List.of("sql-01"),
                () -> engine.protect(ProtectionRequest.of("vm-000002")
                        .from("east")
                        .to("west")
                        .as(ITEM)));
    }

    @Test
    void protectingWithoutRoomOrContact() {
        westRoot.limitRoom(westRoot.usedBytes() + 64 * 1024);
        // how much of a disk is data shows only in a checkpoint, so this warns and does not refuse
        assertThat(engine.dryRun(sql()).findings())
                .anyMatch(finding -> finding.code().equals("NO_ROOM") && !finding.isBlocker());
        westRoot.limitRoom(Long.MAX_VALUE);
        for (InMemorySite silent : List.of(east, west)) {
            silent.loseContact();
            refused(
                    RetryableException.class,
                    "SITE_UNREACHABLE",
                    List.of(silent.id().value()),
                    () -> engine.protect(sql()));
            silent.restoreContact();
        }
        protectSql();
    }

    // ---- items

    @Test
    void verbsOnAnItemThatIsNotThere() {
        ItemId nobody = new ItemId("nobody");
        List<ThrowingCallable> calls = new ArrayList<>(List.of(
                () -> engine.item(nobody),
                () -> engine.recoveryPoints(nobody),
                () -> engine.completeFailover(nobody),
                () -> engine.jobs(nobody, Optional.empty(), 10)));
        REQUESTS.values().forEach(request -> {
            calls.add(() -> engine.start(request.apply(nobody)));
            calls.add(() -> engine.dryRun(request.apply(nobody)));
        });
        calls.forEach(call -> invalid("UNKNOWN_ITEM", List.of("nobody"), call));
    }

    private static final Map<Operation, Function<ItemId, Request>> REQUESTS = requests();

    private static Map<Operation, Function<ItemId, Request>> requests() {
        Map<Operation, Function<ItemId, Request>> all = new EnumMap<>(Operation.class);
        all.put(Operation.REPLICATE_NOW, ReplicateNowRequest::crashConsistent);
        all.put(Operation.PLANNED_FAILOVER_DELTA, item -> FailoverPlan.planned(item, Side.RECOVERY));
        all.put(
                Operation.PLANNED_FAILOVER_FULL,
                item -> FailoverPlan.planned(item, Side.RECOVERY).sync(SyncMode.FULL_DURING_FAILOVER));
        all.put(Operation.UNPLANNED_FAILOVER, item -> FailoverPlan.unplanned(item, Side.RECOVERY));
        all.put(
                Operation.CHANGE_RECOVERY_POINT,
                item -> ChangePointRequest.discardingTargetWrites(item, RecoveryPointSelector.latest()));
        all.put(Operation.COMMIT, CommitRequest::droppingAllPoints);
        all.put(Operation.CANCEL_FAILOVER, CancelFailoverRequest::droppingTargetWrites);
        all.put(Operation.REVERSE_REPLICATE, item -> ReverseRequest.overwriting(Side.PRIMARY, item));
        return all;
    }

    /** In every state that a life cycle passes: whatever the snapshot denies is refused with that very denial. */
    @Test
    void operationsThatAreNotAllowedNow() {
        protectSql();
        int refusals = deniedNow();
        Job waiting = engine.failOver(FailoverPlan.planned(ITEM, Side.RECOVERY).waitForComplete());
        assertThat(waiting.awaitPrompt(Duration.ofHours(1))).isPresent();
        refusals += deniedNow();
        waiting.cancel();
        waiting.awaitEnd(Duration.ofHours(1));
        engine.failOver(FailoverPlan.unplanned(ITEM, Side.RECOVERY).shutDownFirst())
                .await();
        time.runFor(Duration.ofMinutes(1));
        refusals += deniedNow();
        engine.commit(ITEM).await();
        time.runFor(Duration.ofMinutes(1));
        refusals += deniedNow();
        assertThat(refusals).isGreaterThanOrEqualTo(16);
    }

    private int deniedNow() {
        ReplicatedItem item = engine.item(ITEM);
        int refusals = 0;
        for (Map.Entry<Operation, Denial> denied : item.deniedOperations().entrySet()) {
            Function<ItemId, Request> request = REQUESTS.get(denied.getKey());
            if (request != null) {
                refusedBy(denied.getValue(), () -> engine.start(request.apply(ITEM)));
                refusals++;
            } else if (denied.getKey() == Operation.COMPLETE_FAILOVER) {
                refusedBy(denied.getValue(), () -> engine.completeFailover(ITEM));
                refusals++;
            }
        }
        return refusals;
    }

    private void refusedBy(Denial denial, ThrowingCallable call) {
        List<Object> before =
                engine.items().stream().<Object>map(ReplicatedItem::version).toList();
        OperationNotAllowedException refusal = catchThrowableOfType(OperationNotAllowedException.class, call);
        assertThat(refusal).as("%s", denial).isNotNull();
        assertThat(refusal.denial()).isEqualTo(denial);
        assertThat(denial.reason()).isNotBlank();
        assertThat(denial.remedy()).isNotBlank();
        assertThat(refusal.getMessage()).contains(denial.reason(), denial.remedy(), "sql-01");
        assertThat(engine.items().stream().<Object>map(ReplicatedItem::version).toList())
                .isEqualTo(before);
    }

    @Test
    void theWrongDirection() {
        protectSql();
        invalid(
                "WRONG_DIRECTION",
                List.of("PRIMARY", "sql-01"),
                () -> engine.failOver(FailoverPlan.unplanned(ITEM, Side.PRIMARY)));
        invalid(
                "WRONG_DIRECTION",
                List.of("PRIMARY", "sql-01"),
                () -> engine.failOver(FailoverPlan.planned(ITEM, Side.PRIMARY)));
        engine.failOver(FailoverPlan.unplanned(ITEM, Side.RECOVERY).shutDownFirst())
                .await();
        engine.commit(ITEM).await();
        time.runFor(Duration.ofMinutes(1));
        invalid(
                "WRONG_DIRECTION",
                List.of("RECOVERY", "sql-01"),
                () -> engine.reverseReplicate(ReverseRequest.overwriting(Side.RECOVERY, ITEM)));
    }

    @Test
    void pointsThatAreNotThere() {
        protectSql();
        RecoveryPointSelector unknown = RecoveryPointSelector.exactly(new PointId("e9s9"));
        RecoveryPointSelector tooOld = RecoveryPointSelector.notAfter(Instant.EPOCH);
        RecoveryPointSelector application = RecoveryPointSelector.latestApplicationConsistent();
        for (boolean first : List.of(true, false)) {
            FailoverPlan.Unplanned plain = FailoverPlan.unplanned(ITEM, Side.RECOVERY);
            FailoverPlan.Unplanned plan = first ? plain.shutDownFirst() : plain;
            invalid("UNKNOWN_POINT", List.of("e9s9", "sql-01"), () -> engine.failOver(plan.at(unknown)));
            invalid("UNKNOWN_POINT", List.of("1970", "sql-01"), () -> engine.failOver(plan.at(tooOld)));
            invalid(
                    "UNKNOWN_POINT",
                    List.of("application-consistent", "sql-01"),
                    () -> engine.failOver(plan.at(application)));
        }
        engine.failOver(FailoverPlan.unplanned(ITEM, Side.RECOVERY).shutDownFirst())
                .await();
        time.runFor(Duration.ofMinutes(1));
        for (RecoveryPointSelector selector : List.of(unknown, tooOld, application)) {
            invalid(
                    "UNKNOWN_POINT",
                    List.of("sql-01"),
                    () -> engine.changePoint(ChangePointRequest.discardingTargetWrites(ITEM, selector)));
        }
    }

    // ---- jobs

    @Test
    void jobsThatAreNotThereOrDoNotAsk() {
        protectSql();
        invalid("UNKNOWN_JOB", List.of("nobody"), () -> engine.job(new JobId("nobody")));
        for (int limit : new int[] {Integer.MIN_VALUE, 0, 1001, Integer.MAX_VALUE}) {
            invalid(
                    "LIMIT_OUT_OF_RANGE",
                    List.of(Integer.toString(limit), "1000"),
                    () -> engine.jobs(ITEM, Optional.empty(), limit));
        }
        Job ended = engine.jobs(ITEM, Optional.empty(), 1).get(0);
        invalid(
                "ANSWER_NOT_ASKED",
                List.of("ACCEPT_TWO_RUNNING", ended.id().value()),
                () -> ended.answer(Answer.acceptTwoRunning("me", "why not")));
        refused(OperationNotAllowedException.class, "NO_FAILED_JOB", List.of("sql-01"), ended::retry);
        refused(OperationNotAllowedException.class, "NO_JOB_TO_CANCEL", List.of("sql-01"), ended::cancel);
        Job asking = engine.failOver(FailoverPlan.unplanned(ITEM, Side.RECOVERY));
        assertThat(asking.awaitPrompt(Duration.ofHours(1))).isPresent();
        invalid(
                "ANSWER_NOT_ASKED",
                List.of("COMPLETE", asking.id().value()),
                () -> asking.answer(new Answer(Answer.Kind.COMPLETE, "me", "")));
    }

    // ---- values

    @Test
    void policyOutOfRange() {
        Map<String, List<ThrowingCallable>> beyond = Map.of(
                "replication frequency",
                List.of(
                        () -> POLICY.every(Duration.ofSeconds(30).minusNanos(1)),
                        () -> POLICY.every(Duration.ofHours(24).plusNanos(1)),
                        () -> POLICY.every(Duration.ZERO),
                        () -> POLICY.every(Duration.ofSeconds(-30))),
                "distance of recovery points",
                List.of(
                        () -> POLICY.pointEvery(Duration.ofMinutes(15).minusNanos(1)),
                        () -> POLICY.pointEvery(Duration.ofHours(24).plusNanos(1)),
                        () -> POLICY.pointEvery(Duration.ofMinutes(-15))),
                "recovery points kept",
                List.of(
                        () -> POLICY.pointsKept(-1),
                        () -> POLICY.pointsKept(721),
                        () -> POLICY.pointsKept(Integer.MIN_VALUE),
                        () -> POLICY.pointsKept(Integer.MAX_VALUE)),
                "application-consistent frequency",
                List.of(
                        () -> POLICY.applicationConsistentEvery(
                                Duration.ofHours(1).minusNanos(1)),
                        () -> POLICY.applicationConsistentEvery(
                                Duration.ofHours(12).plusNanos(1)),
                        () -> POLICY.applicationConsistentEvery(Duration.ofHours(-1))),
                "final delta threshold",
                List.of(
                        () -> POLICY.finalDeltaThresholdBytes(0),
                        () -> POLICY.finalDeltaThresholdBytes(-1),
                        () -> POLICY.finalDeltaThresholdBytes((1L << 40) + 1)),
                "shutdown deadline",
                List.of(
                        () -> POLICY.shutdownDeadline(Duration.ofSeconds(1).minusNanos(1)),
                        () -> POLICY.shutdownDeadline(Duration.ofHours(1).plusNanos(1)),
                        () -> POLICY.shutdownDeadline(Duration.ZERO)));
        beyond.forEach((name, calls) -> calls.forEach(call -> invalid("POLICY_OUT_OF_RANGE", List.of(name), call)));
    }

    @Test
    void policyAtTheEndsOfItsRanges() {
        assertThat(POLICY.every(Duration.ofSeconds(30))
                        .every(Duration.ofHours(24))
                        .every())
                .isEqualTo(Duration.ofHours(24));
        assertThat(POLICY.pointEvery(Duration.ZERO)
                        .pointEvery(Duration.ofMinutes(15))
                        .pointEvery(Duration.ofHours(24))
                        .pointEvery())
                .isEqualTo(Duration.ofHours(24));
        assertThat(POLICY.pointsKept(0).pointsKept(720).pointsKept()).isEqualTo(720);
        assertThat(POLICY.applicationConsistentEvery(Duration.ZERO)
                        .applicationConsistentEvery(Duration.ofHours(1))
                        .applicationConsistentEvery(Duration.ofHours(12))
                        .applicationConsistentEvery())
                .isEqualTo(Duration.ofHours(12));
        assertThat(POLICY.finalDeltaThresholdBytes(1)
                        .finalDeltaThresholdBytes(1L << 40)
                        .finalDeltaThresholdBytes())
                .isEqualTo(1L << 40);
        assertThat(POLICY.shutdownDeadline(Duration.ofSeconds(1))
                        .shutdownDeadline(Duration.ofHours(1))
                        .shutdownDeadline())
                .isEqualTo(Duration.ofHours(1));
    }

    @Test
    void idsThatCannotBeFileNames() {
        List<Function<String, Object>> makers =
                List.of(ItemId::new, SiteId::new, VmId::new, JobId::new, PointId::new, DiskId::new);
        List<String> bad = List.of(
                "",
                " ",
                ".",
                "..",
                ".hidden",
                "-x",
                "_x",
                "a/b",
                "a\\b",
                "a b",
                "a:b",
                "a\0",
                "ä",
                "a\n",
                "x".repeat(129));
        for (Function<String, Object> maker : makers) {
            for (String value : bad) {
                invalid("INVALID_ID", List.of("A-Z", "128"), () -> maker.apply(value));
            }
            for (String value : List.of("a", "A.b_c-9", "9", "x".repeat(128))) {
                assertThat(maker.apply(value)).hasToString(value);
            }
        }
        assertThatThrownBy(() -> ProtectionRequest.of("sql").from("../east").to("west"))
                .isInstanceOf(InvalidRequestException.class);
    }
}
