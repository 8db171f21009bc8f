package io.sdr.core.site;

import static io.sdr.core.site.Calls.DISK0;
import static io.sdr.core.site.Calls.call;
import static io.sdr.core.site.Calls.changes;
import static io.sdr.core.site.Calls.checkpoint;
import static io.sdr.core.site.Calls.frozenBytes;
import static io.sdr.core.site.Calls.guestBytes;
import static io.sdr.core.site.Calls.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sdr.api.Consistency;
import io.sdr.api.DiskId;
import io.sdr.api.Finding;
import io.sdr.api.ItemId;
import io.sdr.api.OutcomeUnknownException;
import io.sdr.api.RetryableException;
import io.sdr.api.SdrException;
import io.sdr.api.VmId;
import io.sdr.api.spi.Access;
import io.sdr.api.spi.Checkpoint;
import io.sdr.api.spi.Contact;
import io.sdr.api.spi.DiskAccess;
import io.sdr.api.spi.DiskFormat;
import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.RangeSet;
import io.sdr.api.spi.ReadinessQuestion;
import io.sdr.api.spi.StorageException;
import io.sdr.api.spi.StorageFolder;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.api.spi.VmConfiguration;
import io.sdr.api.spi.VmDescription;
import io.sdr.api.spi.VmObservation;
import io.sdr.core.format.RawFormat;
import io.sdr.testkit.DiskImage;
import io.sdr.testkit.Fault;
import io.sdr.testkit.InMemorySite;
import io.sdr.testkit.MemoryFolder;
import io.sdr.testkit.VirtualTime;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SimulatedSiteTest {
    private static final long SIZE = 1_000_000;
    private static final VmConfiguration CONFIGURATION = VmConfiguration.of(1, 1 << 30, "bios");

    private final MemoryFolder root = new MemoryFolder("east");
    private final VirtualTime time = new VirtualTime();
    private InMemorySite site;
    private VmDescription vm;

    @BeforeEach
    void openSite() {
        site = Calls.site(root, time);
        vm = site.createVm("sql-01", SIZE, SIZE);
        site.powerOn(vm.id());
    }

    private void reopen() {
        site.close();
        assertThat(root.openFiles()).isEmpty();
        site = Calls.site(root, time);
    }

    // ---- inventory

    @Test
    void theInventoryFindsByIdAndNameAndPages() {
        VmDescription second = site.createVm("sql-01", Optional.of("Bronze"), List.of(SIZE));
        VmDescription third = site.importVm("web", DiskImage.of(new byte[] {1, 2, 3}));
        assertThat(site.inventory().find("sql-01", call("t")))
                .extracting(VmDescription::id)
                .containsExactly(vm.id(), second.id());
        assertThat(site.inventory().find(third.id().value(), call("t"))).containsExactly(third);
        assertThat(site.inventory().find("nobody", call("t"))).isEmpty();
        assertThat(site.inventory().clouds(call("t"))).containsExactly("Bronze", "Gold");
        assertThat(site.inventory().virtualMachines(Optional.empty(), Optional.empty(), 2, call("t")))
                .extracting(VmDescription::id)
                .containsExactly(vm.id(), second.id());
        assertThat(site.inventory().virtualMachines(Optional.empty(), Optional.of(second.id()), 2, call("t")))
                .containsExactly(third);
        assertThat(site.inventory().virtualMachines(Optional.of("Bronze"), Optional.empty(), 2, call("t")))
                .containsExactly(second);
        refused(
                "UNKNOWN_CLOUD",
                () -> site.inventory().virtualMachines(Optional.of("Iron"), Optional.empty(), 2, call("t")));
        refused("UNKNOWN_CLOUD", () -> site.createVm("x", Optional.of("Iron"), List.of(SIZE)));
    }

    @Test
    void readinessNamesAllThatIsInTheWay() {
        assertThat(site.inventory().readiness(new ReadinessQuestion.AsSource(vm), call("t")))
                .isEmpty();
        VmDescription bare = site.createVm("bare");
        assertThat(codes(new ReadinessQuestion.AsSource(bare))).containsExactly("NO_DISKS");
        VmDescription gone = new VmDescription(
                new VmId("vm-9"), "gone", Optional.empty(), Optional.empty(), List.of(), CONFIGURATION);
        assertThat(codes(new ReadinessQuestion.AsSource(gone))).containsExactly("UNKNOWN_VM");
        root.limitRoom(1L << 20);
        DiskRef foreign = new DiskRef(new io.sdr.api.SiteId("west"), DISK0, "x", "vhdx", 0);
        assertThat(codes(new ReadinessQuestion.AsTarget(
                        List.of(foreign, vm.disks().get(0)), 1L << 30)))
                .containsExactlyInAnyOrder("EMPTY_DISK", "UNKNOWN_FORMAT", "SAME_SITE", "NO_ROOM");
    }

    private List<String> codes(ReadinessQuestion question) {
        return site.inventory().readiness(question, call("t")).stream()
                .map(Finding::code)
                .toList();
    }

    // ---- power

    @Test
    void everyPowerVerbTwiceIsOnceAndSurvivesARestart() {
        for (int i = 0; i < 2; i++) {
            assertThat(site.vms().lockStart(vm.id(), call("t")).startLocked()).isTrue();
            assertThat(site.look(vm.id()).isRunning()).isTrue();
            reopen();
        }
        for (int i = 0; i < 2; i++) {
            assertThat(site.vms().turnOff(vm.id(), call("t")).isRunning()).isFalse();
            reopen();
        }
        refused("START_LOCKED", () -> site.vms().start(vm.id(), call("t")));
        assertThat(site.vms().unlockStart(vm.id(), call("t")).startLocked()).isFalse();
        time.pass(Duration.ofMinutes(5));
        VmObservation first = site.vms().start(vm.id(), call("t"));
        assertThat(first.lastStart()).contains(time.now());
        assertThat(first.heartbeat()).contains(true);
        time.pass(Duration.ofMinutes(5));
        reopen();
        assertThat(site.vms().start(vm.id(), call("t"))).isEqualTo(first);
        assertThat(site.vms().observe(List.of(vm.id(), new VmId("nobody")), call("t")))
                .containsOnly(java.util.Map.entry(vm.id(), first));
    }

    @Test
    void aGuestMayTakeItsTimeToShutDownOrIgnoreIt() {
        site.guestIgnoresShutDown(vm.id(), true);
        assertThat(site.vms().shutDown(vm.id(), call("t")).isRunning()).isTrue();
        time.pass(Duration.ofHours(1));
        assertThat(site.look(vm.id()).isRunning()).isTrue();
        site.guestIgnoresShutDown(vm.id(), false);
        site.guestShutsDownWithin(vm.id(), Duration.ofSeconds(30));
        assertThat(site.vms().shutDown(vm.id(), call("t")).isRunning()).isTrue();
        reopen();
        time.pass(Duration.ofSeconds(29));
        assertThat(site.vms().shutDown(vm.id(), call("t")).isRunning()).isTrue();
        time.pass(Duration.ofSeconds(1));
        assertThat(site.look(vm.id()).isRunning()).isFalse();
    }

    @Test
    void startsCanFail() {
        site.vms().turnOff(vm.id(), call("t"));
        site.failNextStarts(vm.id(), 1);
        refused("START_FAILED", () -> site.vms().start(vm.id(), call("t")));
        assertThat(site.vms().start(vm.id(), call("t")).isRunning()).isTrue();
    }

    @Test
    void aStaleEpochAndALateCallAreRefusedBeforeAnythingHappens() {
        site.catalogue().createIfAbsent(Calls.decision(3, "job-1"), call("t"));
        refused("STALE_EPOCH", () -> site.vms().turnOff(vm.id(), call("t", 2)));
        refused("STALE_EPOCH", () -> site.disks().checkpoint(vm.id(), Consistency.CRASH_CONSISTENT, call("t", 2)));
        assertThat(site.look(vm.id()).isRunning()).isTrue();
        refused("TOO_LATE", () -> site.vms().turnOff(vm.id(), late()));
        site.clockSkew(Duration.ofHours(-2));
        assertThat(site.vms().turnOff(vm.id(), late()).isRunning()).isFalse();
    }

    private io.sdr.api.spi.CallContext late() {
        io.sdr.api.spi.CallContext good = call("t", 3);
        return new io.sdr.api.spi.CallContext(
                good.item(), 3, "t", 1, time.now().minusSeconds(60), good.cancel(), good.progress());
    }

    // ---- placeholders and attaching

    @Test
    void aPlaceholderIsMadeOnceAndOnlyTaggedVmsAreDeleted() {
        VmObservation made = site.vms().createPlaceholder("copy", Optional.empty(), CONFIGURATION, call("t", 3));
        assertThat(made.startLocked()).isTrue();
        assertThat(made.isRunning()).isFalse();
        assertThat(made.disks()).isEmpty();
        assertThat(made.tag()).contains("item-1");
        reopen();
        assertThat(site.vms().createPlaceholder("copy", Optional.empty(), CONFIGURATION, call("u", 3)))
                .isEqualTo(made);
        assertThat(site.vms().tagged(call("t"))).containsExactly(made);
        refused("NOT_TAGGED", () -> site.vms().deleteTagged(vm.id(), call("t", 3)));
        site.startBehindTheBack(made.vm());
        refused("VM_RUNNING", () -> site.vms().deleteTagged(made.vm(), call("t", 3)));
        site.turnOffBehindTheBack(made.vm());
        for (int i = 0; i < 2; i++) {
            site.vms().deleteTagged(made.vm(), call("t", 3));
            reopen();
            assertThat(site.vms().tagged(call("t"))).isEmpty();
        }
        VmObservation next = site.vms().createPlaceholder("copy", Optional.empty(), CONFIGURATION, call("t", 3));
        assertThat(next.vm()).as("an id is never used again").isNotEqualTo(made.vm());
    }

    @Test
    void aDiskIsNeverUsedByTwo() {
        VmObservation copy = site.vms().createPlaceholder("copy", Optional.empty(), CONFIGURATION, call("t"));
        refused("DISK_IN_USE", () -> site.vms().attach(copy.vm(), vm.disks(), call("t")));
        refused("VM_RUNNING", () -> site.vms().attach(vm.id(), List.of(), call("t")));
        refused("STORAGE_FAILED", () -> open(site.disks().offline(vm.disks().get(0), Access.READ)));
        site.turnOffBehindTheBack(vm.id());
        refused(
                "DISK_IN_USE",
                () -> site.vms()
                        .attach(vm.id(), List.of(vm.disks().get(0), vm.disks().get(0)), call("t")));
        refused("DISK_IN_USE", () -> site.vms().attach(copy.vm(), vm.disks(), call("t")));
        try (VirtualDisk writing = open(site.disks().offline(vm.disks().get(0), Access.WRITE))) {
            writing.write(0, ByteBuffer.wrap(new byte[] {9}));
            refused("DISK_IN_USE", () -> site.powerOn(vm.id()));
            refused("STORAGE_FAILED", () -> open(site.disks().offline(vm.disks().get(0), Access.WRITE)));
        }
        site.vms().attach(vm.id(), List.of(), call("t"));
        assertThat(site.vms().attach(copy.vm(), vm.disks(), call("t")).disks()).isEqualTo(vm.disks());
        reopen();
        assertThat(site.look(copy.vm()).disks()).isEqualTo(vm.disks());
        refused("STORAGE_MISSING", () -> site.vms().attach(vm.id(), List.of(replicaDisk("none")), call("t")));
    }

    private DiskRef replicaDisk(String file) {
        return site.disks().inReplicaFolder(Calls.ITEM, DISK0, file, "raw", SIZE);
    }

    private static VirtualDisk open(DiskAccess access) {
        return ((DiskAccess.InProcess) access).open();
    }

    @Test
    void aDiskMovesToTheReplicaFolderOnce() {
        write(site, vm, DISK0, 100, new byte[] {1, 2, 3});
        refused(
                "VM_RUNNING",
                () -> site.disks().moveToReplicaFolder(vm.disks().get(0), Calls.ITEM, "d0.base.raw", call("t")));
        site.turnOffBehindTheBack(vm.id());
        for (int i = 0; i < 2; i++) {
            DiskRef moved = site.disks().moveToReplicaFolder(vm.disks().get(0), Calls.ITEM, "d0.base.raw", call("t"));
            assertThat(moved).isEqualTo(replicaDisk("d0.base.raw"));
            assertThat(site.look(vm.id()).disks()).containsExactly(vm.disks().get(1));
            try (VirtualDisk open = open(site.disks().offline(moved, Access.READ))) {
                assertThat(Arrays.copyOfRange(Calls.bytes(open), 99, 104)).containsExactly(0, 1, 2, 3, 0);
            }
            reopen();
        }
        refused(
                "STORAGE_MISSING",
                () -> site.disks().moveToReplicaFolder(replicaDisk("none"), Calls.ITEM, "d1.base.raw", call("t")));
    }

    @Test
    void aRunLayerInAReplicaFolderIsADiskLikeAnyOther() {
        StorageFolder folder = site.disks().replicaFolder(Calls.ITEM);
        DiskFormat raw = new RawFormat();
        raw.create(folder, "d0.base.raw", SIZE).close();
        raw.createLayer(folder, "layer.j.1.d0.run", "d0.base.raw").close();
        VmObservation copy = site.vms().createPlaceholder("copy", Optional.empty(), CONFIGURATION, call("t"));
        site.vms().attach(copy.vm(), List.of(replicaDisk("layer.j.1.d0.run")), call("t"));
        site.vms().unlockStart(copy.vm(), call("t"));
        site.vms().start(copy.vm(), call("t"));
        VmDescription run = site.vm("copy");
        write(site, run, DISK0, 70_000, new byte[] {1, 2, 3});
        Checkpoint one = checkpoint(site, run, "one");
        site.guestDisk(run.id(), DISK0).zero(0, 200_000);
        byte[] frozen = frozenBytes(site, one, DISK0);
        assertThat(Arrays.copyOfRange(frozen, 69_999, 70_004)).containsExactly(0, 1, 2, 3, 0);
        site.disks().release(one.id(), true, call("t"));
        Checkpoint two = checkpoint(site, run, "two");
        assertThat(changes(site, one, two, DISK0)).contains(RangeSet.of(0, 4 * 65536));
        try (VirtualDisk base = raw.open(folder, "d0.base.raw", Access.READ)) {
            assertThat(Calls.bytes(base)).containsOnly(0);
        }
    }

    // ---- checkpoints and changes

    @Test
    void aCheckpointKeepsItsMomentWhileTheGuestWrites() {
        byte[] before = pattern(200_000, 1);
        write(site, vm, DISK0, 50_000, before);
        byte[] then = guestBytes(site, vm, DISK0);
        Checkpoint one = checkpoint(site, vm, "item-1/1/7");
        write(site, vm, DISK0, 0, pattern(300_000, 2));
        site.guestDisk(vm.id(), DISK0).zero(290_000, 400_000);
        assertThat(frozenBytes(site, one, DISK0)).isEqualTo(then);
        assertThat(checkpoint(site, vm, "item-1/1/7")).isEqualTo(one);
        byte[] middle = guestBytes(site, vm, DISK0);
        Checkpoint two = checkpoint(site, vm, "two");
        write(site, vm, DISK0, 100_000, pattern(300_000, 3));
        reopen();
        assertThat(checkpoint(site, vm, "item-1/1/7")).isEqualTo(one);
        assertThat(frozenBytes(site, one, DISK0)).isEqualTo(then);
        assertThat(frozenBytes(site, two, DISK0)).isEqualTo(middle);
        try (VirtualDisk open = Calls.frozen(site, one, DISK0)) {
            write(site, vm, DISK0, 900_000, pattern(100_000, 4));
            assertThat(Calls.bytes(open)).isEqualTo(then);
            refused("CHECKPOINT_IN_USE", () -> site.disks().release(one.id(), true, call("t")));
            assertThat(Calls.bytes(open)).isEqualTo(then);
        }
        site.disks().release(one.id(), false, call("t"));
        site.disks().release(one.id(), false, call("t"));
        refused("CHECKPOINT_GONE", () -> site.disks().frozen(one.id(), DISK0, call("t")));
        assertThat(frozenBytes(site, two, DISK0)).isEqualTo(middle);
        assertThat(site.disks().leftovers(vm.id(), call("t"))).containsExactly(two.id());
    }

    @Test
    void aCheckpointTakesNoMoreRoomThanWhatIsWrittenAfterwards() {
        write(site, vm, DISK0, 0, pattern((int) SIZE, 1));
        site.guestDisk(vm.id(), DISK0).flush();
        long before = root.usedBytes();
        Checkpoint one = checkpoint(site, vm, "one");
        assertThat(root.usedBytes() - before).isLessThan(5 * 65536);
        write(site, vm, DISK0, 100_000, pattern(10, 2));
        assertThat(root.usedBytes() - before).isLessThan(9 * 65536);
        site.disks().release(one.id(), false, call("t"));
        assertThat(root.usedBytes() - before).isLessThan(5 * 65536);
    }

    @Test
    void aFrozenDiskKnowsItsHoles() {
        write(site, vm, DISK0, 65536, pattern(65536, 1));
        Checkpoint one = checkpoint(site, vm, "one");
        write(site, vm, DISK0, 0, pattern(200_000, 2));
        try (VirtualDisk open = Calls.frozen(site, one, DISK0)) {
            StringBuilder seen = new StringBuilder();
            open.extents(
                    10,
                    200_000,
                    (offset, length, extent) -> seen.append(offset)
                            .append('+')
                            .append(length)
                            .append(extent)
                            .append(' '));
            assertThat(seen.toString()).startsWith("10+65526ZERO 65536+65536DATA 131072+65536ZERO ");
            refused("STORAGE_FAILED", () -> open.write(0, ByteBuffer.allocate(1)));
        }
    }

    @Test
    void aMarkTellsWhatChangedSince() {
        write(site, vm, DISK0, 0, pattern(10, 1));
        Checkpoint one = checkpoint(site, vm, "one");
        site.disks().release(one.id(), true, call("t"));
        write(site, vm, DISK0, 65536, pattern(10, 1));
        reopen();
        write(site, vm, DISK0, 999_999, pattern(1, 1));
        Checkpoint two = checkpoint(site, vm, "two");
        write(site, vm, DISK0, 300_000, pattern(1, 1));
        Checkpoint three = checkpoint(site, vm, "three");
        RangeSet expected = new RangeSet.Builder()
                .add(65536, 65536)
                .add(15 * 65536, SIZE - 15 * 65536)
                .build();
        assertThat(changes(site, one, two, DISK0)).contains(expected);
        assertThat(changes(site, one, two, new DiskId("disk1"))).contains(RangeSet.EMPTY);
        assertThat(changes(site, two, three, DISK0)).contains(RangeSet.of(4 * 65536, 65536));
        assertThat(changes(site, three, two, DISK0)).isEmpty();
        site.disks().release(two.id(), false, call("t"));
        assertThat(changes(site, one, two, DISK0)).isEmpty();
        reopen();
        assertThat(changes(site, one, three, DISK0)).contains(expected.union(RangeSet.of(4 * 65536, 65536)));
        site.disks().releaseMark(one.id(), call("t"));
        site.disks().releaseMark(one.id(), call("t"));
        assertThat(changes(site, one, three, DISK0)).isEmpty();
        assertThat(site.disks().leftovers(vm.id(), call("t"))).containsExactly(three.id());
    }

    @Test
    void writesThatWereNotFlushedBeforeARestartLoseTheTracking() {
        Checkpoint one = checkpoint(site, vm, "one");
        write(site, vm, DISK0, 65536, pattern(10, 1));
        site = Calls.site(root.copy(), time); // the process died, what it wrote is there
        Checkpoint two = checkpoint(site, vm, "two");
        assertThat(changes(site, one, two, DISK0)).isEmpty();
        assertThat(changes(site, one, two, new DiskId("disk1"))).contains(RangeSet.EMPTY);
        write(site, vm, DISK0, 65536, pattern(10, 1));
        Checkpoint three = checkpoint(site, vm, "three");
        assertThat(changes(site, two, three, DISK0)).contains(RangeSet.of(65536, 65536));
    }

    @Test
    void aVmThatIsOffCanBeCheckpointedAndWritingItsDiskOfflineLosesTheTracking() {
        Checkpoint one = checkpoint(site, vm, "one");
        write(site, vm, DISK0, 65536, pattern(10, 1));
        site.turnOffBehindTheBack(vm.id());
        Checkpoint two = checkpoint(site, vm, "two");
        assertThat(changes(site, one, two, DISK0)).contains(RangeSet.of(65536, 65536));
        assertThat(frozenBytes(site, two, DISK0)[65536]).isNotZero();
        site.powerOn(vm.id());
        write(site, vm, DISK0, 0, pattern((int) SIZE, 2));
        assertThat(frozenBytes(site, two, DISK0)[0]).isZero();
        site.turnOffBehindTheBack(vm.id());
        open(site.disks().offline(vm.disks().get(0), Access.WRITE)).close();
        Checkpoint three = checkpoint(site, vm, "three");
        assertThat(changes(site, one, three, DISK0)).isEmpty();
        refused("CHECKPOINT_GONE", () -> site.disks().frozen(two.id(), DISK0, call("t")));
    }

    @Test
    void aFullStorageCostsTheCheckpointNotTheGuest() {
        write(site, vm, DISK0, 0, pattern((int) SIZE, 1));
        Checkpoint one = checkpoint(site, vm, "one");
        root.limitRoom(root.usedBytes());
        write(site, vm, DISK0, 0, pattern(10, 2));
        assertThat(guestBytes(site, vm, DISK0)[0]).isEqualTo(pattern(10, 2)[0]);
        refused("CHECKPOINT_GONE", () -> site.disks().frozen(one.id(), DISK0, call("t")));
        root.limitRoom(1L << 40);
        reopen();
        refused("CHECKPOINT_GONE", () -> site.disks().frozen(one.id(), DISK0, call("t")));
    }

    /** The same call makes the checkpoint again: of now, not of what the first one had saved. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aCheckpointThatWasGivenUpLeavesNothingToTheNextOfItsName(boolean restart) {
        write(site, vm, DISK0, 0, pattern((int) SIZE, 1));
        checkpoint(site, vm, "one");
        write(site, vm, DISK0, 0, pattern(10, 2));
        root.limitRoom(root.usedBytes());
        write(site, vm, DISK0, 65536, pattern(10, 3));
        root.limitRoom(1L << 40);
        Checkpoint again = checkpoint(site, vm, "one");
        if (restart) {
            reopen();
        }
        assertThat(frozenBytes(site, again, DISK0)).isEqualTo(guestBytes(site, vm, DISK0));
        write(site, vm, DISK0, 0, pattern(10, 4));
        assertThat(frozenBytes(site, again, DISK0)[0]).isEqualTo(pattern(10, 2)[0]);
    }

    // ---- import

    @Test
    void anImportedImageKeepsItsHolesAndLeavesNothingWhenItFails() {
        byte[] image = new byte[3_000_513];
        image[700_000] = 5;
        image[3_000_512] = 6;
        VmDescription made = site.importVm("web", DiskImage.of(image), DiskImage.of(new byte[70_000]));
        assertThat(made.disks()).extracting(DiskRef::sizeBytes).containsExactly(3_000_513L, 70_000L);
        try (VirtualDisk disk = site.inspect(made.disks().get(0))) {
            assertThat(Calls.bytes(disk)).isEqualTo(image);
            assertThat(disk.ownRanges().bytes()).isEqualTo(65536 + 3_000_513 % 65536);
        }
        long used = root.usedBytes();
        refused("IMAGE_EMPTY", () -> site.importVm("x", DiskImage.of(image), DiskImage.of(new byte[0])));
        refused("IMAGE_CHANGED", () -> site.importVm("x", new ShrinkingImage(image)));
        assertThat(root.usedBytes()).isLessThanOrEqualTo(used + 65536);
        assertThat(site.allVms()).hasSize(2);
        assertThat(root.child("vms").children()).hasSize(2);
    }

    /** Ends before it said it would. */
    private static final class ShrinkingImage implements DiskImage {
        private final byte[] bytes;

        ShrinkingImage(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public String describe() {
            return "shrinking";
        }

        @Override
        public Content open() {
            return new Content() {
                @Override
                public long size() {
                    return bytes.length;
                }

                @Override
                public void read(long position, ByteBuffer into) {
                    if (position < 2_000_000) {
                        into.put(bytes, (int) position, into.remaining());
                    }
                }

                @Override
                public void close() {}
            };
        }
    }

    // ---- faults

    @Test
    void faultsHappenWhereTheScriptSays() {
        site.faults().at("vms.turnOff", 1, new Fault.Fails());
        site.faults().at("vms.turnOff", 2, new Fault.LosesAnswer());
        assertThatThrownBy(() -> site.vms().turnOff(vm.id(), call("t"))).isInstanceOf(RetryableException.class);
        assertThat(site.look(vm.id()).isRunning()).isTrue();
        assertThatThrownBy(() -> site.vms().turnOff(vm.id(), call("t"))).isInstanceOf(OutcomeUnknownException.class);
        assertThat(site.look(vm.id()).isRunning()).isFalse();
        site.faults().from("vms.start", 2, new Fault.Refuses("NO_HOST"));
        site.vms().start(vm.id(), call("t"));
        refused("NO_HOST", () -> site.vms().start(vm.id(), call("t")));
        refused("NO_HOST", () -> site.vms().start(vm.id(), call("t")));
        site.faults().clear();
        site.vms().start(vm.id(), call("t"));
        assertThat(site.faults().count("vms.start")).isEqualTo(4);
        assertThat(site.faults().log().stream().map(call -> call.number() + " " + call.name()))
                .containsExactly(
                        "1 vms.turnOff", "2 vms.turnOff", "3 vms.start", "4 vms.start", "5 vms.start", "6 vms.start");
    }

    @Test
    void withoutContactNothingHappensAndNobodyKnows() {
        StorageFolder folder = site.disks().replicaFolder(Calls.ITEM);
        site.loseContact();
        assertThat(site.contact(call("t"))).isInstanceOf(Contact.Unreachable.class);
        assertThatThrownBy(() -> site.vms().observe(List.of(vm.id()), call("t")))
                .isInstanceOf(RetryableException.class);
        assertThatThrownBy(() -> site.vms().turnOff(vm.id(), call("t"))).isInstanceOf(OutcomeUnknownException.class);
        assertThatThrownBy(() -> folder.create("x")).isInstanceOf(StorageException.class);
        assertThatThrownBy(folder::list).isInstanceOf(StorageException.class);
        assertThat(site.look(vm.id()).isRunning()).isTrue();
        write(site, vm, DISK0, 0, new byte[] {1});
        site.restoreContact();
        assertThat(site.contact(call("t"))).isEqualTo(new Contact.Reachable(time.now()));
        site.faults().loseContactFor(Duration.ofSeconds(10));
        assertThat(site.contact(call("t"))).isInstanceOf(Contact.Unreachable.class);
        time.pass(Duration.ofSeconds(10));
        assertThat(site.contact(call("t"))).isInstanceOf(Contact.Reachable.class);
        assertThat(folder.list()).isEmpty();
    }

    @Test
    void aLateEffectComesOnlyWhileItsCallIsGood() {
        site.faults().at("vms.turnOff", 1, new Fault.ActsLate(Duration.ofSeconds(5)));
        assertThatThrownBy(() -> site.vms().turnOff(vm.id(), call("t"))).isInstanceOf(OutcomeUnknownException.class);
        assertThat(site.look(vm.id()).isRunning()).isTrue();
        time.runFor(Duration.ofSeconds(5));
        assertThat(site.look(vm.id()).isRunning()).isFalse();
        site.faults().at("vms.start", 1, new Fault.ActsLate(Duration.ofSeconds(5)));
        assertThatThrownBy(() -> site.vms().start(vm.id(), call("t"))).isInstanceOf(OutcomeUnknownException.class);
        site.catalogue().createIfAbsent(Calls.decision(2, "job"), call("t", 2));
        time.runFor(Duration.ofSeconds(5));
        assertThat(site.look(vm.id()).isRunning())
                .as("its epoch is stale by now")
                .isFalse();
    }

    @Test
    void theStorageOfAReplicaCanBeFull() {
        StorageFolder folder = site.disks().replicaFolder(new ItemId("other"));
        site.faults().from("storage.write", 2, new Fault.StorageFull());
        var file = folder.create("x");
        file.write(0, ByteBuffer.allocate(10));
        refused(StorageException.FULL, () -> file.write(10, ByteBuffer.allocate(10)));
        assertThat(file.size()).isEqualTo(10);
    }

    private static byte[] pattern(int length, int seed) {
        byte[] bytes = new byte[length];
        new java.util.Random(seed).nextBytes(bytes);
        return bytes;
    }

    static void refused(String code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        SdrException.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}
