package io.sdr.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Named values as lines of text, in the order of their names. */
final class Fields {
    private final Map<String, String> values = new TreeMap<>();

    Fields() {}

    static Fields parse(String text) {
        Fields fields = new Fields();
        text.lines().filter(line -> line.indexOf('=') > 0).forEach(line -> {
            int at = line.indexOf('=');
            fields.values.put(line.substring(0, at), unescape(line.substring(at + 1)));
        });
        return fields;
    }

    Fields put(String name, Object value) {
        values.put(name, String.valueOf(value));
        return this;
    }

    Fields put(String name, Optional<?> value) {
        value.ifPresent(present -> values.put(name, String.valueOf(present)));
        return this;
    }

    String get(String name) {
        String value = values.get(name);
        if (value == null) {
            throw new IllegalStateException("no field '" + name + "' in " + values.keySet());
        }
        return value;
    }

    Optional<String> find(String name) {
        return Optional.ofNullable(values.get(name));
    }

    long number(String name) {
        return Long.parseLong(get(name));
    }

    boolean flag(String name) {
        return find(name).map(Boolean::parseBoolean).orElse(false);
    }

    String text() {
        List<String> lines = new ArrayList<>();
        values.forEach((name, value) -> lines.add(name + "=" + escape(value)));
        return String.join("\n", lines) + "\n";
    }

    private static String escape(String value) {
        return value.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r");
    }

    private static String unescape(String value) {
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '\\' && i + 1 < value.length()) {
                char next = value.charAt(++i);
                plain.append(next == 'n' ? '\n' : next == 'r' ? '\r' : next);
            } else {
                plain.append(c);
            }
        }
        return plain.toString();
    }
}
