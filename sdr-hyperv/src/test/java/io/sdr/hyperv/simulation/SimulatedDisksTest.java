package io.sdr.hyperv.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.spi.Access;
import io.sdr.api.spi.LocalFolder;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.hyperv.powershell.Arguments;
import io.sdr.hyperv.powershell.ScriptAnswer;
import io.sdr.hyperv.vhdx.VhdxFormat;
import io.sdr.testkit.VirtualTime;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Disk files, checkpoints and change tracking of a simulated host, on real VHDX files. */
class SimulatedDisksTest {
    private static final String DISK = "D:\\VMs\\web-01\\os.vhdx";
    private static final int SIZE = 12 << 20;

    @TempDir
    private Path folder;

    private final VirtualTime time = new VirtualTime();
    private SimulatedWorld world;
    private Scripts scripts;
    private SimulatedHost host;
    private SimulatedVm vm;

    @BeforeEach
    void begin() {
        world = SimulatedWorld.in(folder, time);
        scripts = new Scripts(world);
        host = world.newHost("east", "hv-e1.example.net");
        vm = host.newVm("web-01");
        vm.addDisk(DISK, SIZE);
        vm.start();
    }

    @AfterEach
    void end() {
        world.check();
        world.close();
    }

    private void write(int offset, int value) {
        byte[] bytes = new byte[4096];
        Arrays.fill(bytes, (byte) value);
        vm.guestDisk(0).write(offset, ByteBuffer.wrap(bytes));
    }

    private byte[] guestSees() {
        byte[] bytes = new byte[SIZE];
        vm.guestDisk(0).read(0, ByteBuffer.wrap(bytes));
        return bytes;
    }

    private VirtualDisk open(String path) {
        Path real = host.real(path);
        return new VhdxFormat().open(LocalFolder.of(real.getParent()), String.valueOf(real.getFileName()), Access.READ);
    }

    private byte[] content(String path) {
        byte[] bytes = new byte[SIZE];
        try (VirtualDisk disk = open(path)) {
            disk.read(0, ByteBuffer.wrap(bytes));
        }
        return bytes;
    }

    private String create(String token) {
        return scripts.run(
                        host,
                        "checkpoint-create",
                        scripts.guarded(vm).with("token", token).with("application", false))
                .text("checkpoint");
    }

    private String frozen(String checkpoint) {
        return scripts.run(
                        host,
                        "checkpoint-disks",
                        Arguments.none().with("vm", vm.id()).with("checkpoint", checkpoint))
                .each("disks")
                .get(0)
                .text("path");
    }

    private ScriptAnswer mark(String token, String checkpoint) {
        return scripts.run(
                host,
                "checkpoint-to-reference",
                scripts.guarded(vm).with("token", token).with("checkpoint", checkpoint));
    }

    private ScriptAnswer changes(String path, String since) {
        return scripts.run(host, "changed-ranges", question(path, since));
    }

    private static Arguments question(String path, String since) {
        return Arguments.none()
                .with("path", path)
                .with("since", since)
                .with("offset", 0)
                .with("length", SIZE)
                .with("most", 100_000);
    }

    @Test
    void aCheckpointFreezesWhileTheGuestWrites_andItsTokenGivesItAgain() {
        write(0, 1);
        byte[] before = guestSees();
        String checkpoint = create("t1");
        write(0, 2);
        write(5 << 20, 3);
        assertThat(create("t1")).isEqualTo(checkpoint);
        assertThat(frozen(checkpoint)).isEqualTo(DISK);
        assertThat(content(DISK)).isEqualTo(before);
        byte[] now = guestSees();
        scripts.run(host, "checkpoint-delete", scripts.guarded(vm).with("checkpoint", checkpoint));
        assertThat(vm.drives().get(0).path()).isEqualTo(DISK);
        assertThat(guestSees()).isEqualTo(now);
        assertThat(scripts.refusal(
                        host,
                        "checkpoint-disks",
                        Arguments.none().with("vm", vm.id()).with("checkpoint", checkpoint)))
                .isEqualTo("CHECKPOINT_GONE");
    }

