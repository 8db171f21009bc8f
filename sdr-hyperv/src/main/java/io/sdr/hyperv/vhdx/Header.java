package io.sdr.hyperv.vhdx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;

/**
 * A header ([MS-VHDX] 2.2.2).
 *
 * @param sequence the one with the higher number counts
 * @param fileWrite changed before a file is first changed after it was opened
 * @param dataWrite changed before what a guest sees is first changed; a child names it
 * @param log the log's entries that count have this; zeros if there is nothing to apply
 * @param logVersion 0
 * @param version 1
 * @param logLength bytes of the log
 * @param logOffset where the log is
 */
record Header(
        long sequence,
        UUID fileWrite,
        UUID dataWrite,
        UUID log,
        int logVersion,
        int version,
        long logLength,
        long logOffset) {
    static final int BYTES = 4096;
    static final int SIGNATURE = 0x64616568; // head

    static Header decode(ByteBuffer from) {
        return new Header(
                from.getLong(8),
                Guids.get(from, 16),
                Guids.get(from, 32),
                Guids.get(from, 48),
                from.getShort(64) & 0xFFFF,
                from.getShort(66) & 0xFFFF,
                from.getInt(68) & 0xFFFFFFFFL,
                from.getLong(72));
    }

    ByteBuffer encode() {
        ByteBuffer into = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        into.putInt(0, SIGNATURE);
        into.putLong(8, sequence);
        Guids.put(into, 16, fileWrite);
        Guids.put(into, 32, dataWrite);
        Guids.put(into, 48, log);
        into.putShort(64, (short) logVersion);
        into.putShort(66, (short) version);
        into.putInt(68, (int) logLength);
        into.putLong(72, logOffset);
        Checksums.seal(into);
        return into;
    }

    Header next() {
        return new Header(sequence + 1, fileWrite, dataWrite, log, logVersion, version, logLength, logOffset);
    }

    Header withWrites(UUID newFileWrite, UUID newDataWrite) {
        return new Header(sequence, newFileWrite, newDataWrite, log, logVersion, version, logLength, logOffset);
    }

    Header withLog(UUID newLog) {
        return new Header(sequence, fileWrite, dataWrite, newLog, logVersion, version, logLength, logOffset);
    }
}
