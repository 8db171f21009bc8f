package io.sdr.core.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.Operation;
import io.sdr.api.ProtectionState;
import io.sdr.core.GeneratedDocument;
import org.junit.jupiter.api.Test;

class StateDiagramTest {
    private final StateDiagram diagram = new StateDiagram(StandardTable.DATA);

    @Test
    void theDocumentationShowsTheTable() {
        GeneratedDocument.at("docs/states.md", StateDiagramTest.class).verify(diagram.page());
    }

    @Test
    void theDiagramShowsEveryStateAndEveryEdge() {
        for (ProtectionState state : ProtectionState.values()) {
            assertThat(diagram.mermaid()).contains(state.name());
        }
        for (Transition each : StandardTable.DATA.transitions()) {
            assertThat(diagram.mermaid().lines())
                    .anyMatch(line -> line.startsWith("    " + each.from() + " --> " + each.to() + ": ")
                            && line.contains(each.trigger().words()));
        }
    }

    @Test
    void thePageNamesEveryOperation() {
        for (Operation operation : Operation.values()) {
            assertThat(diagram.page()).contains(operation.words());
        }
    }
}
