package io.sdr.core.sync;

import io.sdr.api.spi.Extent;
import io.sdr.api.spi.RangeSet;
import io.sdr.api.spi.VirtualDisk;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/** What a sync must do, computed cell by cell from whole arrays. */
final class PlainSync {
    private static final int CELL = 4096;

    private final SyncCounters counters;
    private final byte[] result;

    private PlainSync(SyncCounters counters, byte[] result) {
        this.counters = counters;
        this.result = result;
    }

    /** What must be counted. */
    SyncCounters counters() {
        return counters;
    }

    /** What the target must hold. */
    byte[] result() {
        return result;
    }

    static PlainSync of(VirtualDisk source, Optional<VirtualDisk> stale, Optional<RangeSet> candidates) {
        byte[] is = read(source);
        byte[] result = stale.map(PlainSync::read).orElseGet(() -> new byte[is.length]);
        byte[] was = result.clone();
        RangeSet ranges = candidates.orElse(RangeSet.of(0, is.length));
        long[] sums = new long[5]; // compared, differing, moved, zero, hole
        ranges.forEach((offset, length) -> {
            int end = (int) (offset + length);
            for (int at = (int) offset; at < end; ) {
                int until = Math.min(end, (at / CELL + 1) * CELL);
                cell(source, stale, is, was, result, at, until, sums);
                at = until;
            }
        });
        return new PlainSync(
                new SyncCounters(sums[0], sums[1], sums[2], 0, 0, sums[3], sums[4], is.length - ranges.bytes()),
                result);
    }

    private static void cell(
            VirtualDisk source,
            Optional<VirtualDisk> stale,
            byte[] is,
            byte[] was,
            byte[] result,
            int at,
            int until,
            long[] sums) {
        int length = until - at;
        boolean equal = Arrays.equals(is, at, until, was, at, until);
        if (stale.isPresent()) {
            if (kind(source, at) == Extent.ZERO && kind(stale.get(), at) == Extent.ZERO) {
                sums[4] += length;
                return;
            }
            sums[0] += length;
            if (equal) {
                return;
            }
            sums[1] += length;
        }
        sums[Arrays.equals(is, at, until, new byte[length], 0, length) ? 3 : 2] += length;
        System.arraycopy(is, at, result, at, length);
    }

    private static Extent kind(VirtualDisk disk, long offset) {
        Extent[] kind = {Extent.DATA};
        disk.extents(offset, 1, (at, length, extent) -> kind[0] = extent);
        return kind[0];
    }

    static byte[] read(VirtualDisk disk) {
        ByteBuffer all = ByteBuffer.allocate((int) disk.sizeBytes());
        disk.read(0, all);
        return all.array();
    }

    /** The digest as SYNC defines it, from plain bytes. */
    static String digest(byte[] content) {
        try {
            MessageDigest whole = MessageDigest.getInstance("SHA-256");
            for (int at = 0; at < content.length; at += 1 << 20) {
                byte[] mib = Arrays.copyOfRange(content, at, Math.min(content.length, at + (1 << 20)));
                whole.update(MessageDigest.getInstance("SHA-256").digest(mib));
            }
            return HexFormat.of().formatHex(whole.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
