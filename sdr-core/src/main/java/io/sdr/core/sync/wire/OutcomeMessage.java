package io.sdr.core.sync.wire;

import io.sdr.core.sync.DiskDigest;
import io.sdr.core.sync.InPlaceSync;
import io.sdr.core.sync.SyncCounters;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** An outcome on its way to the other end. */
public final class OutcomeMessage {
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    private static final int MAX_WARNINGS = 16;

    private OutcomeMessage() {}

    /**
     * Puts an outcome into a frame.
     *
     * @param outcome what was done
     * @return the payload
     */
    public static PayloadWriter write(InPlaceSync.Outcome outcome) {
        SyncCounters counters = outcome.counters();
        PayloadWriter to = new PayloadWriter(256)
                .i64(counters.bytesCompared())
                .i64(counters.bytesDiffering())
                .i64(counters.bytesMoved())
                .i64(counters.bytesSent())
                .i64(counters.bytesReceived())
                .i64(counters.zeroBytes())
                .i64(counters.holeBytes())
                .i64(counters.knownUnchangedBytes());
        writeDigest(to, outcome.digest());
        List<String> warnings = outcome.warnings();
        int count = Math.min(MAX_WARNINGS, warnings.size());
        to.u8(count);
        warnings.subList(0, count).forEach(to::text);
        return to;
    }

    /**
     * Takes an outcome out of a frame.
     *
     * @param from the payload
     * @return what was done
     */
    public static InPlaceSync.Outcome read(PayloadReader from) {
        SyncCounters counters = new SyncCounters(
                count(from), count(from), count(from), count(from), count(from), count(from), count(from), count(from));
        Optional<DiskDigest> digest = readDigest(from);
        List<String> warnings = new ArrayList<>();
        for (int left = from.u8(MAX_WARNINGS); left > 0; left--) {
            warnings.add(RemoteError.clean(from.text()));
        }
        from.end();
        return new InPlaceSync.Outcome(counters, digest, warnings);
    }

    private static long count(PayloadReader from) {
        return from.i64(Long.MAX_VALUE);
    }

    static PayloadWriter writeDigest(PayloadWriter to, Optional<DiskDigest> digest) {
        return to.text(digest.map(DiskDigest::sha256).orElse(""))
                .i64(digest.map(DiskDigest::bytesRead).orElse(0L));
    }

    static Optional<DiskDigest> readDigest(PayloadReader from) {
        String sha256 = from.text();
        if (!sha256.isEmpty() && !SHA256.matcher(sha256).matches()) {
            throw from.malformed("a digest is none");
        }
        long bytes = count(from);
        return sha256.isEmpty() ? Optional.empty() : Optional.of(new DiskDigest(sha256, bytes));
    }
}
