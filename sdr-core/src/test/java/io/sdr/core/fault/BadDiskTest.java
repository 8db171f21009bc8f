package io.sdr.core.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sdr.api.FailoverPlan;
import io.sdr.api.ItemId;
import io.sdr.api.Job;
import io.sdr.api.JobStatus;
import io.sdr.api.Operation;
import io.sdr.api.OperationFailedException;
import io.sdr.api.ProtectionRequest;
import io.sdr.api.ProtectionState;
import io.sdr.api.ReplicateNowRequest;
import io.sdr.api.ReplicationPolicy;
import io.sdr.api.ResyncCause;
import io.sdr.api.SdrException;
import io.sdr.api.Side;
import io.sdr.api.SiteRecovery;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.CancelFlag;
import io.sdr.api.spi.LocalFolder;
import io.sdr.api.spi.ProgressListener;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.api.spi.VmDescription;
import io.sdr.api.spi.VmObservation;
import io.sdr.testkit.DiskImage;
import io.sdr.testkit.Fault;
import io.sdr.testkit.FolderSite;
import io.sdr.testkit.SiteOptions;
import io.sdr.testkit.VirtualTime;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The image of a VM's disk is not what it should be: said by name, before anything is changed; and whole again, all goes on. */
class BadDiskTest {
    private static final ItemId ITEM = new ItemId("sql-01");
    private static final int SIZE = 600_000;

    @TempDir
    private Path folder;

    private final VirtualTime time = new VirtualTime();
    private final byte[] content = new byte[SIZE];
    private FolderSite east;
    private FolderSite west;
    private SiteRecovery engine;
    private VmDescription vm;
    private Path image;

    @BeforeEach
    void open() {
        new Random(1).nextBytes(content);
        east = FolderSite.open(SiteOptions.named("east").time(time), folder.resolve("east"));
        west = FolderSite.open(SiteOptions.named("west").time(time), folder.resolve("west"));
        engine = SiteRecovery.builder()
                .site(east)
                .site(west)
                .dataDirectory(folder.resolve("data"))
                .withoutScheduler()
                .timekeeper(time)
                .build();
        vm = east.importVm("sql", DiskImage.of(content));
        image = east.file(vm.disks().get(0));
    }

    @AfterEach
    void close() {
        engine.close();
        east.close();
        west.close();
    }

    private Job protect() {
        return engine.protect(ProtectionRequest.of("sql")
                .from("east")
                .to("west")
                .as(ITEM)
                .policy(ReplicationPolicy.defaults().pointEvery(Duration.ZERO)));
    }

    private ProtectionState state() {
        return engine.item(ITEM).state();
    }

    private void spoil(String how) throws IOException {
        Files.copy(image, folder.resolve("kept"));
        Files.delete(image);
        switch (how) {
            case "missing" -> {}
            case "empty" -> Files.createFile(image);
            case "a folder" -> Files.createDirectory(image);
            case "cut" -> Files.write(image, Arrays.copyOf(content, SIZE / 2));
            case "grown" -> Files.write(image, Arrays.copyOf(content, SIZE * 2));
            default -> throw new AssertionError(how);
        }
    }

    private void mend() throws IOException {
        Files.deleteIfExists(image);
        Files.move(folder.resolve("kept"), image);
    }

    private List<Object> everything() {
        return List.of(
                Contents.of(LocalFolder.of(east.folder())),
                Contents.of(LocalFolder.of(west.folder())),
                engine.items(),
                engine.openJobs().size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"missing", "empty", "a folder", "cut", "grown"})
    void protectingItIsRefusedBeforeAnythingChanges(String how) throws IOException {
        spoil(how);
        List<Object> before = everything();
        SdrException refusal = catchThrowableOfType(SdrException.class, this::protect);
        assertThat(refusal).as(how).isNotNull();
        assertThat(refusal.code()).as(how).isIn("DISK_MISSING", "RAW_DISK_DAMAGED");
        assertThat(refusal.getMessage()).contains("disk0.raw");
        assertThat(refusal.problem().remedy()).isNotBlank();
        time.runFor(Duration.ofMinutes(10));
        assertThat(everything()).isEqualTo(before);
        mend();
        protectedAndWhole(protect());
    }

    /** Goes on to the end, and the copy is what the image held. */
    private void protectedAndWhole(Job job) throws IOException {
        job.await();
        time.runFor(Duration.ofMinutes(1));
        assertThat(state()).isEqualTo(ProtectionState.PROTECTED);
        engine.failOver(FailoverPlan.unplanned(ITEM, Side.RECOVERY).shutDownFirst())
                .await();
        VmObservation copy = west.allVms().get(0);
        byte[] found = new byte[SIZE];
        try (VirtualDisk disk =
                west.guestDisk(copy.vm(), west.look(copy.vm()).disks().get(0).disk())) {
            disk.read(0, ByteBuffer.wrap(found));
        }
        assertThat(Arrays.mismatch(found, content)).isEqualTo(-1);
    }

