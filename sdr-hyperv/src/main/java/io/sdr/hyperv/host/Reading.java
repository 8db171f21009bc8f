package io.sdr.hyperv.host;

import io.sdr.api.VmId;
import io.sdr.hyperv.powershell.ScriptAnswer;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads fields whose values have a form: a host's answer is not trusted to have it. */
public final class Reading {
    private static final Pattern GUID =
            Pattern.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");
    /** Windows' longest path, in UTF-16 units. */
    private static final int LONGEST_PATH = 32_767;

    private Reading() {}

    /** Tells whether a text has the form of a GUID: scripts cast ids to one, and fail on anything else. */
    public static boolean isGuid(String text) {
        return GUID.matcher(text).matches();
    }

    static VmId vm(ScriptAnswer answer, String field) {
        return new VmId(guid(answer, field));
    }

    /** A GUID, in small letters. */
    static String guid(ScriptAnswer answer, String field) {
        return guid(answer, field, answer.text(field));
    }

    static String guid(ScriptAnswer answer, String field, String text) {
        if (!GUID.matcher(text).matches()) {
            throw answer.malformed(field, "a GUID");
        }
        return text.toLowerCase(Locale.ROOT);
    }

    /** A number of things or bytes. */
    static long count(ScriptAnswer answer, String field) {
        long value = answer.number(field);
        if (value < 0) {
            throw answer.malformed(field, "a number that is not negative");
        }
        return value;
    }

    static int small(ScriptAnswer answer, String field, int most) {
        long value = count(answer, field);
        if (value > most) {
            throw answer.malformed(field, "at most " + most);
        }
        return (int) value;
    }

    /** A path, or nothing where the field is empty. */
    static Optional<String> path(ScriptAnswer answer, String field) {
        String path = answer.text(field);
        if (path.length() > LONGEST_PATH || path.chars().anyMatch(c -> c < ' ')) {
            throw answer.malformed(field, "a path");
        }
        return Optional.of(path).filter(each -> !each.isEmpty());
    }

    /** A value of an enumeration by its name; one of a newer host is {@code unknown}, never an error. */
    static <E extends Enum<E>> E named(String name, E unknown) {
        String wanted = name.replaceAll("(?<=[a-z])(?=[A-Z])", "_").toUpperCase(Locale.ROOT);
        for (E each : unknown.getDeclaringClass().getEnumConstants()) {
            if (each.name().equals(wanted)) {
                return each;
            }
        }
        return unknown;
    }
}
