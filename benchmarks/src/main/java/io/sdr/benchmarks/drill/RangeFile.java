package io.sdr.benchmarks.drill;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Ranges in a text file, a line each: offset and length. */
final class RangeFile {
    private RangeFile() {}

    static void write(Path file, List<Range> ranges) {
        List<String> lines = ranges.stream()
                .map(range -> range.offset() + " " + range.length())
                .toList();
        try {
            Files.write(file, lines, StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw FileFailure.of("write", file, e);
        }
    }

    static List<Range> read(Path file) {
        List<Range> ranges = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(file, StandardCharsets.US_ASCII)) {
                int space = line.indexOf(' ');
                ranges.add(
                        new Range(Long.parseLong(line.substring(0, space)), Long.parseLong(line.substring(space + 1))));
            }
        } catch (IOException e) {
            throw FileFailure.of("read", file, e);
        }
        return ranges;
    }
}
