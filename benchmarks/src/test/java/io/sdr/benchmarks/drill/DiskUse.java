package io.sdr.benchmarks.drill;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** What a file takes on the disk: Java has no call for that. */
final class DiskUse {
    private DiskUse() {}

    static long of(Path file) throws IOException {
        Process process = new ProcessBuilder("du", "-B1", file.toString()).start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return Long.parseLong(text.substring(0, text.indexOf('\t')));
    }
}
