package io.sdr.hyperv.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.hyperv.powershell.Arguments;
import io.sdr.testkit.VirtualTime;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A host that must not start a VM by itself starts it afterwards as it did before. */
class BootGateTest {
    private static final String CLOSED = "Nothing 0 0";

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
        SimulatedCluster cluster = world.newCluster("c", "example.net", "broker", host);
        vm = host.newVm("web-01");
        cluster.add(vm);
    }

    @AfterEach
    void end() {
        world.close();
    }

    private Arguments gate(boolean closed) {
        return scripts.guarded(vm)
                .with("closed", closed)
                .with("action", "StartIfRunning")
                .with("priority", 2000);
    }

    private String set(boolean closed) {
        scripts.run(host, "vm-boot-gate", gate(closed));
        return vm.boots();
    }

    private boolean noted() {
        return Files.exists(host.real(Scripts.CATALOGUE + "\\boot\\" + vm.id));
    }

    @ParameterizedTest
    @CsvSource({"Start,30,3000", "StartIfRunning,0,2000", "StartIfRunning,120,1000", "Start,5,0"})
    void whatWasSetComesBack(String action, long delay, long priority) {
        vm.setAutomaticStart(action, delay);
        vm.setClusterPriority(priority);
        String before = vm.boots();
        for (int i = 0; i < 2; i++) {
            assertThat(set(true)).startsWith("Nothing ").endsWith(" 0");
            assertThat(noted()).isTrue();
        }
        for (int i = 0; i < 2; i++) {
            assertThat(set(false)).isEqualTo(before);
            assertThat(noted()).isFalse();
        }
    }

    /** Nobody knows how a copy would have been set. */
    @Test
    void whereNothingWasNotedTheDefaultsAreSet() {
        vm.setAutomaticStart("Nothing", 0);
        vm.setClusterPriority(0);
        assertThat(set(true)).isEqualTo(CLOSED);
        assertThat(noted()).isFalse();
        world.stopAfterChanges(1);
        assertThat(scripts.refusal(host, "vm-boot-gate", gate(false))).isEqualTo("STOPPED");
        world.stopAfterChanges(Long.MAX_VALUE);
        assertThat(set(false)).isEqualTo("StartIfRunning 0 2000");
    }

    @Test
    void outsideAClusterThereIsNoPriority() {
        vm.cluster.orElseThrow().remove(vm);
        vm.setAutomaticStart("Start", 45);
        assertThat(set(true)).isEqualTo("Nothing 0 2000");
        assertThat(set(false)).isEqualTo("Start 45 2000");
    }

    /** Ended before any of its changes and run again, closing notes what was there before the first of them. */
    @Test
    void aScriptThatEndedBetweenIsRunAgain() {
        for (int atClosing = 0; atClosing < 4; atClosing++) {
            for (int atOpening = 0; atOpening < 4; atOpening++) {
                vm.setAutomaticStart("Start", 30);
                vm.setClusterPriority(3000);
                world.stopAfterChanges(atClosing);
                String ended = scripts.refusal(host, "vm-boot-gate", gate(true));
                assertThat(ended).isEqualTo(atClosing < 3 ? "STOPPED" : "none");
                world.stopAfterChanges(Long.MAX_VALUE);
                assertThat(set(true)).isEqualTo(CLOSED);
                world.stopAfterChanges(atOpening);
                ended = scripts.refusal(host, "vm-boot-gate", gate(false));
                assertThat(ended).isEqualTo(atOpening < 3 ? "STOPPED" : "none");
                world.stopAfterChanges(Long.MAX_VALUE);
                if (atOpening == 3) {
                    assertThat(vm.boots()).isEqualTo("Start 30 3000");
                }
                assertThat(set(false)).isEqualTo("Start 30 3000");
            }
        }
    }

    /** Closing that was given up half way is opened again as it was. */
    @Test
    void whatWasClosedByHalfIsOpened() {
        for (int stop = 0; stop < 3; stop++) {
            vm.setAutomaticStart("Start", 30);
            vm.setClusterPriority(3000);
            world.stopAfterChanges(stop);
            assertThat(scripts.refusal(host, "vm-boot-gate", gate(true))).isEqualTo("STOPPED");
            world.stopAfterChanges(Long.MAX_VALUE);
            assertThat(set(false)).isEqualTo("Start 30 3000");
        }
    }

    /** The last word of an administrator counts. */
    @Test
    void whatSomebodySetMeanwhileIsKept() {
        vm.setAutomaticStart("Start", 30);
        vm.setClusterPriority(3000);
        set(true);
        vm.setAutomaticStart("StartIfRunning", 10);
        assertThat(set(false)).isEqualTo("StartIfRunning 10 3000");
        set(true);
        vm.setAutomaticStart("Start", 60);
        assertThat(set(true)).isEqualTo(CLOSED);
        assertThat(set(false)).isEqualTo("Start 60 3000");
    }

    /** A note about a VM that is gone tells nothing of another one. */
    @Test
    void theNoteGoesWithItsVm() {
        set(true);
        vm.setNotes("sdr:" + Scripts.ITEM + ":1:copy");
        scripts.run(host, "vm-delete", scripts.guarded(vm).with("role", "copy"));
        assertThat(noted()).isFalse();
    }
}
