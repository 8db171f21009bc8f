package io.sdr.hyperv.powershell;

import io.sdr.api.CorruptException;
import io.sdr.api.Problem;
import io.sdr.hyperv.text.OneLine;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The scripts of this module, each pinned by the SHA-256 of its text: one that was changed in the jar is never sent. What is sent of
 * a script is its text with the prologue behind its first line, {@code param($a)}. Immutable, thread-safe.
 */
public final class ScriptCatalogue {
    private static final String PINS = "catalogue.txt";
    private static final String PROLOGUE = "prologue";
    private static final String PARAMETERS = "param($a)\n";
    private static final Pattern PIN = Pattern.compile("([0-9a-f]{64}) (READ|CHANGE) ([a-z][a-z-]{0,63})");

    private final SortedMap<String, Script> scripts = new TreeMap<>();

    /**
     * Reads the scripts of the jar.
     *
     * @throws CorruptException code {@code SCRIPT_CHANGED} if one is not what the jar was released with
     */
    public ScriptCatalogue() {
        this(Resources::bytes);
    }

    ScriptCatalogue(Function<String, byte[]> jar) {
        List<String> pins =
                new String(jar.apply(PINS), StandardCharsets.UTF_8).lines().toList();
        String prologue = pinned(jar, PROLOGUE, PROLOGUE + ".ps1", pins.isEmpty() ? "" : pins.get(0));
        for (String pin : pins.subList(Math.min(1, pins.size()), pins.size())) {
            Matcher parts = PIN.matcher(pin);
            if (!parts.matches() || scripts.containsKey(parts.group(3))) {
                throw changed("'" + OneLine.of(pin) + "' in " + PINS + " is no pin, or one too many");
            }
            String name = parts.group(3);
            String text = pinned(jar, name, "scripts/" + name + ".ps1", parts.group(1));
            scripts.put(name, new Script(name, Script.Effect.valueOf(parts.group(2)), whole(name, text, prologue)));
        }
    }

    /**
     * Gives a script.
     *
     * @param name its name
     * @return the script, as it is sent
     * @throws IllegalArgumentException if there is none of this name
     */
    public Script script(String name) {
        Script script = scripts.get(name);
        if (script == null) {
            throw new IllegalArgumentException("there is no script " + name);
        }
        return script;
    }

    /**
     * Lists the scripts.
     *
     * @return their names, sorted
     */
    public List<String> names() {
        return List.copyOf(scripts.keySet());
    }

    /** A SHA-256 as {@code catalogue.txt} writes it. */
    static String digest(byte[] file) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(file));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static String pinned(Function<String, byte[]> jar, String name, String file, String digest) {
        byte[] text = jar.apply(file);
        if (!digest(text).equals(digest)) {
            throw changed("script " + name + " is not the one that is pinned");
        }
        return new String(text, StandardCharsets.UTF_8);
    }

    private static String whole(String name, String text, String prologue) {
        int at = text.indexOf(PARAMETERS);
        if (at < 0 || text.indexOf(PARAMETERS, at + 1) >= 0) {
            throw changed("script " + name + " has not exactly one line param($a)");
        }
        int behind = at + PARAMETERS.length();
        return text.substring(0, behind) + prologue + text.substring(behind);
    }

    private static CorruptException changed(String state) {
        return new CorruptException(Problem.of("SCRIPT_CHANGED")
                .attempted("load the scripts for PowerShell")
                .state(state + "; nothing was sent anywhere")
                .remedy("use the jar as it was released"));
    }
}
