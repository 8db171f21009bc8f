package io.sdr.core.sync;

import io.sdr.api.spi.CancelFlag;
import io.sdr.api.spi.Extent;
import io.sdr.api.spi.ProgressListener;
import io.sdr.api.spi.VirtualDisk;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The digest of a whole disk: SHA-256 over the concatenated SHA-256 of each MiB, of which the last may be shorter. A MiB that the
 * disk knows to be zeros is neither read nor hashed, so holes and zeros give the same digest.
 *
 * @param sha256 the digest in lower-case hexadecimal
 * @param bytesRead how many bytes were read for it
 */
public record DiskDigest(String sha256, long bytesRead) {
    private static final int MIB = 1 << 20;
    private static final long WINDOW_BYTES = 64L << 20;

    /**
     * Digests a disk.
     *
     * @param disk the disk; nobody writes to it meanwhile
     * @param cancel looked at at every MiB
     * @param progress hears how far it is
     * @return the digest
     * @throws SyncCancelledException if the flag was set
     */
    public static DiskDigest of(VirtualDisk disk, CancelFlag cancel, ProgressListener progress) {
        if (disk instanceof RemoteSource elsewhere) {
            return elsewhere.digest(cancel, progress);
        }
        long size = disk.sizeBytes();
        MessageDigest whole = hash();
        MessageDigest part = hash();
        byte[] zeroMib = part.digest(new byte[MIB]);
        ByteBuffer buffer = ByteBuffer.allocate(MIB);
        boolean[] hasData = new boolean[(int) (WINDOW_BYTES / MIB)];
        long read = 0;
        for (long window = 0; window < size; window += WINDOW_BYTES) {
            long windowEnd = Math.min(size, window + WINDOW_BYTES);
            findData(disk, window, windowEnd, hasData);
            for (long at = window; at < windowEnd; at += MIB) {
                if (cancel.isSet()) {
                    throw new SyncCancelledException("digest " + disk, at);
                }
                int length = (int) Math.min(MIB, size - at);
                if (length == MIB && !hasData[(int) ((at - window) / MIB)]) {
                    whole.update(zeroMib);
                } else {
                    disk.read(at, buffer.clear().limit(length));
                    part.update(buffer.flip());
                    whole.update(part.digest());
                    read += length;
                }
                progress.progress(at + length, size);
            }
        }
        return new DiskDigest(HexFormat.of().formatHex(whole.digest()), read);
    }

    /**
     * Digests a disk by reading all of it, whatever its map or file system say of holes.
     *
     * @param disk the disk; nobody writes to it meanwhile
     * @param cancel looked at at every MiB
     * @return the digest
     * @throws SyncCancelledException if the flag was set
     */
    public static DiskDigest reading(VirtualDisk disk, CancelFlag cancel) {
        return of(new WithoutExtents(disk), cancel, ProgressListener.NONE);
    }

    private static void findData(VirtualDisk disk, long window, long end, boolean[] hasData) {
        Arrays.fill(hasData, false);
        disk.extents(window, end - window, (offset, length, extent) -> {
            if (extent == Extent.DATA) {
                for (long mib = (offset - window) / MIB; mib * MIB < offset + length - window; mib++) {
                    hasData[(int) mib] = true;
                }
            }
        });
    }

    private static MessageDigest hash() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
