package io.sdr.hyperv.simulation;

import io.sdr.hyperv.powershell.ScriptFiles;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The checked-in table of what scripts read and answer, which is derived from their syntax trees. */
final class ScriptTable {
    private final Map<String, Set<String>> reads = new TreeMap<>();
    private final Map<String, Set<String>> answers = new TreeMap<>();

    ScriptTable() {
        Map<String, List<String>> functions = new TreeMap<>();
        ScriptFiles.text(ScriptFiles.table())
                .lines()
                .filter(line -> line.startsWith("| `"))
                .map(line -> line.substring(2, line.length() - 2).split(" \\| ", -1))
                .forEach(cells -> {
                    String name = list(cells[0]).get(0);
                    List<String> fields = list(cells[cells.length - 1]);
                    if (cells.length == 4) {
                        functions.put(name, fields);
                    } else {
                        reads.put(name, new TreeSet<>(list(cells[cells.length - 2])));
                        answers.put(name, new TreeSet<>(fields));
                    }
                });
        answers.replaceAll((name, fields) -> expanded(fields, functions));
    }

    private static Set<String> expanded(Set<String> fields, Map<String, List<String>> functions) {
        Set<String> all = new TreeSet<>();
        for (String field : fields) {
            int at = field.indexOf("as ");
            if (at < 0) {
                all.add(field);
            } else {
                functions.get(field.substring(at + 3)).forEach(each -> all.add(field.substring(0, at) + each));
            }
        }
        return all;
    }

    private static List<String> list(String cell) {
        return cell.equals("none")
                ? List.of()
                : Arrays.stream(cell.split(", ", -1))
                        .map(each -> each.substring(1, each.length() - 1))
                        .toList();
    }

    Set<String> scripts() {
        return reads.keySet();
    }

    Set<String> reads(String script) {
        return reads.get(script);
    }

    Set<String> answers(String script) {
        return answers.get(script);
    }
}
