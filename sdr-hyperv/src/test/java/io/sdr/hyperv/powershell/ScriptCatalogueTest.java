package io.sdr.hyperv.powershell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sdr.api.CorruptException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScriptCatalogueTest {
    private static final int MOST_LINES = 60;

    /** Scripts in the project, in the catalogue and in the jar are the same set, and their effects are what their texts say. */
    @Test
    void catalogueNamesWhatIsThere() {
        List<String> pins = new ArrayList<>();
        pins.add(digest(ScriptFiles.prologue()));
        for (Path script : ScriptFiles.all()) {
            String effect = ScriptFiles.text(script).contains("MayAct\n") ? "CHANGE" : "READ";
            pins.add(digest(script) + " " + effect + " " + ScriptFiles.name(script));
        }
        String expected = String.join("\n", pins) + "\n";
        if (ScriptFiles.WRITE) {
            ScriptFiles.write(ScriptFiles.pins(), expected);
            return;
        }
        assertThat(ScriptFiles.text(ScriptFiles.pins()))
                .as("a script changed: see sdr-hyperv/src/lint/README.md for how to pin it anew")
                .isEqualTo(expected);
        assertThat(new ScriptCatalogue().names())
                .containsExactlyElementsOf(
                        ScriptFiles.all().stream().map(ScriptFiles::name).toList());
    }

    @Test
    void whatIsSentBeginsWithItsParametersAndThePrologue() {
        ScriptCatalogue catalogue = new ScriptCatalogue();
        String prologue = ScriptFiles.text(ScriptFiles.prologue());
        for (Path script : ScriptFiles.all()) {
            String sent = catalogue.script(ScriptFiles.name(script)).text();
            assertThat(sent).contains("param($a)\n" + prologue);
            assertThat(sent.replace(prologue, "")).isEqualTo(ScriptFiles.text(script));
            // Before it there are comments only: PowerShell takes param for a command anywhere else.
            assertThat(sent.substring(0, sent.indexOf("param($a)")).lines())
                    .isNotEmpty()
                    .allMatch(line -> line.startsWith("# "));
        }
    }

    /** Rules that need no syntax tree, so that they hold where the linter cannot run. */
    @Test
    void eachScriptIsShortAsciiAndHandsNoDataToCode() {
        for (Path file : filesToCheck()) {
            String text = ScriptFiles.text(file);
            assertThat(text).as("%s", file).matches("[\\x20-\\x7e\\n]+").endsWith("\n");
            assertThat(text.lines().mapToInt(String::length).max().orElse(0))
                    .as("%s: longest line", file)
                    .isLessThanOrEqualTo(140);
            String code = text.replaceAll("(?m)^\\s*#.*$", "").toLowerCase(java.util.Locale.ROOT);
            assertThat(code)
                    .as("%s", file)
                    .doesNotContain("$input")
                    .doesNotContain("invoke-expression")
                    .doesNotContain("scriptblock")
                    .doesNotContain("add-type")
                    .doesNotContain("-asjob")
                    .doesNotContain("-computername $a.host")
                    .doesNotContain("write-host")
                    .doesNotContain("convertto-json");
        }
        assertThat(ScriptFiles.all())
                .allMatch(script -> ScriptFiles.text(script).lines().count() <= MOST_LINES);
    }

    @ParameterizedTest
    @ValueSource(strings = {"scripts/vm-start.ps1", "prologue.ps1"})
    void oneThatDiffersIsRefused(String changed) {
        Function<String, byte[]> jar = name -> name.equals(changed)
                ? (Resources.text(name) + "Remove-VM -Name *\n").getBytes(StandardCharsets.UTF_8)
                : Resources.bytes(name);
        assertThatThrownBy(() -> new ScriptCatalogue(jar))
                .isInstanceOf(CorruptException.class)
                .hasMessageContaining(changed.contains("vm-start") ? "vm-start" : "prologue")
                .extracting("code")
                .isEqualTo("SCRIPT_CHANGED");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "00\n", "x\ny\n", "%s\n00 READ ../bootstrap\n", "%s\n%s READ vm-start\n%s READ vm-start\n"})
    void brokenPinsAreRefused(String pins) {
        String prologue = ScriptCatalogue.digest(Resources.bytes("prologue.ps1"));
        String start = ScriptCatalogue.digest(Resources.bytes("scripts/vm-start.ps1"));
        Function<String, byte[]> jar = name -> name.equals("catalogue.txt")
                ? pins.formatted(prologue, start, start).getBytes(StandardCharsets.UTF_8)
                : Resources.bytes(name);
        assertThatThrownBy(() -> new ScriptCatalogue(jar))
                .isInstanceOf(CorruptException.class)
                .extracting("code")
                .isEqualTo("SCRIPT_CHANGED");
    }

    @Test
    void anUnknownNameIsTheCallersMistake() {
        assertThatThrownBy(() -> new ScriptCatalogue().script("vm-explode"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("vm-explode");
    }

    private static List<Path> filesToCheck() {
        List<Path> files = new ArrayList<>(ScriptFiles.all());
        files.add(ScriptFiles.prologue());
        return files;
    }

    private static String digest(Path file) {
        return ScriptCatalogue.digest(ScriptFiles.text(file).getBytes(StandardCharsets.UTF_8));
    }
}