    @Test
    void aCheckpointStaysWhileItsFilesAreOpen() {
        String checkpoint = create("t1");
        try (VirtualDisk reader = open(DISK)) {
            assertThat(reader.sizeBytes()).isEqualTo(SIZE);
            assertThat(scripts.refusal(
                            host, "checkpoint-delete", scripts.guarded(vm).with("checkpoint", checkpoint)))
                    .isEqualTo("BUSY");
            assertThat(scripts.refusal(
                            host,
                            "checkpoint-to-reference",
                            scripts.guarded(vm).with("token", "t1").with("checkpoint", checkpoint)))
                    .isEqualTo("BUSY");
        }
        assertThat(mark("t1", checkpoint).texts("tracking")).hasSize(1);
    }

    @Test
    void checkpointsInTheMiddleAreFoldedToo() {
        write(0, 1);
        String first = create("t1");
        write(0, 2);
        String second = create("t2");
        write(1 << 20, 3);
        String third = create("t3");
        write(2 << 20, 4);
        byte[] now = guestSees();
        byte[] seenThird = content(frozen(third));
        byte[] seenFirst = content(frozen(first));
        scripts.run(host, "checkpoint-delete", scripts.guarded(vm).with("checkpoint", second));
        assertThat(content(frozen(third))).isEqualTo(seenThird);
        assertThat(content(frozen(first))).isEqualTo(seenFirst);
        scripts.run(host, "checkpoint-delete", scripts.guarded(vm).with("checkpoint", first));
        assertThat(content(frozen(third))).isEqualTo(seenThird);
        assertThat(guestSees()).isEqualTo(now);
        scripts.run(host, "checkpoint-delete", scripts.guarded(vm).with("checkpoint", third));
        assertThat(guestSees()).isEqualTo(now);
        assertThat(vm.drives().get(0).path()).isEqualTo(DISK);
    }