    private Job failed(Job job, String code) {
        OperationFailedException failure = catchThrowableOfType(OperationFailedException.class, job::await);
        assertThat(failure).as(code).isNotNull();
        assertThat(failure.code()).isEqualTo(code);
        assertThat(failure.problem().remedy()).isNotBlank();
        assertThat(job.status()).isEqualTo(JobStatus.FAILED);
        return job;
    }

    /** From some read on, in the middle of the first copy, the image cannot be read any more. */
    @Test
    void unreadableHalfWayOfTheFirstCopyItFailsAndGoesOnLater() throws IOException {
        east.faults().from("disk.read", 2, new Fault.Fails());
        Job job = failed(protect(), "STORAGE_FAILED");
        assertThat(state()).isEqualTo(ProtectionState.INITIAL_REPLICATION);
        assertThat(engine.recoveryPoints(ITEM)).isEmpty();
        assertThat(engine.item(ITEM).allowedOperations()).contains(Operation.RETRY_JOB, Operation.CANCEL_JOB);
        east.faults().clear();
        job.retry();
        protectedAndWhole(job);
    }

    @Test
    void unreadableInACycleThePointsStayAndItGoesOnLater() throws IOException {
        east.powerOn(vm.id());
        protect().await();
        time.runFor(Duration.ofMinutes(1));
        write(new byte[100_000], 200_000);
        List<?> points = engine.recoveryPoints(ITEM);
        east.faults().from("disk.read", 1, new Fault.Fails());
        failed(engine.replicateNow(ReplicateNowRequest.crashConsistent(ITEM)), "STORAGE_FAILED");
        assertThat(state()).isEqualTo(ProtectionState.PROTECTED);
        assertThat(engine.recoveryPoints(ITEM)).isEqualTo(points);
        east.faults().clear();
        protectedAndWhole(engine.replicateNow(ReplicateNowRequest.crashConsistent(ITEM)));
    }

    private void write(byte[] bytes, int at) {
        System.arraycopy(bytes, 0, content, at, bytes.length);
        try (VirtualDisk disk = east.guestDisk(vm.id(), vm.disks().get(0).disk())) {
            disk.write(at, ByteBuffer.wrap(bytes));
            disk.flush();
        }
    }

    /** A disk that has another size than its replica: no cycle is taken, and nothing that is there is touched. */
    @Test
    void aDiskOfAnotherSizeThanItsReplicaIsNotReplicated() {
        protect().await();
        time.runFor(Duration.ofMinutes(1));
        List<?> points = engine.recoveryPoints(ITEM);
        // an administrator exchanges the VM's only disk for a larger one
        VmDescription other = east.importVm("larger", DiskImage.of(Arrays.copyOf(content, SIZE + 65_536)));
        CallContext call = new CallContext(
                ITEM, 1, "by-hand", 1, time.now().plus(Duration.ofDays(1)), CancelFlag.NEVER, ProgressListener.NONE);
        VmObservation without = east.vms().attach(other.id(), List.of(), call);
        assertThat(without.disks()).isEmpty();
        VmObservation changed = east.vms().attach(vm.id(), other.disks(), call);
        assertThat(changed.disks()).isEqualTo(other.disks());
        Map<String, String> replica = replica();
        OperationFailedException failure = catchThrowableOfType(
                OperationFailedException.class,
                () -> engine.replicateNow(ReplicateNowRequest.crashConsistent(ITEM))
                        .await());
        assertThat(failure).isNotNull();
        assertThat(failure.getMessage()).contains(String.valueOf(SIZE), String.valueOf(SIZE + 65_536));
        assertThat(state()).isEqualTo(ProtectionState.RESYNC_REQUIRED);
        assertThat(engine.item(ITEM).resyncCause()).contains(ResyncCause.GEOMETRY);
        assertThat(engine.recoveryPoints(ITEM)).isEqualTo(points);
        assertThat(replica()).isEqualTo(replica);
    }

    /** What the target holds but the document of the VM's configuration, which tells the new disk. */
    private Map<String, String> replica() {
        Map<String, String> files = Contents.of(LocalFolder.of(west.folder()));
        files.keySet().removeIf(name -> name.contains("/doc-configuration."));
        return files;
    }
}
