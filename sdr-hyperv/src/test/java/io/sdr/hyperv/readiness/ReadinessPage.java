package io.sdr.hyperv.readiness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** {@code docs/readiness.md}, made of the rules. With {@code -Dsdr.docs.write=true} it is written instead of compared. */
final class ReadinessPage {
    private static final String COMMAND =
            "mvn -q -pl sdr-hyperv -am test -Dtest=ReadinessRulesTest -Dsurefire.failIfNoSpecifiedTests=false -Dsdr.docs.write=true";
    private static final String HEAD = """
            <!-- Generated; do not edit. To write it anew: COMMAND -->
            # What readiness finds

            `recovery.dryRun(ProtectionRequest…).findings()` asks both sites and changes nothing; `protect` asks the same and refuses before
            anything changes if one of the findings is a blocker. All findings come in one answer. What cannot be looked at is no fault by
            itself: the rules that need it keep silent. What is asked depends on the driver that the
            policy chooses: what only sdr's own replication needs is not looked at for Hyper-V Replica, and the two parts on Hyper-V
            Replica only for that.
            """;

    private ReadinessPage() {}

    static void verify() {
        Path file = Path.of("docs/readiness.md");
        try {
            if (Boolean.getBoolean("sdr.docs.write")) {
                Files.writeString(file, page());
            }
            assertThat(Files.readString(file).replace("\r\n", "\n"))
                    .as("docs/readiness.md is not what the rules say: run %s", COMMAND)
                    .isEqualTo(page());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String page() {
        StringBuilder page = new StringBuilder(HEAD.replace("COMMAND", COMMAND));
        AllRules.byHeading().forEach((heading, rules) -> {
            page.append("\n## ")
                    .append(heading)
                    .append("\n| finding | | means | required | to do |\n|---|---|---|---|---|\n");
            for (Rule<?> rule : rules) {
                page.append("| `").append(rule.code()).append("` | ");
                page.append(rule.severity().name().toLowerCase(java.util.Locale.ROOT))
                        .append(" | ");
                page.append(rule.means()).append(" | ").append(rule.required()).append(" | ");
                page.append(rule.remedy()).append(" |\n");
            }
        });
        return page.toString();
    }
}
