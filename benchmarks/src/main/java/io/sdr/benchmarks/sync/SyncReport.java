package io.sdr.benchmarks.sync;

import io.sdr.core.sync.DiskDigest;
import io.sdr.core.sync.InPlaceSync;
import io.sdr.core.sync.SyncCounters;
import java.nio.charset.StandardCharsets;

/**
 * What a sync did, as JSON and as a line of text. Made by hand: numbers and hexadecimal digits need no library, and loading one takes
 * as long as comparing a GiB.
 *
 * @param outcome what was done
 * @param seconds how long it took
 */
record SyncReport(InPlaceSync.Outcome outcome, double seconds) {
    private static final int GROUP = 3;
    private static final double MILLIS = 1000;

    byte[] json() {
        SyncCounters counters = outcome.counters();
        StringBuilder json = new StringBuilder(512).append("{\n");
        field(json, "bytesCompared", counters.bytesCompared());
        field(json, "bytesDiffering", counters.bytesDiffering());
        field(json, "bytesMoved", counters.bytesMoved());
        field(json, "bytesSent", counters.bytesSent());
        field(json, "bytesReceived", counters.bytesReceived());
        field(json, "zeroBytes", counters.zeroBytes());
        field(json, "holeBytes", counters.holeBytes());
        field(json, "knownUnchangedBytes", counters.knownUnchangedBytes());
        json.append("  \"seconds\" : ").append(seconds).append(",\n  \"digest\" : ");
        outcome.digest()
                .map(DiskDigest::sha256)
                .ifPresentOrElse(digest -> json.append('"').append(digest).append('"'), () -> json.append("null"));
        return json.append("\n}\n").toString().getBytes(StandardCharsets.US_ASCII);
    }

    private static void field(StringBuilder json, String name, long value) {
        json.append("  \"").append(name).append("\" : ").append(value).append(",\n");
    }

    String text() {
        SyncCounters counters = outcome.counters();
        StringBuilder text = new StringBuilder(256).append("Done in ").append(Math.round(seconds * MILLIS) / MILLIS);
        amount(text.append(" s: "), counters.bytesCompared()).append(" bytes compared, ");
        amount(text, counters.bytesDiffering()).append(" differed; ");
        amount(text, counters.bytesMoved()).append(" bytes written, ");
        amount(text, counters.zeroBytes()).append(" made zero, ");
        amount(text, counters.holeBytes()).append(" known holes.");
        if (counters.bytesSent() > 0) {
            amount(text.append(" Over the connection the source sent "), counters.bytesSent());
            amount(text.append(" bytes and got "), counters.bytesReceived()).append('.');
        }
        return text.toString();
    }

    /** Appends a number with a comma after each group of three digits. */
    private static StringBuilder amount(StringBuilder text, long value) {
        String digits = Long.toString(value);
        for (int i = 0; i < digits.length(); i++) {
            if (i > 0 && (digits.length() - i) % GROUP == 0) {
                text.append(',');
            }
            text.append(digits.charAt(i));
        }
        return text;
    }
}
