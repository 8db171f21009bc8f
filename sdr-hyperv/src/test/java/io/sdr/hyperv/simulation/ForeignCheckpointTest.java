package io.sdr.hyperv.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.hyperv.powershell.Arguments;
import io.sdr.hyperv.powershell.ScriptAnswer;
import io.sdr.testkit.VirtualTime;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A backup product freezes a VM at the same time: its recovery snapshots look like ours, and are never taken for ours. */
class ForeignCheckpointTest {
    @TempDir
    private Path folder;

    private SimulatedWorld world;
    private Scripts scripts;
    private SimulatedHost host;
    private SimulatedVm vm;

    @BeforeEach
    void begin() {
        world = SimulatedWorld.in(folder, new VirtualTime());
        scripts = new Scripts(world);
        host = world.newHost("east", "hv-e1.example.net");
        vm = host.newVm("web-01");
        vm.addDisk("D:\\VMs\\web-01\\os.vhdx", 8 << 20);
        vm.start();
    }

    @AfterEach
    void end() {
        world.check();
        world.close();
    }

    private Arguments asking(boolean application) {
        return scripts.guarded(vm).with("token", "t1").with("application", application);
    }

    private ScriptAnswer create() {
        return scripts.run(host, "checkpoint-create", asking(true));
    }

    private String refusal() {
        return scripts.refusal(host, "checkpoint-create", asking(true));
    }

    private void delete(String checkpoint) {
        scripts.run(host, "checkpoint-delete", scripts.guarded(vm).with("checkpoint", checkpoint));
    }

    @Test
    void oneThatIsThereBeforeStays() {
        Runnable backup = vm.backUp();
        String ours = create().text("checkpoint");
        assertThat(vm.snapshots).hasSize(2);
        backup.run();
        delete(ours);
        assertThat(vm.snapshots).isEmpty();
    }

    /** Ended before Hyper-V was asked: whatever came since is not ours, however alone it is. */
    @ParameterizedTest
    @ValueSource(longs = {0, 1})
    void oneThatComesBeforeWeAskIsNotOurs(long changes) {
        world.stopAfterChanges(changes);
        assertThat(refusal()).isEqualTo("STOPPED");
        world.stopAfterChanges(Long.MAX_VALUE);
        Runnable backup = vm.backUp();
        String ours = create().text("checkpoint");
        assertThat(vm.snapshots).hasSize(2);
        delete(ours);
        backup.run();
    }

    /** Ended after Hyper-V was asked: the job tells which is ours, whatever came meanwhile. */
    @ParameterizedTest
    @ValueSource(strings = {"published.job0", "published.made"})
    void theJobTellsWhichIsOurs(String place) {
        world.stopAt(place);
        assertThat(refusal()).isEqualTo("STOPPED");
        world.stopAt("");
        String ours = vm.snapshots.get(0).instanceId();
        Runnable backup = vm.backUp();
        assertThat(create().text("checkpoint")).isEqualToIgnoringCase(ours);
        assertThat(create().flag("application")).as("by the first job").isEqualTo(place.equals("published.made"));
        assertThat(vm.snapshots).hasSize(2);
        backup.run();
        delete(ours);
        assertThat(vm.snapshots).isEmpty();
    }

    /** Ended in the moment between, or so long ago that Hyper-V forgot its jobs: what nobody can tell apart is left alone. */
    @ParameterizedTest
    @ValueSource(strings = {"published.asked", "frozen", "published.job0"})
    void whatNobodyKnowsIsLeftAlone(String place) {
        world.stopAt(place);
        assertThat(refusal()).isEqualTo("STOPPED");
        world.stopAt("");
        host.checkpoints().forgetJobs();
        int ours = vm.snapshots.size();
        Runnable backup = vm.backUp();
        for (int i = 0; i < 3; i++) {
            assertThat(refusal()).isEqualTo("CHECKPOINT_UNCLEAR");
            assertThat(vm.snapshots).as("none is made, none is taken").hasSize(ours + 1);
        }
        backup.run();
        if (ours == 0) {
            delete(create().text("checkpoint"));
        } else {
            assertThat(refusal()).isEqualTo("CHECKPOINT_UNCLEAR");
            host.checkpoints().drop(vm, vm.snapshots.get(0)); // an administrator, as the remedy says
            delete(create().text("checkpoint"));
        }
        assertThat(vm.snapshots).isEmpty();
    }

    /** An attempt that failed made nothing: there is nothing to wonder about. */
    @Test
    void aJobThatFailedLeavesNothingOpen() {
        vm.disableService("VSS"); // level 1 cannot be had
        world.stopAfterChanges(2);
        assertThat(refusal()).isEqualTo("STOPPED");
        world.stopAfterChanges(Long.MAX_VALUE);
        Runnable backup = vm.backUp();
        ScriptAnswer made = create();
        assertThat(made.flag("application")).isFalse();
        assertThat(vm.snapshots).hasSize(2);
        delete(made.text("checkpoint"));
        backup.run();
    }

    private String mark(String checkpoint) {
        return scripts.refusal(
                host,
                "checkpoint-to-reference",
                scripts.guarded(vm).with("token", "t1").with("checkpoint", checkpoint));
    }

    /** A mark of another moment would hide what changed between. */
    @ParameterizedTest
    @ValueSource(strings = {"", "published.job0", "published.made"})
    void aBackupsMarkIsNotOurs(String place) {
        String checkpoint = create().text("checkpoint");
        vm.markForBackup();
        world.stopAt(place);
        assertThat(mark(checkpoint)).isEqualTo(place.isEmpty() ? "none" : "STOPPED");
        world.stopAt("");
        String ours = vm.references.get(1).id();
        vm.markForBackup();
        assertThat(mark(checkpoint)).isEqualTo("none");
        ScriptAnswer again = scripts.run(
                host,
                "checkpoint-to-reference",
                scripts.guarded(vm).with("token", "t1").with("checkpoint", checkpoint));
        assertThat(again.text("reference")).isEqualToIgnoringCase(ours);
        assertThat(vm.references).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"converted", "published.job0"})
    void aMarkOfWhichNobodyKnowsWhoseItIsIsNotTaken(String place) {
        String checkpoint = create().text("checkpoint");
        world.stopAt(place);
        assertThat(mark(checkpoint)).isEqualTo("STOPPED");
        world.stopAt("");
        host.checkpoints().forgetJobs();
        assertThat(mark(checkpoint)).isEqualTo("CHECKPOINT_GONE");
    }
}
