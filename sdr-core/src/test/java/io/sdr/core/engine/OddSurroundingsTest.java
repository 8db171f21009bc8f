package io.sdr.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sdr.api.FailoverPlan;
import io.sdr.api.ItemId;
import io.sdr.api.Job;
import io.sdr.api.JobOutcome;
import io.sdr.api.JobStatus;
import io.sdr.api.Operation;
import io.sdr.api.OperationFailedException;
import io.sdr.api.ProtectionRequest;
import io.sdr.api.ProtectionState;
import io.sdr.api.RecoveryPoint;
import io.sdr.api.ReplicatedItem;
import io.sdr.api.ReverseRequest;
import io.sdr.api.Side;
import io.sdr.api.SiteRecovery;
import io.sdr.api.SyncMode;
import io.sdr.api.spi.StorageFolder;
import io.sdr.testkit.Fault;
import io.sdr.testkit.SimulatedSite;
import io.sdr.testkit.TwoSites;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Documents that cannot be read, files that somebody deleted, many items at once. */
class OddSurroundingsTest {
    @TempDir
    Path folder;

    private final TwoSites sites = TwoSites.inMemory();
    private SiteRecovery engine;

    @BeforeEach
    void open() {
        engine = SiteRecovery.builder()
                .site(sites.east())
                .site(sites.west())
                .timekeeper(sites.virtualTime())
                .withoutScheduler()
                .dataDirectory(folder)
                .build();
    }

    @AfterEach
    void close() {
        engine.close();
        sites.close();
    }

    private ItemId protect(String vm, int disks) {
        long[] sizes = new long[disks];
        java.util.Arrays.fill(sizes, 1 << 20);
        sites.east().powerOn(sites.east().createVm(vm, sizes).id());
        ItemId item = new ItemId(vm);
        engine.protect(ProtectionRequest.of(vm)
                        .from(sites.east().id().value())
                        .to(sites.west().id().value())
                        .as(item))
                .await();
        return item;
    }

    private SimulatedSite site(Side side) {
        return side == Side.PRIMARY ? sites.east() : sites.west();
    }

    /** Behind the decision nothing may keep the VM from starting: it starts with what it has, and the job says why. */
    @ParameterizedTest
    @EnumSource(SyncMode.class)
    void aConfigurationThatCannotBeReadIsAWarning(SyncMode mode) {
        ItemId item = protect("sql-01", 1);
        sites.west().faults().from("catalogue.document", 1, new Fault.Refuses("NOT_READABLE"));
        Job job = engine.failOver(
                FailoverPlan.planned(item, Side.RECOVERY).sync(mode).completeAtOnce());
        JobOutcome outcome = job.awaitEnd(Duration.ofHours(4));
        assertThat(outcome.status()).isEqualTo(JobStatus.SUCCEEDED_WITH_WARNINGS);
        assertThat(outcome.warnings().toString()).contains("configuration cannot be read");
        assertThat(sites.west().look(sites.west().vm("sql-01").id()).isRunning())
                .isTrue();
    }

    @ParameterizedTest
    @EnumSource(SyncMode.class)
    void aConfigurationThatCanBeReadAgainIsApplied(SyncMode mode) {
        ItemId item = protect("sql-01", 1);
        sites.west().faults().at("catalogue.document", 1, new Fault.Refuses("NOT_READABLE"));
        Job job = engine.failOver(
                FailoverPlan.planned(item, Side.RECOVERY).sync(mode).completeAtOnce());
        assertThat(job.awaitEnd(Duration.ofHours(4)).warnings()).isEmpty();
    }

    /** Whether VMs run is asked with one call, however many items wait for their commit. */
    @Test
    void listingItemsAsksASiteOnce() {
        List<ItemId> items = List.of(protect("app-01", 1), protect("app-02", 1), protect("app-03", 1));
        items.forEach(item -> engine.failOver(
                        FailoverPlan.unplanned(item, Side.RECOVERY).shutDownFirst())
                .await());
        sites.west().turnOffBehindTheBack(sites.west().vm("app-02").id());
        long before = sites.west().faults().count("vms.observe");
        List<ReplicatedItem> seen = engine.items();
        assertThat(sites.west().faults().count("vms.observe") - before).isEqualTo(1);
        assertThat(seen.stream()
                        .filter(item -> item.allowedOperations().contains(Operation.START_VM))
                        .map(ReplicatedItem::itemId))
                .containsExactly(new ItemId("app-02"));
        sites.west().loseContact();
        assertThat(engine.items())
                .as("a site that does not answer hides no item")
                .hasSize(3);
    }

    private ItemId backAtThePrimary(int disks) {
        ItemId item = protect("sql-01", disks);
        engine.failOver(FailoverPlan.unplanned(item, Side.RECOVERY).shutDownFirst())
                .await();
        engine.commit(item).await();
        engine.reverseReplicate(ReverseRequest.overwriting(Side.PRIMARY, item)).await();
        engine.failOver(FailoverPlan.planned(item, Side.PRIMARY).completeAtOnce())
                .await();
        engine.commit(item).await();
        return item;
    }

    private static void delete(StorageFolder files, String what) {
        files.list().stream().filter(file -> file.name().contains(what)).forEach(file -> files.delete(file.name()));
    }

    /** The VM still names its disks, and their files are gone: there is nothing to compare with. */
    @Test
    void whereOldFilesAreGoneAReversalCopiesThemAnew() {
        ItemId item = backAtThePrimary(1);
        delete(site(Side.RECOVERY).disks().replicaFolder(item), "d0.");
        engine.reverseReplicate(ReverseRequest.overwriting(Side.RECOVERY, item)).await();
        assertThat(engine.item(item).state()).isEqualTo(ProtectionState.PROTECTED);
        assertThat(engine.recoveryPoints(item))
                .as("no point is made of disks that are not there")
                .extracting(RecoveryPoint::sequence)
                .containsExactly(1L);
    }

    /** One disk is gone and the other may hold what exists nowhere else. */
    @Test
    void whereSomeOldFilesAreGoneAReversalIsRefused() {
        ItemId item = backAtThePrimary(2);
        StorageFolder files = site(Side.RECOVERY).disks().replicaFolder(item);
        delete(files, "d1.");
        Job job = engine.reverseReplicate(ReverseRequest.overwriting(Side.RECOVERY, item));
        assertThatThrownBy(job::await)
                .isInstanceOf(OperationFailedException.class)
                .hasMessageContaining("OLD_DISKS_INCOMPLETE");
        assertThat(files.list().stream().map(StorageFolder.Entry::name))
                .as("what is left")
                .anyMatch(name -> name.startsWith("d0."));
    }
}
