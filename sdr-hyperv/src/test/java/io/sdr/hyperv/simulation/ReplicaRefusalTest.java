package io.sdr.hyperv.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sdr.hyperv.simulation.ReplicaEnd.Mode;
import io.sdr.hyperv.simulation.ReplicaEnd.State;
import io.sdr.hyperv.simulation.SimulatedVm.Power;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What each verb of Hyper-V Replica refuses: one cell for each host it is not for, each state and each power that it does not take.
 * The cmdlet gives InvalidState; its script the code that this means, but where it sees that there is nothing to do. What each verb
 * takes, {@link SimulatedReplicaTest} and {@link EveryScript} show.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReplicaRefusalTest {
    private static final int CELLS = 243;

    @TempDir
    private static Path folder;

    private ReplicaScene scene;
    private SimulatedHost elsewhere;

    /** A VM in a mode, state and power that a verb does not take; of the three only one is wrong. */
    record Cell(ReplicaVerb verb, Mode mode, State state, Power power, String code) {}

    @BeforeAll
    void begin() {
        scene = new ReplicaScene(folder.resolve("refused")).replicating();
        elsewhere = scene.world.newHost("west", "hv-w2.example.net");
    }

    @AfterAll
    void end() {
        scene.world.close();
    }

    static List<Cell> cells() {
        List<Cell> cells = new ArrayList<>();
        for (ReplicaVerb verb : ReplicaVerb.values()) {
            Mode mode = verb.modes.iterator().next();
            State state = verb.states.iterator().next();
            for (Mode wrong : Mode.values()) {
                if (!verb.modes.contains(wrong)) {
                    cells.add(cell(verb, wrong, state, Power.Off, "STATE_MOVED"));
                }
            }
            for (State wrong : State.values()) {
                if (!verb.states.contains(wrong) && mode != Mode.None) {
                    cells.add(cell(verb, mode, wrong, Power.Off, "STATE_MOVED"));
                }
            }
            for (Power wrong : Power.values()) {
                if (!verb.powers.contains(wrong)) {
                    cells.add(cell(verb, mode, state, wrong, verb.codeOfPower()));
                }
            }
        }
        return cells;
    }

    private static Cell cell(ReplicaVerb verb, Mode mode, State state, Power power, String code) {
        return new Cell(verb, mode, state, power, verb.isDone(mode, state) ? "none" : code);
    }

    @Test
    void everyCellIsThere() {
        assertThat(cells()).hasSize(CELLS).doesNotHaveDuplicates();
        assertThat(cells().stream().map(Cell::verb).distinct()).containsExactly(ReplicaVerb.values());
    }

    @ParameterizedTest
    @MethodSource("cells")
    void aVerbIsRefusedAndNothingChanges(Cell cell) {
        SimulatedVm vm = cell.verb().modes.contains(Mode.Primary) || cell.verb() == ReplicaVerb.ENABLE
                ? scene.vm
                : scene.replica();
        ReplicaEnd end = vm.replica;
        List<Object> before = List.of(end.settings, end.primaryServer, end.replicaServer, end.lastReplication);
        Mode mode = end.mode();
        State state = end.state();
        Power power = vm.state();
        end.become(cell.mode(), cell.state());
        vm.power.force(cell.power());
        List<String> disks = disks();
        try {
            HostError error = catchThrowableOfType(
                    HostError.class, () -> cell.verb().cmdlet.accept(scene, vm));
            assertThat(error).isNotNull();
            assertThat(error.id()).startsWith("InvalidState,Microsoft.HyperV.PowerShell.Commands.");
            assertThat(scene.scripts.refusal(
                            vm.host(), cell.verb().script, cell.verb().arguments.apply(scene)))
                    .isEqualTo(cell.code());
            assertThat(end.mode()).isEqualTo(cell.mode());
            assertThat(end.state()).isEqualTo(cell.state());
            assertThat(vm.state()).isEqualTo(cell.power());
            assertThat(disks()).isEqualTo(disks);
        } finally {
            end.restore(before);
            end.become(state);
            end.mode(mode);
            vm.power.force(power);
        }
    }

    private List<String> disks() {
        return Stream.of(scene.east, scene.west)
                .flatMap(host -> host.vms().stream())
                .flatMap(vm -> vm.drives().stream())
                .map(SimulatedDrive::path)
                .toList();
    }

    @ParameterizedTest
    @EnumSource(ReplicaVerb.class)
    void aHostThatDoesNotHaveTheVmRefuses(ReplicaVerb verb) {
        assertThat(scene.scripts.refusal(elsewhere, verb.script, verb.arguments.apply(scene)))
                .isEqualTo("UNKNOWN_VM");
    }
}
