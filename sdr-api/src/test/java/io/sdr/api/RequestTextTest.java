package io.sdr.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** A request in a log says what is asked for. */
class RequestTextTest {
    private static final ItemId ITEM = new ItemId("sql-01");

    @Test
    void saysWhatIsAsked() {
        assertThat(FailoverPlan.planned(ITEM, Side.PRIMARY)
                        .reverseAutomatically()
                        .by("ann"))
                .hasToString("planned failover delta of item sql-01: to PRIMARY, waits to be completed, then reverses,"
                        + " by ann");
        assertThat(CommitRequest.droppingAllPoints(ITEM)).hasToString("commit of item sql-01");
        assertThat(ProtectionRequest.of("sql-01").from("east").to("west"))
                .asString()
                .startsWith("protect VM sql-01 from Place[site=east");
    }

    @Test
    void eachNamesItsItem() {
        List<ItemRequest> all = List.of(
                FailoverPlan.unplanned(ITEM, Side.RECOVERY).shutDownFirst(),
                FailoverPlan.unplannedToOldDisk(ITEM, Side.RECOVERY),
                FailoverPlan.test(ITEM, Side.RECOVERY, TestNetwork.none()),
                ChangePointRequest.discardingTargetWrites(ITEM, RecoveryPointSelector.latest()),
                CancelFailoverRequest.droppingTargetWrites(ITEM),
                ReverseRequest.overwriting(Side.PRIMARY, ITEM),
                ReplicateNowRequest.crashConsistent(ITEM),
                StartVmRequest.of(ITEM),
                ResynchronizeRequest.comparing(ITEM),
                GrowReplicaRequest.toSourceSize(ITEM),
                DisableRequest.deletingReplica(ITEM),
                TestCleanupRequest.removingEverything(ITEM),
                ResolveRequest.keepingActiveSide(Side.PRIMARY, ITEM));
        assertThat(all)
                .allSatisfy(request -> assertThat(request.toString())
                        .contains(request.operation().words() + " of item sql-01")
                        .doesNotContain("@"));
    }
}
