package io.sdr.core.fault;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * What must come of each fault at each step of each operation: two tables for people to read, {@code foretold.txt} and
 * {@code ends.txt}. Nothing in them is computed from the engine. The first row that fits counts, so the most specific stand first.
 */
final class Foretold {
    /**
     * What a fault leads to.
     *
     * @param line its line in the table
     * @param pattern operation, step, where, call, fault
     * @param end the name of the end to which the operation comes by itself
     * @param acts what may be done then, and to which end that leads
     */
    record Row(int line, List<String> pattern, String end, Map<Act, String> acts) {
        boolean fits(List<String> facts) {
            for (int i = 0; i < pattern.size(); i++) {
                boolean fits =
                        i == CALL ? fitsCall(pattern.get(i), facts.get(i)) : fitsCell(pattern.get(i), facts.get(i));
                if (!fits) {
                    return false;
                }
            }
            return true;
        }

        /** A call of a file is told as {@code name:file}; a pattern may leave the file out. */
        private static boolean fitsCall(String cell, String call) {
            String name = call.replaceAll(":.*", "");
            return Arrays.stream(cell.split(",", -1))
                    .anyMatch(each -> fitsCell(each, each.contains(":") ? call : name));
        }

        @Override
        public String toString() {
            return "line " + line + " " + pattern;
        }
    }

    /**
     * What an end's name means for an operation.
     *
     * @param line its line in the table
     * @param name the end's name
     * @param operation for which operations
     * @param cells how things stand then, see {@link Rest}
     */
    record Meaning(int line, String name, String operation, List<String> cells) {
        boolean fits(Rest rest) {
            List<String> is = rest.cells();
            for (int i = 0; i < cells.size(); i++) {
                if (!fitsCell(cells.get(i), is.get(i))) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public String toString() {
            return String.join(" ", cells);
        }
    }

    private static final int FACTS = 5;
    private static final int CALL = 3;

    private final List<Row> rows;
    private final List<Meaning> meanings;
    private final Set<Integer> usedRows = ConcurrentHashMap.newKeySet();
    private final Set<Integer> usedMeanings = ConcurrentHashMap.newKeySet();

    Foretold(List<Row> rows, List<Meaning> meanings) {
        this.rows = rows;
        this.meanings = meanings;
    }

    static Foretold read() {
        List<Row> rows = new ArrayList<>();
        for (Line line : lines("foretold.txt")) {
            Map<Act, String> acts = new EnumMap<>(Act.class);
            for (String each : line.cells().get(FACTS + 1).equals("-")
                    ? List.<String>of()
                    : List.of(line.cells().get(FACTS + 1).split(",", -1))) {
                String[] parts = each.split("=", 2);
                acts.put(Act.valueOf(parts[0].toUpperCase(Locale.ROOT).replace('-', '_')), parts[1]);
            }
            rows.add(new Row(
                    line.number(), line.cells().subList(0, FACTS), line.cells().get(FACTS), acts));
        }
        List<Meaning> meanings = new ArrayList<>();
        for (Line line : lines("ends.txt")) {
            List<String> cells = line.cells();
            meanings.add(new Meaning(line.number(), cells.get(0), cells.get(1), cells.subList(2, cells.size())));
        }
        return new Foretold(rows, meanings);
    }

    private record Line(int number, List<String> cells) {}

    private static List<Line> lines(String resource) {
        List<Line> lines = new ArrayList<>();
        try (InputStream in = Objects.requireNonNull(Foretold.class.getResourceAsStream(resource), resource)) {
            String[] texts = new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n", -1);
            for (int i = 0; i < texts.length; i++) {
                String text = texts[i].replaceAll("#.*", "").trim();
                if (!text.isEmpty()) {
                    lines.add(new Line(i + 1, List.of(text.split("\\s+", -1))));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return lines;
    }

    /** A cell of a table: anything, alternatives, or words with a wildcard. */
    private static boolean fitsCell(String cell, String fact) {
        return Arrays.stream(cell.split(",", -1))
                .anyMatch(each -> each.equals("*")
                        || each.equals(fact)
                        || (each.endsWith("*") && fact.startsWith(each.substring(0, each.length() - 1))));
    }

    Row row(List<String> facts) {
        return rows.stream()
                .filter(row -> row.fits(facts))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no row foretells " + facts));
    }

    /** Compares with an end, or with one of several. Tells what is wrong, or nothing. */
    String compare(String ends, FaultedOperation operation, Rest rest) {
        List<String> names = List.of(ends.split("/", -1));
        List<Meaning> named = meanings.stream()
                .filter(each -> names.contains(each.name()) && fitsCell(each.operation(), operation.id()))
                .toList();
        for (Meaning each : named) {
            if (each.fits(rest)) {
                usedMeanings.add(each.line());
                return "";
            }
        }
        return "foretold '" + ends + "' " + named + " but it is [" + rest + "] @" + rest.step();
    }

    void used(Row row) {
        usedRows.add(row.line());
    }

    /** Lists the rows for some operations that no case used: they foretell what never happens. */
    List<String> unused(Set<String> operations, boolean alsoMeanings) {
        boolean all = operations.size() == FaultedOperation.values().length;
        Stream<String> ofRows = rows.stream()
                .filter(row -> !usedRows.contains(row.line()))
                .filter(row -> all || !row.pattern().get(0).equals("*"))
                .filter(row -> operations.stream()
                        .anyMatch(each -> fitsCell(row.pattern().get(0), each)))
                .map(row -> "foretold.txt " + row);
        Stream<String> ofMeanings = meanings.stream()
                .filter(each -> alsoMeanings && !usedMeanings.contains(each.line()))
                .filter(each -> operations.stream().anyMatch(name -> fitsCell(each.operation(), name)))
                .map(each -> "ends.txt line " + each.line() + " " + each.name() + " of " + each.operation());
        return List.copyOf(new TreeSet<>(Stream.concat(ofRows, ofMeanings).toList()));
    }
}
