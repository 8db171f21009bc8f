package io.sdr.core.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.Operation;
import io.sdr.api.ProtectionState;
import io.sdr.core.GeneratedDocument;
import org.junit.jupiter.api.Test;

class OperationsPageTest {
    private final String page = new OperationsPage(StateTable.TABLE).page();

    @Test
    void theDocumentationShowsTheTable() {
        GeneratedDocument.at("docs/operations.md", OperationsPageTest.class).verify(page);
    }

    /** Each operation of each state stands there once: allowed, or denied with something a person can do. */
    @Test
    void nothingIsMissing() {
        for (ProtectionState state : ProtectionState.values()) {
            String section = section(state);
            String allowed = section.lines().findFirst().orElseThrow();
            for (Operation operation : Operation.values()) {
                boolean isAllowed = (", "
                                + allowed.substring("Allowed: ".length()).replace('.', ',') + " ")
                        .contains(", " + operation.words() + ",");
                long rows = section.lines()
                        .filter(line -> line.startsWith("| " + operation.words() + " | "))
                        .count();
                assertThat(rows).as("%s in %s", operation, state).isEqualTo(isAllowed ? 0 : 1);
            }
            assertThat(section.lines().filter(line -> line.endsWith("|  |")))
                    .as("denials without a remedy in %s", state)
                    .isEmpty();
        }
    }

    private String section(ProtectionState state) {
        int from = page.indexOf("## " + state + "\n") + state.name().length() + 4;
        int to = page.indexOf("\n## ", from);
        return page.substring(from, to < 0 ? page.length() : to);
    }
}
