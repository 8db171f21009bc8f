package io.sdr.hyperv.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The simulation takes and gives what the scripts take and give: what its handlers read and answer while every script runs is what
 * the checked-in table says, which another test holds against the scripts' syntax trees.
 */
class ScriptContractTest {
    private static final ScriptTable TABLE = new ScriptTable();

    @TempDir
    private Path folder;

    private static List<String> differences(ScriptContracts contracts) {
        List<String> differences = new ArrayList<>();
        for (String script : TABLE.scripts()) {
            compare(
                    script + " reads",
                    contracts.reads().getOrDefault(script, Set.of()),
                    TABLE.reads(script),
                    differences);
            compare(
                    script + " answers",
                    contracts.answers().getOrDefault(script, Set.of()),
                    TABLE.answers(script),
                    differences);
        }
        return differences;
    }

    private static void compare(String what, Set<String> simulated, Set<String> table, List<String> differences) {
        simulated.stream()
                .filter(name -> !table.contains(name))
                .forEach(name -> differences.add(what + " in the simulation only: " + name));
        table.stream()
                .filter(name -> !simulated.contains(name))
                .forEach(name -> differences.add(what + " in the script only: " + name));
    }

    @Test
    void handlersReadAndAnswerWhatScriptsDo() {
        try (EveryScript every = new EveryScript(folder)) {
            every.run();
            assertThat(every.world.contracts().answers().keySet()).containsExactlyInAnyOrderElementsOf(TABLE.scripts());
            assertThat(differences(every.world.contracts())).isEmpty();
            every.world.check();
        }
    }

    /** One that reads more, reads less, answers more or answers less is found. */
    @ParameterizedTest
    @ValueSource(strings = {"reads more", "reads less", "answers more", "answers less"})
    void aHandlerThatIsChangedIsFound(String change) {
        try (EveryScript every = new EveryScript(folder)) {
            every.world.handle("network-create", (asked, host) -> {
                if (change.equals("reads more")) {
                    asked.noted("vlan");
                }
                asked.text("tag");
                asked.number("epoch");
                asked.text("attempt");
                asked.text("item");
                asked.text("catalogue");
                if (!change.equals("reads less")) {
                    asked.text("name");
                }
                asked.number("notAfter");
                var fields =
                        Json.object().put("network", host.newSwitch("x").id()).put("name", "x");
                if (change.equals("answers more")) {
                    fields.put("extra", 1);
                }
                return change.equals("answers less") ? fields : fields.put("type", "Private");
            });
            try {
                every.run();
            } catch (RuntimeException stops) {
                // The scripts that follow may miss what the changed handler did not do.
                assertThat(stops).isNotNull();
            }
            assertThat(differences(every.world.contracts()).stream().filter(each -> each.startsWith("network-create ")))
                    .hasSize(1);
        }
    }
}
