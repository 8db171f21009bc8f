package io.sdr.hyperv.transport;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What PowerShell is started with, always the same: a short script that reads one request from standard input, runs the script in
 * it with its arguments as data, and writes one answer line. Immutable.
 */
public final class Bootstrap {
    /** A command line under {@code cmd.exe}, which Windows' OpenSSH uses by default, holds at most this many characters. */
    public static final int COMMAND_LINE_CHARACTERS = 8191;

    /** It lies beside the scripts that it runs. */
    private static final String RESOURCE = "/io/sdr/hyperv/powershell/bootstrap.ps1";

    private static final List<String> SWITCHES =
            List.of("-NoLogo", "-NoProfile", "-NonInteractive", "-OutputFormat", "Text", "-EncodedCommand");

    private Bootstrap() {}

    /**
     * Gives the command line for a host.
     *
     * @param executable {@code powershell.exe}, {@code pwsh}, or the full path of one
     * @return the words; none needs quoting but the executable
     */
    public static List<String> commandLine(String executable) {
        List<String> words = new ArrayList<>();
        words.add(executable);
        words.addAll(SWITCHES);
        words.add(encoded());
        return List.copyOf(words);
    }

    /** The script, in Base64 of UTF-16LE as {@code -EncodedCommand} wants it (about_PowerShell_exe, -EncodedCommand). */
    private static String encoded() {
        return Base64.getEncoder().encodeToString(code().getBytes(StandardCharsets.UTF_16LE));
    }

    /** The script without comments and indentation, which only readers need. */
    static String code() {
        return text().lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .collect(Collectors.joining("\n"));
    }

    private static String text() {
        try (InputStream stream = Bootstrap.class.getResourceAsStream(RESOURCE)) {
            if (stream == null) {
                throw new IllegalStateException("the jar lacks " + RESOURCE);
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException broken) {
            throw new UncheckedIOException("could not read " + RESOURCE + " from the jar", broken);
        }
    }
}
