package io.sdr.hyperv.simulation;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/** What each handler read of its arguments and which fields it answered, over all its runs. */
public final class ScriptContracts {
    private final Map<String, Set<String>> reads = new TreeMap<>();
    private final Map<String, Set<String>> answers = new TreeMap<>();

    synchronized void read(String script, String argument) {
        Set<String> names = reads.computeIfAbsent(script, key -> new TreeSet<>());
        // A list of groups is known by what is in the groups.
        int at = argument.lastIndexOf("[].");
        if (at >= 0) {
            names.remove(argument.substring(0, at));
        }
        if (names.stream().noneMatch(each -> each.startsWith(argument + "[]."))) {
            names.add(argument);
        }
    }

    synchronized void answered(String script, JsonNode data) {
        fields("", data, answers.computeIfAbsent(script, key -> new TreeSet<>()));
    }

    private static void fields(String prefix, JsonNode data, Set<String> names) {
        data.properties().forEach(field -> {
            String name = prefix + field.getKey();
            JsonNode value = field.getValue();
            if (!value.isArray()) {
                names.add(name);
            } else if (!value.isEmpty() && value.get(0).isObject()) {
                value.forEach(each -> fields(name + "[].", each, names));
            } else if (!value.isEmpty()) {
                names.add(value.get(0).isNumber() ? name : name + "[]");
            }
        });
    }

    /** What was read, by script; names of what is in groups as {@code disks[].path}. */
    public synchronized Map<String, Set<String>> reads() {
        return new TreeMap<>(reads);
    }

    /** What was answered, by script. Lists that were always empty are missing. */
    public synchronized Map<String, Set<String>> answers() {
        return new TreeMap<>(answers);
    }
}
