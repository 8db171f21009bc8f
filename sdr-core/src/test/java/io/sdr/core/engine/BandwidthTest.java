package io.sdr.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sdr.api.BandwidthSchedule;
import io.sdr.api.DiskId;
import io.sdr.api.FailoverPlan;
import io.sdr.api.InvalidRequestException;
import io.sdr.api.ItemId;
import io.sdr.api.Job;
import io.sdr.api.ProtectionRequest;
import io.sdr.api.ReplicateNowRequest;
import io.sdr.api.ReplicationPolicy;
import io.sdr.api.ReverseRequest;
import io.sdr.api.Side;
import io.sdr.api.SiteRecovery;
import io.sdr.api.SyncMode;
import io.sdr.testkit.SimulatedSite;
import io.sdr.testkit.TwoSites;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is sent keeps to the bandwidth of the policy and of the two sites, on a clock that only waiting moves. */
class BandwidthTest {
    private static final int SIZE = 1 << 20;
    private static final int HALF = SIZE / 2;
    private static final ItemId VM = new ItemId("sql-01");
    private static final long RATE = 64 << 10;

    @TempDir
    Path folder;

    private final TwoSites sites = TwoSites.inMemory();
    private final Random random = new Random(5);
    private Optional<SiteRecovery> engine = Optional.empty();

    @BeforeEach
    void machine() {
        sites.east().powerOn(sites.east().createVm("sql-01", SIZE).id());
        write(sites.east(), SIZE);
    }

    @AfterEach
    void close() {
        engine.ifPresent(SiteRecovery::close);
        sites.close();
    }

    private SiteRecovery.Builder builder() {
        return SiteRecovery.builder()
                .site(sites.east())
                .site(sites.west())
                .timekeeper(sites.virtualTime())
                .withoutScheduler()
                .dataDirectory(folder);
    }

    private SiteRecovery open(SiteRecovery.Builder builder) {
        SiteRecovery opened = builder.build();
        engine = Optional.of(opened);
        return opened;
    }

    private void write(SimulatedSite active, int bytes) {
        byte[] data = new byte[bytes];
        random.nextBytes(data);
        try (var disk = active.guestDisk(active.vm("sql-01").id(), new DiskId("disk0"))) {
            disk.write(0, ByteBuffer.wrap(data));
            disk.flush();
        }
    }

    /** How many seconds a job takes by the clock of the test. */
    private double seconds(Job job) {
        Instant before = sites.virtualTime().now();
        job.await();
        return Duration.between(before, sites.virtualTime().now()).toMillis() / 1000.0;
    }

    private Job protect(SiteRecovery recovery, BandwidthSchedule bandwidth) {
        return recovery.protect(ProtectionRequest.of("sql-01")
                .from("east", "Gold")
                .to("west", "Gold")
                .policy(ReplicationPolicy.defaults().bandwidth(bandwidth))
                .as(VM));
    }

    @Test
    void withoutALimitNoTimePasses() {
        assertThat(seconds(protect(open(builder()), BandwidthSchedule.unlimited())))
                .isLessThan(2);
    }

    @Test
    void everythingThatIsSentKeepsToThePolicy() {
        SiteRecovery recovery = open(builder());
        assertThat(seconds(protect(recovery, BandwidthSchedule.of(RATE))))
                .as("first copy")
                .isBetween(12.0, 18.0);
        write(sites.east(), HALF);
        assertThat(seconds(recovery.replicateNow(ReplicateNowRequest.crashConsistent(VM))))
                .as("cycle")
                .isBetween(5.0, 9.0);
        recovery.close();
        recovery = open(builder()); // the store keeps the limit
        write(sites.east(), HALF);
        assertThat(seconds(recovery.replicateNow(ReplicateNowRequest.crashConsistent(VM))))
                .as("cycle of another engine")
                .isBetween(5.0, 9.0);

        recovery.failOver(FailoverPlan.unplanned(VM, Side.RECOVERY).shutDownFirst())
                .await();
        recovery.commit(VM).await();
        write(sites.west(), HALF);
        assertThat(seconds(recovery.reverseReplicate(ReverseRequest.overwriting(Side.PRIMARY, VM))))
                .as("reverse")
                .isBetween(5.0, 10.0);
        assertThat(seconds(recovery.failOver(FailoverPlan.planned(VM, Side.PRIMARY)
                        .sync(SyncMode.FULL_DURING_FAILOVER)
                        .completeAtOnce())))
                .as("full download")
                .isBetween(12.0, 40.0);
    }

    @Test
    void aWindowBeginsDuringTheFirstCopy() {
        LocalTime now = LocalTime.ofInstant(sites.virtualTime().now(), ZoneOffset.UTC);
        BandwidthSchedule slow = BandwidthSchedule.of(RATE / 16).unlimitedBetween(now.plusMinutes(1), now.plusHours(1));
        assertThat(seconds(protect(open(builder()), slow))).isBetween(55.0, 62.0);
    }

    @Test
    void theItemsOfTwoSitesShareTheirLink() {
        SiteRecovery recovery = open(builder().bandwidth("west", "east", BandwidthSchedule.of(RATE)));
        assertThat(seconds(protect(recovery, BandwidthSchedule.unlimited()))).isBetween(12.0, 18.0);
        write(sites.east(), HALF);
        assertThat(seconds(recovery.replicateNow(ReplicateNowRequest.crashConsistent(VM))))
                .isBetween(5.0, 9.0);
    }

    @Test
    void sitesThatAreNotThereHaveNoBandwidth() {
        assertThatThrownBy(() -> builder()
                        .bandwidth("east", "north", BandwidthSchedule.of(RATE))
                        .build())
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("UNKNOWN_SITE");
        assertThatThrownBy(() -> builder().bandwidth("east", "east", BandwidthSchedule.of(RATE)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("SAME_SITE");
    }
}