    /** Whatever is written, the ranges hold every byte that differs between two checkpoints. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void changedRangesNeverMissAByte(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        String since = mark("t0", create("t0")).texts("tracking").get(0);
        byte[] before = guestSees();
        for (int round = 1; round <= 3; round++) {
            for (int i = random.nextInt(6); i > 0; i--) {
                write(random.nextInt(SIZE - 4096) / 512 * 512, random.nextInt(256));
            }
            String token = "t" + round;
            String checkpoint = create(token);
            byte[] after = guestSees();
            write(random.nextInt(SIZE - 4096), 77); // behind the checkpoint: of no concern
            ScriptAnswer answer = changes(frozen(checkpoint), since);
            assertThat(answer.number("processedBytes")).isEqualTo(SIZE);
            boolean[] told = new boolean[SIZE];
            long[] offsets = answer.numbers("offsets");
            long[] lengths = answer.numbers("lengths");
            for (int i = 0; i < offsets.length; i++) {
                Arrays.fill(told, (int) offsets[i], (int) (offsets[i] + lengths[i]), true);
            }
            for (int at = 0; at < SIZE; at++) {
                if (!told[at] && before[at] != after[at]) {
                    throw new AssertionError("seed " + seed + ", round " + round + ", byte " + at);
                }
            }
            before = after;
            since = mark(token, checkpoint).texts("tracking").get(0);
        }
    }

    @Test
    void aMarkThatIsNotKnownIsAnError() {
        ScriptAnswer mark = mark("t1", create("t1"));
        String since = mark.texts("tracking").get(0);
        assertThat(changes(DISK, since).numbers("offsets")).isEmpty();
        assertThat(scripts.refusal(host, "changed-ranges", question(DISK, "rctX:0:0:0")))
                .isEqualTo("POWERSHELL_FAILED");
        scripts.run(host, "reference-delete", scripts.guarded(vm).with("reference", mark.text("reference")));
        assertThat(scripts.refusal(host, "changed-ranges", question(DISK, since)))
                .isEqualTo("POWERSHELL_FAILED");
    }

    @Test
    void whatOthersWroteWhileTheVmWasOffWasNotTracked() {
        String since = mark("t1", create("t1")).texts("tracking").get(0);
        vm.turnOff();
        assertThat(changes(DISK, since).numbers("offsets")).isEmpty();
        try (VirtualDisk disk = host.disks().open(DISK, Access.WRITE)) {
            disk.write(0, ByteBuffer.wrap(new byte[] {9}));
            disk.flush();
        }
        assertThat(scripts.refusal(host, "changed-ranges", question(DISK, since)))
                .isEqualTo("POWERSHELL_FAILED");
    }

    @Test
    void layersAreMadeFilledAttachedAndFolded() {
        String base = "D:\\sdr\\replica\\a.vhdx";
        String layer = "D:\\sdr\\replica\\b.vhdx";
        Arguments make = scripts.guarded()
                .with("path", base)
                .without("parent")
                .with("sizeBytes", SIZE)
                .with("blockBytes", 2 << 20)
                .with("sectorBytes", 512);
        assertThat(scripts.run(host, "disk-create", make).text("parent")).isEmpty();
        Arguments over = scripts.guarded()
                .with("path", layer)
                .with("parent", base)
                .without("sizeBytes")
                .without("blockBytes")
                .without("sectorBytes");
        assertThat(scripts.run(host, "disk-create", over).text("parent")).isEqualTo(base);
        SimulatedVm copy = host.newVm("copy");
        scripts.run(host, "vm-attach", scripts.guarded(copy).withEach("disks", List.of(Scripts.disk(layer, 0))));
        scripts.run(host, "layer-freeze", scripts.guarded(copy).with("token", "f1"));
        copy.start();
        copy.guestDisk(0).write(0, ByteBuffer.wrap("kept".getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        Arguments move = scripts.guarded().with("path", layer).with("target", "D:\\sdr\\replica\\c.vhdx");
        assertThat(scripts.refusal(host, "disk-move", move)).isEqualTo("VM_RUNNING");
        Arguments fold = scripts.guarded(copy).with("token", "f1");
        assertThat(scripts.run(host, "layer-fold", fold).flag("merging")).isTrue();
        time.pass(Duration.ofSeconds(3));
        ScriptAnswer folded =
                scripts.run(host, "layer-fold", scripts.guarded(copy).with("token", "f1"));
        assertThat(folded.flag("merging")).isFalse();
        assertThat(folded.texts("disks")).containsExactly(layer);
        copy.turnOff();
        Arguments merge = scripts.guarded().with("path", layer).with("parent", base);
        scripts.run(host, "disk-merge", merge);
        assertThat(new String(content(base), 0, 4, java.nio.charset.StandardCharsets.UTF_8))
                .isEqualTo("kept");
        assertThat(host.disks().exists(layer)).isFalse();
    }

    /** A checkpoint that is given up leaves its layer until Hyper-V has merged it: what it holds belongs to the disk below. */
    @Test
    void aDiskBelowALayerThatWaitsToBeMergedIsNotTaken() {
        SimulatedVm vm = host.newVm("late");
        String base = "D:\\sdr\\replica\\late.vhdx";
        host.disks().create(base, 1 << 22, 2 << 20, 512);
        scripts.run(host, "vm-attach", scripts.guarded(vm).withEach("disks", List.of(Scripts.disk(base, 0))));
        scripts.run(host, "layer-freeze", scripts.guarded(vm).with("token", "f1"));
        assertThat(scripts.run(host, "layer-fold", scripts.guarded(vm).with("token", "f1"))
                        .flag("merging"))
                .isTrue();
        assertThat(scripts.run(host, "disk-users", Arguments.none().with("paths", List.of(base)))
                        .each("users"))
                .singleElement()
                .satisfies(user -> {
                    assertThat(user.text("vm")).isEqualTo(vm.id());
                    assertThat(user.flag("attached")).isFalse();
                    assertThat(user.flag("frozen")).isTrue();
                });
        Arguments move = scripts.guarded().with("path", base).with("target", "D:\\sdr\\replica\\moved.vhdx");
        assertThat(scripts.refusal(host, "disk-move", move)).isEqualTo("DISK_MERGING");
        Arguments detach = scripts.guarded(vm).withEach("disks", List.of());
        assertThat(scripts.refusal(host, "vm-attach", detach)).isEqualTo("DISK_MERGING");
        time.pass(Duration.ofSeconds(3));
        scripts.run(host, "layer-fold", scripts.guarded(vm).with("token", "f1"));
        assertThat(scripts.refusal(host, "disk-move", move)).isEqualTo("none");
    }
}
