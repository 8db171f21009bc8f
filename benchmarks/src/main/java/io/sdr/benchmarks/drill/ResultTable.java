package io.sdr.benchmarks.drill;

import java.util.ArrayList;
import java.util.List;

/** The table at the end. */
final class ResultTable {
    private static final List<String> HEADER =
            List.of("step", "time", "bytes read", "bytes moved", "RPO", "RTO", "verified");

    private ResultTable() {}

    static String of(List<StepResult> steps) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEADER);
        for (StepResult step : steps) {
            rows.add(List.of(
                    step.name(),
                    Amounts.seconds(step.seconds()),
                    Amounts.bytes(step.bytesRead()),
                    Amounts.bytes(step.bytesMoved()),
                    Amounts.seconds(step.rpo()),
                    Amounts.seconds(step.rto()),
                    step.verified() ? "yes" : "NO"));
        }
        int[] widths = new int[HEADER.size()];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        StringBuilder table = new StringBuilder();
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                String padding = " ".repeat(widths[i] - row.get(i).length());
                boolean left = i == 0 || i == widths.length - 1;
                table.append(left ? row.get(i) : padding + row.get(i));
                table.append(i == widths.length - 1 ? "\n" : left ? padding + "  " : "  ");
            }
        }
        return table.toString();
    }
}
