package io.sdr.hyperv.vhdx;

import java.util.List;

/**
 * A whole entry of the log ([MS-VHDX] 2.3.1).
 *
 * @param at where it is in the log
 * @param length its bytes
 * @param tail where the oldest entry is that is needed with it
 * @param sequence its number
 * @param flushed how long the file was at least when it was written
 * @param last how long the file must be at least when it was applied
 * @param descriptors what it changes
 */
record LogEntry(long at, long length, long tail, long sequence, long flushed, long last, List<Descriptor> descriptors) {
    static final int SECTOR = 4096;
    static final int HEADER_BYTES = 64;
    static final int DESCRIPTOR_BYTES = 32;
    static final int IN_FIRST_SECTOR = (SECTOR - HEADER_BYTES) / DESCRIPTOR_BYTES;
    static final int IN_SECTOR = SECTOR / DESCRIPTOR_BYTES;

    static final int SIGNATURE = 0x65676F6C; // loge
    static final int ZERO = 0x6F72657A; // zero
    static final int DATA = 0x63736564; // desc
    static final int DATA_SECTOR = 0x61746164; // data

    /** One change of the file. */
    sealed interface Descriptor {
        long offset();

        long length();
    }

    /** Zeros (2.3.1.2). */
    record Zero(long offset, long length) implements Descriptor {}

    /** One sector (2.3.1.3): all of it but its first 8 and last 4 bytes lies in the log (2.3.1.4). */
    record Data(long offset, long leading, int trailing, long dataAt) implements Descriptor {
        @Override
        public long length() {
            return SECTOR;
        }
    }

    LogEntry {
        descriptors = List.copyOf(descriptors);
    }

    /** Gives how many sectors hold header and descriptors. */
    static long descriptorSectors(long descriptors) {
        return 1 + Math.max(0, (descriptors - IN_FIRST_SECTOR + IN_SECTOR - 1) / IN_SECTOR);
    }
}
