package io.sdr.hyperv.powershell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Scripts as they are sent, against the documented cmdlets. The linter needs Node.js: see {@code sdr-hyperv/src/lint/README.md}. */
class ScriptLintTest {
    private static final String HEAD = """
        <!-- Derived from the scripts; do not edit. How to write it anew: sdr-hyperv/src/lint/README.md -->
        # What the scripts call, read and answer

        Each script is sent with the prologue behind its first line. `MayAct` stands before every change: it refuses what is too late
        or belongs to an older decision. What only shapes data (`Where-Object`, `New-Object` …) is left out; what stands in an argument is
        named before the call that takes it; `[]` is an array; "as Seen" are the fields that this function of the prologue answers.

        """;

    private Path home = Path.of("");

    @TempDir
    private Path folder;

    @BeforeEach
    void needLinter() {
        String named = System.getenv("SDR_LINT_HOME");
        if (named == null || named.isEmpty()) {
            if ("true".equals(System.getenv("CI"))) {
                fail("SDR_LINT_HOME is not set: the linter must run in CI");
            }
            assumeThat(named)
                    .as("the linter was not prepared; see sdr-hyperv/src/lint/README.md")
                    .isNotNull();
        }
        home = Path.of(String.valueOf(named));
    }

    @Test
    void everyScriptIsLintedWithoutFindings() throws IOException, InterruptedException {
        ScriptCatalogue catalogue = new ScriptCatalogue();
        List<Path> files = new ArrayList<>();
        for (String name : catalogue.names()) {
            files.add(Files.writeString(
                    folder.resolve(name + ".ps1"), catalogue.script(name).text()));
        }
        assertThat(files).hasSameSizeAs(ScriptFiles.all());
        Run clean = lint(files);
        assertThat(clean.output()).matches("\\d+ commands checked, 0 findings\n");
        assertThat(clean.exitCode()).isZero();
        // It really looks at each of them: one wrong line more in every script is one finding more, in that script.
        List<String> expected = new ArrayList<>();
        for (Path file : files) {
            String broken = Files.readString(file) + "Remove-Everything\n";
            Files.writeString(file, broken);
            expected.add(file + ":" + broken.lines().count() + ":1 UNKNOWN command Remove-Everything");
        }
        Run dirty = lint(files);
        assertThat(dirty.exitCode()).isEqualTo(1);
        assertThat(dirty.output().lines().filter(line -> !line.endsWith(" findings")))
                .containsExactlyElementsOf(expected);
    }

    /** What is wrong in a script is found, with the line where it stands. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Start-VM -VM $v                                  | changes state without -Confirm:$false",
                "Start-VM -VM $v -Quietly -Confirm:$false         | undocumented parameter -Quietly",
                "Start-VMFailover -VM $v -Prepare -AsTest -Confirm:$false | no documented parameter set",
                "Get-VirtualMachine                               | UNKNOWN command",
                "Invoke-Expression $a.code                        | BANNED",
                "& $a.code                                        | BANNED call operator",
                "Get-VM; $null = [scriptblock]::Create($a.code)   | BANNED [scriptblock]::Create",
                "Get-CimInstance -ClassName X -Filter \"where Name = '$($a.vm)'\" | WQL with a value",
                "Get-VM -Id ($a.vm ?? 'x')                        | not in PowerShell 5.1",
                "if (Get-VM {                                     | SYNTAX"
            })
    void whatIsWrongIsFound(String line, String finding) throws IOException, InterruptedException {
        Run run = lint(List.of(
                Files.writeString(folder.resolve("broken.ps1"), "# Broken.\nparam($a)\n$v = Get-VM\n" + line + "\n")));
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.output()).contains("broken.ps1:4").contains(finding);
    }

    @Test
    void theTableIsWhatTheSyntaxTreesGive() throws IOException, InterruptedException {
        List<Path> files = new ArrayList<>();
        files.add(ScriptFiles.prologue());
        files.addAll(ScriptFiles.all());
        Run run = node("derive.mjs", files);
        assertThat(run.exitCode()).as(run.output()).isZero();
        String derived = HEAD + run.output();
        if (ScriptFiles.WRITE) {
            ScriptFiles.write(ScriptFiles.table(), derived);
        }
        assertThat(ScriptFiles.text(ScriptFiles.table()))
                .as("a script changed: see sdr-hyperv/src/lint/README.md for how to write the table anew")
                .isEqualTo(derived);
    }

    private Run lint(List<Path> files) throws IOException, InterruptedException {
        return node("lint.mjs", files);
    }

    private Run node(String program, List<Path> files) throws IOException, InterruptedException {
        Path source = ScriptFiles.lint().resolve(program.equals("lint.mjs") ? "ps-lint/lint.mjs" : program);
        assertThat(home.resolve(program))
                .as("SDR_LINT_HOME was prepared from an older state; run sdr-hyperv/src/lint/prepare again")
                .hasSameTextualContentAs(source);
        // V8's second compiler takes minutes for the largest function of the grammar, and the process does not end
        // before it.
        List<String> words = new ArrayList<>(
                List.of("node", "--liftoff-only", home.resolve(program).toString()));
        for (Path file : files) {
            words.add(file.toString());
        }
        ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
        builder.environment()
                .put(
                        "CMDLETS",
                        ScriptFiles.lint().resolve("hyperv-cmdlets.json").toString());
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Run(process.waitFor(), output);
    }

    private record Run(int exitCode, String output) {}
}
